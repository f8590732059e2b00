import { writeFileSync } from "node:fs";
import { servableModels } from "#models/catalogue.ts";
import { encodeCounts } from "#models/counts/counts-artefact.ts";
import { goldenCounts } from "#models/testing/golden-counts.ts";

// Keeps today's artefacts as files that tomorrow's code must still load. Run once for each new version of a format;
// never over an old file: node scripts/write-golden.ts 1

const version = process.argv[2];
if (version === undefined) throw new Error("say which version: node scripts/write-golden.ts 1");
const folder = new URL("../src/models/golden/", import.meta.url);
const counts = goldenCounts();
writeFileSync(new URL(`counts-v${version}.bin`, folder), encodeCounts(counts), { flag: "wx" });
for (const [name, factory] of Object.entries(servableModels)) {
  writeFileSync(new URL(`${name}-v${version}.bin`, folder), factory.fitCounts(counts, null, { seed: 1 }).save(), { flag: "wx" });
}
