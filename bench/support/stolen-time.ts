import { readFileSync } from "node:fs";

type Ticks = { readonly all: number; readonly stolen: number };

/** What all processors together did since the machine began: the first line of proc_stat(5). Null elsewhere than on Linux. */
function ticks(): Ticks | null {
  try {
    const [, line = ""] = /^cpu +(.+)$/m.exec(readFileSync("/proc/stat", "utf8")) ?? [];
    // user, nice, system, idle, iowait, irq, softirq, steal; what guests use is counted in user already.
    const counts = line.split(" ").slice(0, 8).map(Number);
    return { all: counts.reduce((sum, count) => sum + count, 0), stolen: counts[7] ?? 0 };
  } catch {
    return null;
  }
}

const begun = ticks();

/** Share of the processors' time since this process began that the host gave to other machines; null where nobody says. */
export function stolenShare(): number | null {
  const now = ticks();
  if (begun === null || now === null || now.all <= begun.all) return null;
  return Math.round((1000 * (now.stolen - begun.stolen)) / (now.all - begun.all)) / 1000;
}
