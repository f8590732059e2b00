import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type ServableName, servableModels } from "#models/catalogue.ts";
import { encodeCounts } from "#models/counts/counts-artefact.ts";
import { goldenAnswer } from "#models/testing/golden-answer.ts";
import { goldenCounts } from "#models/testing/golden-counts.ts";

// Keeps today's artefacts, and what they answer, as files that tomorrow's code must still load. Run once for each new
// version of a format, naming what is new; never over an old file: node scripts/write-golden.ts 2 counts linear together

const [version, ...kinds] = process.argv.slice(2);
if (version === undefined || kinds.length === 0) throw new Error("say which version of what: node scripts/write-golden.ts 2 counts linear");
const folder = new URL("../src/models/golden/", import.meta.url);
const counts = goldenCounts();
for (const kind of kinds) {
  const bytes = kind === "counts" ? encodeCounts(counts) : servableModels[kind as ServableName].fitCounts(counts, null, { seed: 1 }).save();
  writeFileSync(new URL(`${kind}-v${version}.bin`, folder), bytes, { flag: "wx" });
}
const models = readdirSync(folder).filter((file) => file.endsWith(".bin") && !file.startsWith("counts-"));
const answers = Object.fromEntries(
  models.map((file) => [
    file,
    goldenAnswer(servableModels[file.split("-v")[0] as ServableName].load(new Uint8Array(readFileSync(new URL(file, folder))))),
  ]),
);
const known = new URL("answers.json", folder);
writeFileSync(known, `${JSON.stringify(answers, null, 2)}\n`);
