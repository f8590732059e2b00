import { describe, expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import { createItemContent } from "#models/content/create-item-content.ts";
import { createBeyondMeter, type Popularity } from "./beyond-accuracy.ts";
import { calibrationOf, facetsOf } from "./calibration.ts";
import { contentRows, diversityOf, personRows } from "./diversity.ts";
import { step } from "./testing/steps.ts";

const id = (name: string) => name as ItemId;
const ids = (...names: string[]) => names.map(id);
const popularity: Popularity = {
  people: 8,
  byItem: new Map([
    [id("a"), 8],
    [id("b"), 4],
    [id("c"), 2],
    [id("d"), 1],
  ]),
};

const meterOf = (around: Popularity) => createBeyondMeter({ learn: [], popularity: around, content: null, facets: null }, 2);

describe("beyond accuracy, by hand", () => {
  const meter = meterOf(popularity);
  meter.add(ids("a", "b"), ids("b"));
  meter.add(ids("a", "c"), ids("c", "b"));
  const found = meter.result();

  it("coverage and spread count every item that could be shown", () => {
    expect(found.coverage).toBe(3 / 4);
    // Shown 0, 1, 1, 2 times.
    expect(found.gini).toBeCloseTo((0 * -3 + 1 * -1 + 1 * 1 + 2 * 3) / (4 * 4), 12);
  });

  it("novelty is the mean surprise in bits: 0, 1, 0, 2", () => {
    expect(found.novelty).toBeCloseTo(3 / 4, 12);
  });

  it("lift compares with the people's own past: (6 + 5)/2 against (4 + 3)/2", () => {
    expect(found.popularityLift).toBeCloseTo(5.5 / 3.5 - 1, 12);
  });

  it("nothing shown is zero, not an error", () => {
    const nothing = meterOf({ people: 0, byItem: new Map() });
    nothing.add([], []);
    expect(nothing.result()).toEqual({ coverage: 0, gini: 0, novelty: 0, popularityLift: 0, diversity: null, calibration: null });
  });
});

describe("diversity, by hand", () => {
  it("of who chose: cosines ½ of a and b, 0 of the others", () => {
    const learn = [["a", "b"], ["a"], ["b", "b"], ["c"]].map((items) => items.map((item, at) => step(item, at)));
    const rows = personRows(learn, new Set(ids("a", "b", "c", "unknown")));
    expect(diversityOf([ids("a", "b")], rows)).toBeCloseTo(1 / 2, 12);
    expect(diversityOf([ids("a", "b", "c")], rows)).toBeCloseTo(1 - (1 / 2 + 0 + 0) / 3, 12);
    expect(diversityOf([ids("a", "b"), ids("b", "c"), ids("a", "unknown")], rows)).toBeCloseTo((1 / 2 + 1) / 2, 12);
    expect(diversityOf([ids("a"), []], rows)).toBeNull();
  });

  it("of content: the same is 0, nothing in common is 1", () => {
    const content = { ids: createItemContent(new Map(ids("a", "b", "c").map((one) => [one, {}]))).ids, names: ["x", "y"] };
    const rows = contentRows({
      ...content,
      starts: Int32Array.of(0, 1, 2, 4),
      features: Int32Array.of(0, 1, 0, 1),
      values: Float32Array.of(3, 2, 1, 1),
    });
    expect(diversityOf([ids("a", "b")], rows)).toBeCloseTo(1, 12);
    expect(diversityOf([ids("a", "c")], rows)).toBeCloseTo(1 - 1 / Math.SQRT2, 6);
    expect(diversityOf([ids("a", "a")], rows)).toBeCloseTo(0, 12);
  });
});

describe("calibration, by hand", () => {
  const genres = { a: ["drama"], b: ["drama", "war"], c: ["war"], d: ["drama"] };
  const facets = facetsOf(createItemContent(new Map(Object.entries(genres).map(([name, genre]) => [id(name), { genres: genre }]))))!;

  it("0 where the mix is the same, else Kullback–Leibler with a hundredth of the past mixed in", () => {
    expect(calibrationOf(ids("c", "a"), ids("a", "c"), facets)).toBeCloseTo(0, 12);
    // Past: ½ drama, ½ war. List: ¾ drama, ¼ war.
    const against = (share: number) => 0.99 * share + 0.01 * 0.5;
    const expected = 0.5 * Math.log(0.5 / against(0.75)) + 0.5 * Math.log(0.5 / against(0.25));
    expect(calibrationOf(ids("a", "b"), ids("a", "c"), facets)).toBeCloseTo(expected, 12);
    expect(calibrationOf(ids("a"), ids("c"), facets)).toBeCloseTo(Math.log(1 / 0.01), 12);
  });

  it("says nothing of what has no categories", () => {
    expect(calibrationOf(ids("unknown"), ids("a"), facets)).toBeNull();
    expect(calibrationOf([], ids("a"), facets)).toBeNull();
  });
});
