import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { topK } from "./top-k.ts";

const values = fc.array(
  fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0)),
  {
    maxLength: 200,
  },
);
/** What it must be, said plainly: NaN last, ties by index. */
const sorted = (scores: readonly number[], indices: readonly number[]) => {
  const isNumber = (index: number) => (Number.isNaN(scores[index]!) ? 0 : 1);
  const order = (a: number, b: number) => (scores[a] === scores[b] ? 0 : scores[a]! < scores[b]! ? 1 : -1);
  return [...indices].sort((a, b) => isNumber(b) - isNumber(a) || (isNumber(a) === 1 ? order(a, b) : 0) || a - b);
};

describe("top k", () => {
  it("is the head of a full sort, ties by index, NaN last", () => {
    fc.assert(
      fc.property(values, fc.nat(250), (scores, k) => {
        expect([...topK(Float64Array.from(scores), k)]).toEqual(sorted(scores, [...scores.keys()]).slice(0, k));
      }),
    );
  });

  it("takes only what is allowed and above a limit", () => {
    const flags = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 200, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.nat(30), flags, fc.integer({ min: -3, max: 3 }), (scores, k, flagged, above) => {
        const eligible = [...scores.keys()].filter((index) => flagged[index] === 1 && scores[index]! > above);
        const found = topK(Float64Array.from(scores), k, { allowed: Uint8Array.from(flagged), above });
        expect([...found]).toEqual(sorted(scores, eligible).slice(0, k));
      }),
    );
  });
});
