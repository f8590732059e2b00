import { readFileSync, statSync } from "node:fs";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "./median.ts";

// What a process occupies while it works: its memory, its files, and what it says of itself.

export type Sample = {
  readonly seconds: number;
  readonly rssMb: number;
  readonly anonMb: number;
  readonly fileMb: number;
  readonly walMb: number;
  /** From /metrics; of the main thread. */
  readonly heapUsedMb: number;
  readonly heapTotalMb: number;
  readonly externalMb: number;
  readonly lagEvents: number;
  readonly threads: number;
  readonly cpuSeconds: number;
  /** Of the whole machine. */
  readonly load: number;
};

const everyMs = 5_000;

const mb = (bytes: number) => bytes / 2 ** 20;
const sizeMb = (path: string) => mb(statSync(path, { throwIfNoEntry: false })?.size ?? 0);

type Watched = { readonly pid: number; readonly address: string; readonly file: string };

async function sampleOf({ pid, address, file }: Watched, seconds: number): Promise<Sample> {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const measures = await fetch(`${address}/metrics`).then((reply) => reply.text());
  const kb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN);
  const measure = (name: string) => Number(new RegExp(`^rapport_${name} (\\S+)`, "m").exec(measures)?.[1] ?? Number.NaN);
  return {
    seconds,
    rssMb: kb("VmRSS") / 1024,
    anonMb: kb("RssAnon") / 1024,
    threads: kb("Threads"),
    fileMb: sizeMb(file),
    walMb: sizeMb(`${file}-wal`),
    heapUsedMb: mb(measure("nodejs_heap_size_used_bytes")),
    heapTotalMb: mb(measure("nodejs_heap_size_total_bytes")),
    externalMb: mb(measure("nodejs_external_memory_bytes")),
    lagEvents: measure("learner_lag_events"),
    cpuSeconds: measure("process_cpu_seconds_total"),
    load: loadavg()[0]!,
  };
}

export async function watchProcess(watched: Watched, endAt: number, onSample: (sample: Sample) => void): Promise<Sample[]> {
  const samples: Sample[] = [];
  const start = performance.now();
  for (let number = 1; ; number++) {
    const sample = await sampleOf(watched, (performance.now() - start) / 1000);
    samples.push(sample);
    onSample(sample);
    const next = start + number * everyMs;
    if (next >= endAt) return samples;
    await sleep(Math.max(0, next - performance.now()));
  }
}

export type Flatness = {
  /** Medians of each minute: the lowest and the highest of them, and their ratio. */
  readonly least: number;
  readonly most: number;
  readonly ratio: number;
  /** Of the straight line that fits best, an hour. */
  readonly slopePerHour: number;
  /** By how much of its middle that line rises from the first to the last sample. */
  readonly rise: number;
};

/** How flat a value stayed. */
export function flatnessOf(samples: readonly { readonly seconds: number; readonly value: number }[]): Flatness {
  const minutes = Map.groupBy(samples, ({ seconds }) => Math.floor(seconds / 60));
  const medians = [...minutes.values()].map((minute) => median(minute.map(({ value }) => value)));
  const [least, most] = [Math.min(...medians), Math.max(...medians)];
  const n = samples.length;
  const meanOf = (of: (sample: (typeof samples)[number]) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / n;
  const [meanX, meanY] = [meanOf(({ seconds }) => seconds), meanOf(({ value }) => value)];
  const spread = meanOf(({ seconds }) => (seconds - meanX) ** 2);
  const slope = spread === 0 ? 0 : meanOf(({ seconds, value }) => (seconds - meanX) * (value - meanY)) / spread;
  return {
    least,
    most,
    ratio: most / least,
    slopePerHour: slope * 3600,
    rise: (slope * (samples.at(-1)!.seconds - samples[0]!.seconds)) / meanY,
  };
}
