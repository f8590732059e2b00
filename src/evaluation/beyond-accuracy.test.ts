import { describe, expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import { beyondAccuracy, type Popularity } from "./beyond-accuracy.ts";

const id = (name: string) => name as ItemId;
const popularity: Popularity = {
  people: 8,
  byItem: new Map([
    [id("a"), 8],
    [id("b"), 4],
    [id("c"), 2],
    [id("d"), 1],
  ]),
};

describe("beyond accuracy, by hand", () => {
  const lists = [
    [id("a"), id("b")],
    [id("a"), id("c")],
  ];
  const pasts = [[id("b")], [id("c"), id("b")]];
  const found = beyondAccuracy(lists, pasts, popularity);

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
    expect(beyondAccuracy([[]], [[]], { people: 0, byItem: new Map() })).toEqual({ coverage: 0, gini: 0, novelty: 0, popularityLift: 0 });
  });
});
