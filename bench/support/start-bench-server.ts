import { fork } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type BenchServer = {
  readonly address: string;
  readonly keys: { readonly writeKey: string; readonly serverKey: string };
  readonly customers: readonly string[];
  readonly items: readonly string[];
  readonly dataFolder: string;
  stop(): Promise<void>;
};

export async function startBenchServer(): Promise<BenchServer> {
  const child = fork(fileURLToPath(new URL("../speed/bench-server.ts", import.meta.url)));
  const ready = await new Promise<{ port: number } & Omit<BenchServer, "address" | "stop">>((resolve, reject) => {
    child.once("message", (message) => resolve(message as never));
    child.once("exit", (code) => reject(new Error(`the server ended with code ${code} before it was ready`)));
  });
  return {
    ...ready,
    address: `http://127.0.0.1:${ready.port}`,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await ended;
      rmSync(ready.dataFolder, { recursive: true, force: true });
    },
  };
}
