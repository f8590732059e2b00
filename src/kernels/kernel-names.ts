/** What the compiled module exports; a job names its kernel by its place here. */
export const kernelNames = ["productRows", "solveRows", "densePivot", "densePanel", "denseUpdate", "denseMirror", "gramParts", "alsRows"] as const;
export type KernelName = (typeof kernelNames)[number];

/** Works through the rows [begin, end) of the job whose arguments lie at `args`; `thread` says which scratch is its own. */
export type Kernel = (args: number, begin: number, end: number, thread: number) => void;
export type KernelExports = Readonly<Record<KernelName, Kernel>>;

/** Where in the shared memory the threads agree on what is to be done: places of 32-bit words from address 0. */
export const control = {
  /** The number of the job that may be joined, 0 when none. */
  open: 16,
  /** Workers that may be touching the job. */
  inside: 32,
  /** The next row that nobody has taken. */
  next: 48,
  kernel: 64,
  rows: 65,
  chunk: 66,
  /** Threads beyond this many stay out. */
  threads: 67,
  failed: 68,
  /** Not 0: workers end. */
  stop: 69,
  /** 32 words and 8 doubles: the arguments of the job. */
  args: 128,
} as const;

/** Bytes kept for the above. */
export const controlBytes = 4096;

/** Takes chunks of rows until none is left. */
export function workThrough(words: Int32Array, kernels: KernelExports, thread: number): void {
  const kernel = kernels[kernelNames[words[control.kernel]!]!];
  const rows = words[control.rows]!;
  const chunk = words[control.chunk]!;
  // A call a chunk, not one for all: V8 puts the optimised code in place only when a function is entered again.
  for (let begin = Atomics.add(words, control.next, chunk); begin < rows; begin = Atomics.add(words, control.next, chunk)) {
    kernel(control.args * 4, begin, Math.min(begin + chunk, rows), thread);
  }
}
