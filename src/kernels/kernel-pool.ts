import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { control, controlBytes, type KernelExports, type KernelName, kernelNames, workThrough } from "./kernel-names.ts";
import type { KernelWorkerData } from "./kernel-worker.ts";

// The one place where the arithmetic touches the machine: the compiled module, its memory and its threads.

const moduleUrl = new URL("../../dist/kernels/kernels.wasm", import.meta.url);
const pageBytes = 65_536;
/** All that 32-bit addresses reach. */
const maxPages = 65_536;
/** A memory that grew beyond this is given back after the call. */
const keptBytes = 512 * 2 ** 20;
const maxThreads = 16;

type Pool = { readonly memory: WebAssembly.Memory; readonly words: Int32Array; readonly kernels: KernelExports; workers: number; jobs: number };

/** Shared memory to work in until the call ends; addresses are bytes, aligned to 64. */
export type Arena = {
  readonly threads: number;
  /** Room for so many bytes; what is in it is undefined. Throws when the 4 GB are full. */
  reserve(bytes: number): number;
  /** A copy of the array in the arena. */
  place(array: Int32Array | Float32Array | Float64Array): number;
  ints(address: number, length: number): Int32Array;
  floats(address: number, length: number): Float32Array;
  doubles(address: number, length: number): Float64Array;
  /**
   * Runs the kernel over all rows, `chunk` rows at a time, on all threads and this one; back when all are done. Reads
   * its arguments in order: whole numbers and addresses first, doubles apart.
   */
  run(kernel: KernelName, rows: number, chunk: number, words: readonly number[], doubles?: readonly number[]): void;
};

let module: WebAssembly.Module | null = null;
let pool: Pool | null = null;
let busy = false;

/** RAPPORT_KERNEL_THREADS, else as many as the machine runs at once. */
function defaultThreads(): number {
  const told = Number(process.env.RAPPORT_KERNEL_THREADS);
  return Math.min(maxThreads, Number.isInteger(told) && told > 0 ? told : availableParallelism());
}

/**
 * Calls `use` with an arena, which is gone after it. Synchronous, from any thread; each thread that calls has its own
 * memory and workers. Workers start in the background and join the job that is under way once they are up, so the
 * caller never waits for them; with one thread there are none.
 */
export function withKernels<Result>(threads: number | undefined, use: (arena: Arena) => Result): Result {
  if (busy) throw new Error("kernels were called from within a call of kernels");
  pool ??= openPool();
  busy = true;
  try {
    return use(createArena(pool, Math.max(1, Math.min(maxThreads, threads ?? defaultThreads()))));
  } finally {
    busy = false;
    if (pool.memory.buffer.byteLength > keptBytes) dropPool();
  }
}

/** Ends the workers and lets go of the memory; the next call opens another. */
export function dropPool(): void {
  if (pool === null) return;
  Atomics.store(pool.words, control.stop, 1);
  Atomics.store(pool.words, control.open, -1);
  Atomics.notify(pool.words, control.open);
  pool = null;
}

function openPool(): Pool {
  module ??= new WebAssembly.Module(readModule());
  const memory = new WebAssembly.Memory({ initial: 16, maximum: maxPages, shared: true });
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
  return { memory, words: new Int32Array(memory.buffer, 0, controlBytes / 4), kernels, workers: 0, jobs: 0 };
}

function readModule(): Uint8Array<ArrayBuffer> {
  try {
    return readFileSync(moduleUrl);
  } catch (cause) {
    throw new Error(`the kernels are not built (${moduleUrl.pathname}): run npm run build:kernels`, { cause });
  }
}

function startWorkers(opened: Pool, threads: number): void {
  for (; opened.workers < threads - 1; opened.workers++) {
    const workerData: KernelWorkerData = { module: module!, memory: opened.memory, thread: opened.workers + 1 };
    const worker = new Worker(new URL("./kernel-worker.ts", import.meta.url), { workerData, execArgv: [], name: "kernel" });
    worker.unref();
    // One that cannot start is one that does not help.
    worker.on("error", () => {});
  }
}

function createArena(opened: Pool, threads: number): Arena {
  const { memory, words, kernels } = opened;
  let top = controlBytes;
  const reserve = (bytes: number): number => {
    const address = top;
    top += Math.ceil(bytes / 64) * 64;
    const missing = Math.ceil(top / pageBytes) - memory.buffer.byteLength / pageBytes;
    if (missing > 0) memory.grow(missing);
    return address;
  };
  const ints = (address: number, length: number) => new Int32Array(memory.buffer, address, length);
  const floats = (address: number, length: number) => new Float32Array(memory.buffer, address, length);
  const doubles = (address: number, length: number) => new Float64Array(memory.buffer, address, length);
  return {
    threads,
    reserve,
    ints,
    floats,
    doubles,
    place(array) {
      const address = reserve(array.byteLength);
      if (array instanceof Int32Array) ints(address, array.length).set(array);
      else if (array instanceof Float32Array) floats(address, array.length).set(array);
      else doubles(address, array.length).set(array);
      return address;
    },
    run(kernel, rows, chunk, wordArguments, doubleArguments = []) {
      words[control.kernel] = kernelNames.indexOf(kernel);
      words[control.rows] = rows;
      words[control.chunk] = chunk;
      words[control.threads] = threads;
      words.set(wordArguments, control.args);
      doubles(control.args * 4 + 128, 8).set(doubleArguments);
      Atomics.store(words, control.next, 0);
      const shared = threads > 1 && rows > chunk;
      if (shared) {
        startWorkers(opened, threads);
        opened.jobs = (opened.jobs % 0x3fffffff) + 1;
        Atomics.store(words, control.open, opened.jobs);
        Atomics.notify(words, control.open);
      }
      try {
        workThrough(words, kernels, 0);
      } finally {
        if (shared) closeJob(words);
      }
      if (Atomics.exchange(words, control.failed, 0) !== 0) throw new Error(`the kernel ${kernel} failed on one of its threads`);
    },
  };
}

function closeJob(words: Int32Array): void {
  Atomics.store(words, control.open, 0);
  for (let inside = Atomics.load(words, control.inside); inside > 0; inside = Atomics.load(words, control.inside)) {
    Atomics.wait(words, control.inside, inside);
  }
}
