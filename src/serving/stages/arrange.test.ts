import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Answer } from "../answer.ts";
import { arrange } from "./arrange.ts";

/** The rule, said plainly over the whole ranking. */
function plainly(scores: readonly number[], kinds: readonly string[], n: number, most: number): number[] {
  const ranked = [...scores.keys()].filter((position) => scores[position]! > 0).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const [chosen, passedOver]: [number[], number[]] = [[], []];
  const isFull = (position: number) => chosen.filter((one) => kinds[one] === kinds[position]).length >= most;
  for (const [rank, position] of ranked.entries()) {
    if (chosen.length === n) break;
    const other = ranked.slice(rank + 1).find((one) => !isFull(one));
    if (isFull(position) && other !== undefined && scores[other]! >= 0.5 * scores[position]!) passedOver.push(position);
    else chosen.push(position);
  }
  return [...chosen, ...passedOver.slice(0, n - chosen.length)].sort((a, b) => scores[b]! - scores[a]! || a - b);
}

describe("arrange", () => {
  it("looks as far down the ranking as the rule needs", () => {
    const items = fc.array(fc.tuple(fc.integer({ min: -1, max: 20 }), fc.constantFrom("a", "a", "a", "a", "b", "c")), { maxLength: 80 });
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 6 }), fc.constantFrom(0.2, 0.4, 1), (scored, n, maxCategoryShare) => {
        const scores = scored.map(([score]) => score);
        const kinds = scored.map(([, kind]) => kind);
        const answer = {
          snapshot: { items: kinds.map((kind) => ({ categories: [kind] })) },
          candidates: new Uint8Array(scores.length).fill(1),
          scores: Float64Array.from(scores),
          request: { n },
          rule: { maxCategoryShare },
        } as unknown as Answer;
        const expected = plainly(scores, kinds, n, Math.max(1, Math.ceil(maxCategoryShare * n)));
        expect(arrange(answer)).toMatchObject({ chosen: expected, chosenScores: expected.map((position) => scores[position]) });
      }),
      { numRuns: 500 },
    );
  });
});
