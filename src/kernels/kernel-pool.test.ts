import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { cooccurrence } from "./cooccurrence.ts";
import { dropPool, withKernels } from "./kernel-pool.ts";
import type { CountRows } from "./sparse-rows.ts";

const rowCount = 3000;
const rows: CountRows = {
  starts: Int32Array.from({ length: rowCount + 1 }, (_, row) => row * 40),
  columns: Int32Array.from({ length: rowCount * 40 }, (_, at) => ((Math.floor(at / 40) * 7) % 500) + (at % 40) * 10),
  counts: new Int32Array(rowCount * 40).fill(1),
};
const total = (threads: number) => cooccurrence(rows, 1000, { threads }).counts.reduce((sum, count) => sum + count, 0);
const expected = rowCount * 40 * 39;
const sharedModule = new URL("./kernel-pool.ts", import.meta.url).href;
const countingModule = new URL("./cooccurrence.ts", import.meta.url).href;

describe("kernel pool", () => {
  it("answers alike while its workers start, work and have been dropped", () => {
    for (let turn = 0; turn < 30; turn++) {
      if (turn % 10 === 9) dropPool();
      expect(total(1 + (turn % 4))).toBe(expected);
    }
  });

  it("works within another thread, beside this one, and lets it end", async () => {
    const source = `import { parentPort } from "node:worker_threads";
      const { cooccurrence } = await import(${JSON.stringify(countingModule)});
      const rows = ${JSON.stringify({ rowCount })};
      const starts = Int32Array.from({ length: rows.rowCount + 1 }, (_, row) => row * 2);
      const columns = Int32Array.from({ length: rows.rowCount * 2 }, (_, at) => at % 2);
      const answers = Array.from({ length: 20 }, () => cooccurrence({ starts, columns, counts: new Int32Array(columns.length).fill(1) }, 2, { threads: 2 }).counts[0]);
      parentPort.postMessage(answers);`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { execArgv: [] });
    const ended = once(worker, "exit");
    const [answers] = (await once(worker, "message")) as [number[]];
    expect(new Set(answers)).toEqual(new Set([rowCount]));
    expect(total(2)).toBe(expected);
    expect(await ended).toEqual([0]);
  });

  it("does not keep a process alive, and needs nothing of its event loop", async () => {
    const { execFileSync } = await import("node:child_process");
    const source = `const { withKernels } = await import(${JSON.stringify(sharedModule)});
      const { cooccurrence } = await import(${JSON.stringify(countingModule)});
      const start = performance.now();
      while (performance.now() - start < 300) cooccurrence({ starts: Int32Array.of(0, 2), columns: Int32Array.of(0, 1), counts: Int32Array.of(1, 1) }, 100, { threads: 3 });
      console.log(withKernels(1, (arena) => arena.threads));`;
    expect(execFileSync(process.execPath, ["--input-type=module", "-e", source], { encoding: "utf8", timeout: 20_000 })).toBe("1\n");
  });

  it("refuses a call within a call", () => {
    expect(() => withKernels(1, () => total(1))).toThrow("within");
    expect(total(1)).toBe(expected);
  });

  it("gives a large memory back", () => {
    const buffers = [700, 1, 1].map((megabytes) => withKernels(1, (arena) => arena.ints(arena.reserve(megabytes * 2 ** 20), 1).buffer.byteLength));
    expect(buffers[0]).toBeGreaterThan(700 * 2 ** 20);
    expect(buffers[1]).toBeLessThan(100 * 2 ** 20);
    expect(total(2)).toBe(expected);
  });
});
