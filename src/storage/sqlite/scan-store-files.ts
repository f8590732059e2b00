import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Scanned, ScanOrder } from "./scan-program.ts";

export type { Scanned };

const program = fileURLToPath(new URL("./scan-program.ts", import.meta.url));
const limitMs = 10 * 60_000;

/**
 * Looks for texts in every byte of the database's file, its log, its free pages, and of the other files of its folder; what it finds
 * in parts of pages that hold nothing it wipes. In a process of its own.
 */
export async function scanStoreFiles(order: ScanOrder): Promise<Scanned> {
  const child = spawn(process.execPath, ["--no-warnings", program], { stdio: ["pipe", "pipe", "pipe"], timeout: limitMs, killSignal: "SIGKILL" });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(order));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`the files of the store could not be looked through (${code})`);
  return JSON.parse(said.out) as Scanned;
}
