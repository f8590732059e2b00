import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

// Bundles src/sdk into dist/sdk (or the folder given): an ES module, a classic script, the types, and a package.json to
// publish it with.

const root = fileURLToPath(new URL("../", import.meta.url));
const outDir = resolve(process.argv[2] ?? `${root}dist/sdk`);
const outputs = [
  { entry: "src/sdk/rapport.ts", format: "es", fileName: "rapport.js" },
  { entry: "src/sdk/global-script.ts", format: "iife", fileName: "rapport.global.js" },
] as const;

/** Whole or not at all: a server may be reading it. */
function put(name: string, text: string): void {
  mkdirSync(outDir, { recursive: true });
  const unfinished = `${outDir}/.${name}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, `${outDir}/${name}`);
}

for (const { entry, format, fileName } of outputs) {
  const [bundle] = (await build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: {
      write: false,
      // Phones that get no updates any more are part of the market.
      target: "es2019",
      minify: "oxc",
      lib: { entry: root + entry, formats: [format], name: "rapportSdk", fileName: () => fileName },
      // A library is otherwise left with its blanks, for the next bundler.
      rolldownOptions: { output: { minify: true } },
    },
  })) as Rolldown.RolldownOutput[];
  const { code } = bundle!.output[0];
  put(fileName, code);
  console.log(`${fileName}: ${Buffer.byteLength(code)} bytes, ${gzipSync(code, { level: 9 }).length} with gzip`);
}

const types = readFileSync(`${root}src/sdk/public-types.ts`, "utf8").replace(/^\/\/.*\n\n/, "");
put("rapport.d.ts", `${types}\n/** One shop in this browser. */\nexport declare function createRapport(options: RapportOptions): Rapport;\n`);

const { version, license } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string; license: string };
const manifest = {
  name: "rapport-browser",
  version,
  description: "Sends what happens in a shop's pages to Rapport, as far as the person allows.",
  license,
  type: "module",
  sideEffects: ["./rapport.global.js"],
  exports: { ".": { types: "./rapport.d.ts", default: "./rapport.js" }, "./rapport.global.js": "./rapport.global.js" },
  types: "./rapport.d.ts",
};
put("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
