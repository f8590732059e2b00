import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextItemMrr, serenadeFile, serenadeSessions } from "../../../bench/quality/session-data.ts";
import { historiesOf, queryOfOccasions, scoresByNumber } from "../testing/numbered-items.ts";
import { transitions } from "./transitions.ts";

type Golden = {
  readonly items: number;
  readonly histories: [number, number][][];
  readonly queries: number[][];
  readonly transitions: { params: Record<string, number>; scores: number[][] }[];
};
const golden: Golden = JSON.parse(readFileSync("bench/peers/session/golden.json", "utf8"));
const needs = existsSync(serenadeFile("train")) ? "" : " (skipped: needs ../shared/data)";

describe("transitions", () => {
  it.each(golden.transitions)("counts as the slow one does: $params", ({ params, scores }) => {
    const model = transitions.fit({ histories: historiesOf(golden.histories), content: null }, { seed: 1, params });
    for (const [at, query] of golden.queries.entries()) {
      const found = scoresByNumber(model, queryOfOccasions(query.map((item) => [item])), golden.items);
      for (const [item, score] of scores[at]!.entries()) expect(found[item]).toBeCloseTo(score, 9);
    }
  });

  it("follows the order of time, and none within one time", () => {
    const histories = historiesOf([[0, 1, 2].map((item) => [item, item] as const), [3, 4].map((item) => [item, 7] as const)]);
    const following = (item: number, params = {}) =>
      scoresByNumber(transitions.fit({ histories, content: null }, { seed: 1, params }), queryOfOccasions([[item]]), 5);
    expect(following(0)).toEqual([0, 2 / 3, 1 / 3, 0, 0]);
    expect(following(2)).toEqual([0, 0, 0, 0, 0]);
    expect(following(3)).toEqual([0, 0, 0, 0, 1]);
    expect(following(4)).toEqual([0, 0, 0, 1, 0]);
    expect(following(3, { tieWeight: 0 })).toEqual([0, 0, 0, 0, 0]);
  });

  it("is finite for any parameters that may be asked for", () => {
    const histories = historiesOf(golden.histories.slice(0, 20));
    const params = fc.record({
      window: fc.integer({ min: 0, max: 2000 }),
      ageDecay: fc.double({ min: 0, max: 100, noNaN: true }),
      tieWeight: fc.constantFrom(0, 0.5, 100),
    });
    const occasions = Array.from({ length: 400 }, (_, age) => [age % 30]);
    fc.assert(
      fc.property(params, (chosen) => {
        const model = transitions.fit({ histories, content: null }, { seed: 1, params: chosen });
        expect(model.score(queryOfOccasions(occasions)).values.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.skipIf(needs !== "")(`Serenade's example: MRR@20 at least .27${needs}`, () => {
    const model = transitions.fit({ histories: serenadeSessions("train"), content: null }, { seed: 1 });
    expect(nextItemMrr(model, serenadeSessions("test"), 20).mrr).toBeGreaterThanOrEqual(0.27);
  });
});
