import { workerData } from "node:worker_threads";
import { control, controlBytes, type KernelExports, workThrough } from "./kernel-names.ts";

/** What a worker is started with. */
export type KernelWorkerData = { readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory; readonly thread: number };

const { module, memory, thread } = workerData as KernelWorkerData;
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
const words = new Int32Array(memory.buffer, 0, controlBytes / 4);

// Says that it is inside before it looks whether a job is open: so either it sees that the job was closed, or the
// caller, who closes first and looks who is inside after, waits for it.
for (let done = 0; Atomics.load(words, control.stop) === 0; ) {
  Atomics.add(words, control.inside, 1);
  const job = Atomics.load(words, control.open);
  if (job > 0 && job !== done && thread < words[control.threads]!) {
    try {
      workThrough(words, kernels, thread);
    } catch {
      Atomics.store(words, control.failed, 1);
    }
  }
  if (job > 0) done = job;
  Atomics.sub(words, control.inside, 1);
  Atomics.notify(words, control.inside);
  if (Atomics.load(words, control.stop) === 0) Atomics.wait(words, control.open, job);
}
