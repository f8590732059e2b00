import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { factorizeImplicit } from "#kernels/factorize-implicit.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { drawRows } from "../support/draw-rows.ts";
import { median, round } from "../support/median.ts";
import { report } from "../support/report.ts";

// An epoch of implicit ALS, ours (exact, by blocks of 32 and at once) against the library `implicit` (conjugate gradients, its
// default, and exact), turn about in one run. Needs a Python that has it: see bench/peers/ials/time_epochs.py.

const seed = 1;
const threads = Number(process.env.RAPPORT_KERNEL_THREADS ?? 2);
const rounds = Number(process.env.RAPPORT_BENCH_ROUNDS ?? 5);
const epochs = 4;
const factors = 64;
const python = process.env.RAPPORT_IMPLICIT_PYTHON;
const script = fileURLToPath(new URL("../peers/ials/time_epochs.py", import.meta.url));
const shapes = { "100k": [943, 1682, 100_000], "1M": [6000, 3400, 1_000_000] } as const;

if (python === undefined) console.error("RAPPORT_IMPLICIT_PYTHON is not set: only our own times");
const folder = mkdtempSync(join(tmpdir(), "rapport-ials-"));
const figures: Record<string, number> = {};
let version = "none";
for (const [name, [people, items, events]] of Object.entries(shapes)) {
  const rows = drawRows(createSeededRandom(seed), people, items, events);
  const weights = Float32Array.from(rows.counts, (count) => count / 3);
  const file = join(folder, name);
  const head = BigInt64Array.of(BigInt(people), BigInt(items), BigInt(rows.columns.length));
  writeFileSync(file, Buffer.concat([head, rows.starts, rows.columns, weights].map(({ buffer }) => Buffer.from(buffer as ArrayBuffer))));

  const ours = (blockSize: number) => {
    const times: number[] = [];
    const clock = { now: () => performance.now(), epoch: (ms: number) => void times.push(ms) };
    const settings = { factors, epochs, blockSize, unobserved: 0.1, regularization: 0.003, clock };
    factorizeImplicit({ ...rows, weights }, items, settings, createSeededRandom(seed), { threads });
    return times.slice(1);
  };
  const theirs = (solver: string) => {
    if (python === undefined) return [];
    const [found, ...times] = execFileSync(python, [script, file, String(factors), String(threads), String(epochs), solver], { encoding: "utf8" })
      .trim()
      .split(" ");
    version = found!;
    return times.slice(1).map(Number);
  };

  const all = { blocks: [] as number[], whole: [] as number[], cg: [] as number[], cholesky: [] as number[] };
  ours(32);
  for (let turn = 0; turn < rounds; turn++) {
    all.blocks.push(...ours(32));
    all.cg.push(...theirs("cg"));
    all.whole.push(...ours(64));
    all.cholesky.push(...theirs("cholesky"));
  }
  figures[`${name}: epoch by blocks of 32, ms`] = round(median(all.blocks));
  figures[`${name}: epoch at once, ms`] = round(median(all.whole));
  if (python === undefined) continue;
  figures[`${name}: implicit, conjugate gradients, ms`] = round(median(all.cg));
  figures[`${name}: implicit, exact, ms`] = round(median(all.cholesky));
  figures[`${name}: blocks of 32 / conjugate gradients`] = round(median(all.blocks) / median(all.cg), 3);
  figures[`${name}: at once / exact`] = round(median(all.whole) / median(all.cholesky), 3);
}
rmSync(folder, { recursive: true });
report("ials", { seed, threads, rounds, epochs, factors, implicit: version }, figures);
