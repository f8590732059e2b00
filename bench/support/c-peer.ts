import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

type Input = Int32Array | Float32Array | Float64Array;
/** Milliseconds of each turn, and a sum over the answer. */
export type PeerRun = { readonly times: readonly number[]; readonly checksum: number };
export type CPeer = {
  readonly compiler: string;
  run(kernel: string, inputs: readonly Input[], threads: number, turns: number): PeerRun;
  remove(): void;
};

const folder = fileURLToPath(new URL("../peers/c/", import.meta.url));
const flags = ["-O3", "-march=x86-64-v3", "-pthread"];

/** The same algorithms in C, compiled here and now; null where there is no gcc. */
export function compileCPeer(): CPeer | null {
  const built = mkdtempSync(join(tmpdir(), "rapport-peer-"));
  const program = join(built, "peer");
  let compiler: string;
  try {
    compiler = `${execFileSync("gcc", ["--version"], { encoding: "utf8" }).split("\n")[0]} ${flags.join(" ")}`;
  } catch {
    rmSync(built, { recursive: true });
    return null;
  }
  const sources = readdirSync(folder).filter((name) => name.endsWith(".c"));
  execFileSync("gcc", [...flags, ...sources.map((name) => join(folder, name)), "-lm", "-o", program]);
  return {
    compiler,
    run(kernel, inputs, threads, turns) {
      const file = join(built, "input");
      writeFileSync(file, Buffer.concat(inputs.flatMap(asBytes)));
      const output = execFileSync(program, [kernel, file, String(threads), String(turns)], { encoding: "utf8" });
      const numbers = output.trim().split(" ").map(Number);
      return { times: numbers.slice(0, -1), checksum: numbers.at(-1)! };
    },
    remove: () => rmSync(built, { recursive: true }),
  };
}

/** Kind and length as 64-bit words, then the values. */
function asBytes(values: Input): Buffer[] {
  const head = Buffer.alloc(16);
  head[0] = (values instanceof Int32Array ? "i" : values instanceof Float32Array ? "f" : "d").charCodeAt(0);
  head.writeBigInt64LE(BigInt(values.length), 8);
  return [head, Buffer.from(values.buffer, values.byteOffset, values.byteLength)];
}
