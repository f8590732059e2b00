import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { servableModels } from "./catalogue.ts";
import { countsAreCurrent, decodeCounts, encodeCounts } from "./counts/counts-artefact.ts";
import { goldenAnswer } from "./testing/golden-answer.ts";
import { goldenCounts } from "./testing/golden-counts.ts";

// What was written once must load for ever, and say the same.

const folder = new URL("./golden/", import.meta.url);
const read = (file: string) => new Uint8Array(readFileSync(new URL(file, folder)));
const files = readdirSync(folder).filter((file) => file.endsWith(".bin"));
const answers = JSON.parse(readFileSync(new URL("answers.json", folder), "utf8")) as Record<string, number[]>;

describe("golden artefacts", () => {
  it("there is one of each kind", () => {
    expect(files.map((file) => file.replace(/-v\d+\.bin$/, "")).sort()).toEqual(
      expect.arrayContaining(["counts", ...Object.keys(servableModels)].sort()),
    );
  });

  it.each(files.filter((file) => file.startsWith("counts-")))("%s holds the counts it was made from, or says that it is to be made again", (file) => {
    if (countsAreCurrent(read(file))) expect(encodeCounts(decodeCounts(read(file)))).toEqual(encodeCounts(goldenCounts()));
    else expect(["counts-v1.bin", "counts-v2.bin"]).toContain(file);
  });

  it.each(files.filter((file) => !file.startsWith("counts-")))("%s answers as the model it was", (file) => {
    const factory = servableModels[file.replace(/-v\d+\.bin$/, "") as keyof typeof servableModels];
    const model = factory.load(read(file));
    expect(goldenAnswer(model)).toEqual(answers[file]!.map((score) => expect.closeTo(score, 9)));
  });
});
