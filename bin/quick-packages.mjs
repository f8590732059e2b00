// Two packages of hundreds of small files each are a third of what a start costs. `npm ci` puts each into one file
// (scripts/build-packages.ts); this has Node read those, in this thread, wherever they are there and the packages are asked for by name.
import { existsSync, readFileSync } from "node:fs";
import module from "node:module";

const folder = new URL("../dist/packages/", import.meta.url);
const list = new URL("list.json", folder);
const urls = existsSync(list)
  ? new Map(Object.entries(JSON.parse(readFileSync(list, "utf8"))).map(([name, file]) => [name, new URL(file, folder).href]))
  : new Map();

if (urls.size > 0)
  module.registerHooks?.({
    resolve(specifier, context, next) {
      const url = urls.get(specifier);
      return url === undefined ? next(specifier, context) : { url, format: "module", shortCircuit: true };
    },
  });
