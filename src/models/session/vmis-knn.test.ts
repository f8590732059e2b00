import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextItemMrr, serenadeFile, serenadeSessions } from "../../../bench/quality/session-data.ts";
import { historiesOf, queryOfOccasions, scoresByNumber } from "../testing/numbered-items.ts";
import { gapMinutesFor } from "./cut-sessions.ts";
import { sequencesOf } from "./sequences.ts";
import { vmisKnn } from "./vmis-knn.ts";

type Golden = {
  readonly items: number;
  readonly histories: [number, number][][];
  readonly queries: number[][];
  readonly vmis: { params: Record<string, number>; scores: number[][] }[];
};
const golden: Golden = JSON.parse(readFileSync("bench/peers/session/golden.json", "utf8"));
const histories = historiesOf(golden.histories);
const needs = existsSync(serenadeFile("train")) ? "" : " (skipped: needs ../shared/data)";

describe("vmis-knn", () => {
  it.each(golden.vmis)("scores as the slow one does: $params", ({ params, scores }) => {
    const model = vmisKnn.fit({ histories, content: null }, { seed: 1, params });
    for (const [at, query] of golden.queries.entries()) {
      const found = scoresByNumber(model, queryOfOccasions(query.map((item) => [item])), golden.items);
      for (const [item, score] of scores[at]!.entries()) expect(found[item]).toBeCloseTo(score, 9);
    }
  });

  it("contributions add up to the score to the bit, whatever the session and the parameters", () => {
    const session = fc.array(fc.array(fc.integer({ min: 0, max: 35 }), { minLength: 1, maxLength: 4 }), { maxLength: 12 });
    const params = fc.record({
      recentSessions: fc.integer({ min: 0, max: 50 }),
      neighbours: fc.integer({ min: 0, max: 50 }),
      maxItemsInSession: fc.integer({ min: 0, max: 15 }),
      idfWeighting: fc.double({ min: 0, max: 5, noNaN: true }),
      sessionGapMinutes: fc.constantFrom(0, 5, 30),
    });
    fc.assert(
      fc.property(session, params, (occasions, chosen) => {
        const model = vmisKnn.fit({ histories, content: null }, { seed: 1, params: chosen });
        const { values, contributionsOf } = model.score(queryOfOccasions(occasions));
        for (const [index, value] of values.entries()) {
          expect(contributionsOf(model.ids.idOf(index))!.reduce((sum, one) => sum + one, 0)).toBe(value);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("cuts histories of many timed visits at half an hour, and nothing else", () => {
    const days = (steps: readonly [number, number][]) => steps.map(([item, day]) => [item, day * 1440] as [number, number]);
    const visits = Array.from({ length: 5 }, () =>
      [0, 3, 9].flatMap((day) => [0, 1, 2, 3].map((turn) => [turn, day + turn / 500] as [number, number])),
    );
    const gapOf = (steps: readonly (readonly [number, number][])[]) => gapMinutesFor(sequencesOf(historiesOf(steps)));
    expect(gapOf(visits.map(days))).toBe(30);
    expect(gapOf(visits.map((steps) => days(steps.filter(([item]) => item === 0))))).toBe(0);
    expect(gapOf(visits.map((steps) => days(steps.map(([item, day]) => [item, Math.floor(day)]))))).toBe(0);
    expect(gapOf(visits.map((steps) => days(steps.slice(0, 4))))).toBe(0);
    expect(gapOf([])).toBe(0);
  });

  it.skipIf(needs !== "")(`Serenade's example: MRR@20 at least .335${needs}`, () => {
    const model = vmisKnn.fit({ histories: serenadeSessions("train"), content: null }, { seed: 1 });
    expect(nextItemMrr(model, serenadeSessions("test"), 20).mrr).toBeGreaterThanOrEqual(0.335);
  });
});
