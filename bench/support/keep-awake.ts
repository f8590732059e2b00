import { spawn } from "node:child_process";
import { cpus } from "node:os";

/** Works whenever nobody else wants to, and ends with whoever started it. */
const spin = `const parent = process.ppid;
for (;;) {
  for (const end = Date.now() + 200; Date.now() < end; );
  if (process.ppid !== parent) process.exit();
}`;

/**
 * Keeps the processors of a virtual machine from falling asleep: on a busy host each waking up waits for the host, and a service that
 * waits for the disk and for requests is woken thousands of times a second. What keeps them awake is of the idle class (sched(7)): it
 * runs only while nothing else can. Linux, with chrt of util-linux.
 */
export function keepAwake(): void {
  for (const _ of cpus()) {
    const child = spawn("chrt", ["--idle", "0", process.execPath, "--eval", spin], { stdio: "ignore" });
    // Else the result would say that they were kept awake, and they were not.
    child.on("error", (cause) => {
      throw new Error("cannot keep the processors awake: there is no chrt", { cause });
    });
    child.unref();
    process.once("exit", () => child.kill("SIGKILL"));
  }
}
