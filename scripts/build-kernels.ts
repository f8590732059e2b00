import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

// Compiles src/kernels/assembly to dist/kernels/kernels.wasm: shared memory from outside, plain 128-bit SIMD, and neither
// heap nor garbage collection (addresses only).

const root = fileURLToPath(new URL("../", import.meta.url));
const outFile = "dist/kernels/kernels.wasm";
mkdirSync(new URL("../dist/kernels/", import.meta.url), { recursive: true });
const { error, stderr } = await main(
  [
    "src/kernels/assembly/kernels.ts",
    ...["--baseDir", root, "--outFile", outFile, "--runtime", "stub"],
    ...["--importMemory", "--noExportMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536", "--memoryBase", "4096"],
    ...[
      "--enable",
      "simd",
      "--enable",
      "threads",
      "--optimizeLevel",
      "3",
      "--shrinkLevel",
      "0",
      "--noAssert",
      "--use",
      "abort=",
      "--disableWarning",
      "112",
    ],
  ],
  { stderr: process.stderr },
);
if (error !== null) throw new Error(`the kernels do not compile: ${error.message} ${String(stderr)}`);
console.log(`${outFile}: ${statSync(new URL(outFile, `file://${root}`)).size} bytes`);
