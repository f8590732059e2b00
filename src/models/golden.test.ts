import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { servableModels } from "./catalogue.ts";
import { decodeCounts, encodeCounts } from "./counts/counts-artefact.ts";
import { goldenCounts } from "./testing/golden-counts.ts";

// What was written once must load for ever, and say the same.

const folder = new URL("./golden/", import.meta.url);
const read = (file: string) => new Uint8Array(readFileSync(new URL(file, folder)));
const files = readdirSync(folder);

describe("golden artefacts", () => {
  it("there is one of each kind", () => {
    expect(files.map((file) => file.replace(/-v\d+\.bin$/, "")).sort()).toEqual(
      expect.arrayContaining(["counts", ...Object.keys(servableModels)].sort()),
    );
  });

  it.each(files.filter((file) => file.startsWith("counts-")))("%s holds the counts it was made from", (file) => {
    expect(encodeCounts(decodeCounts(read(file)))).toEqual(encodeCounts(goldenCounts()));
  });

  it.each(files.filter((file) => !file.startsWith("counts-")))("%s answers as the model it was", (file) => {
    const factory = servableModels[file.replace(/-v\d+\.bin$/, "") as keyof typeof servableModels];
    const [kept, fresh] = [factory.load(read(file)), factory.fitCounts(goldenCounts(), null, { seed: 1 })];
    expect(kept.ids.ids()).toEqual(fresh.ids.ids());
    const query = kept.ids
      .ids()
      .slice(0, 3)
      .map((itemId, index) => ({ itemId, strength: 1 - index / 4, age: 0, at: null, rating: null }));
    const [left, right] = [kept.score(query).values, fresh.score(query).values];
    for (const [index, score] of left.entries()) expect(score).toBeCloseTo(right[index]!, 12);
  });
});
