import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

// Loaded into a server under test (`serveRapport(…, withMemoryProbe)`): on SIGUSR2 it throws away what nobody needs any longer, and
// says on stdout what is left. What a process occupies besides is rubbish that V8 had no reason to clear away yet.

if (isMainThread) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  process.on("SIGUSR2", () => {
    collect();
    // What only a finalizer lets go of (buffers of sockets) goes with the next collection.
    setTimeout(() => {
      collect();
      process.stdout.write(`memory ${JSON.stringify(process.memoryUsage())}\n`);
    }, 20);
  });
}
