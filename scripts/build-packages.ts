import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

// Puts packages that are hundreds of files each into a few (bin/quick-packages.mjs reads them). What they share stays shared.

const names = ["kysely", "kysely/migration", "typebox", "typebox/compile", "typebox/format", "typebox/value"] as const;

const root = fileURLToPath(new URL("../", import.meta.url));
const outDir = `${root}dist/packages`;
const unfinished = `${outDir}.${process.pid}`;
const fileOf = (name: string) => `${name.replaceAll("/", "-")}.mjs`;

await build({
  root,
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: unfinished,
    emptyOutDir: true,
    target: "node24",
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(names.map((name) => [fileOf(name).slice(0, -4), fileURLToPath(import.meta.resolve(name))])),
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "[name].mjs", chunkFileNames: "shared-[hash].mjs" },
    },
  },
});
writeFileSync(`${unfinished}/list.json`, JSON.stringify(Object.fromEntries(names.map((name) => [name, fileOf(name)]))));
// Whole or not at all: a program may be starting.
rmSync(outDir, { recursive: true, force: true });
renameSync(unfinished, outDir);
console.log(`packages: ${names.length} in ${readdirSync(outDir).length - 1} files`);
