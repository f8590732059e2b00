import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hideSmallTally, parseSmallestGroup, widestShown, windowDays, windowFor } from "./small-cells.ts";

const same = (a: number | undefined, b: number | undefined) => a === b;

describe("small cells", () => {
  it("R48: what is about fewer people than the smallest group is not told, nor what would tell it by subtraction", () => {
    expect(hideSmallTally({ granted: 40, refused: 3 }, 10)).toEqual({ granted: null, refused: null });
    expect(hideSmallTally({ granted: 40, refused: 0 }, 10)).toEqual({ granted: 40, refused: 0 });
    expect(hideSmallTally({ granted: 10, refused: 12 }, 10)).toEqual({ granted: 10, refused: 12 });
    expect(hideSmallTally({ granted: 1, refused: 1 }, 1)).toEqual({ granted: 1, refused: 1 });
  });

  it("R48: the differencing attack: no two spans differ by what fewer than the smallest group did", () => {
    const smallest = 5;
    const acts = fc.array(fc.record({ person: fc.integer({ min: 0, max: 30 }), daysAgo: fc.integer({ min: 0, max: 400 }) }), { maxLength: 200 });
    fc.assert(
      fc.property(acts, (done) => {
        const spans = windowDays.map((days) => {
          const sums = new Map<string, number>();
          for (const { person, daysAgo } of done) if (daysAgo < days) sums.set(String(person), (sums.get(String(person)) ?? 0) + 1);
          return sums;
        });
        // What somebody gets who asks for every span in turn.
        const answers = spans.map((_, at) => widestShown(spans.slice(0, at + 1), smallest, same));
        for (const [at, one] of answers.entries())
          for (const other of answers.slice(at + 1)) {
            if (other === null) continue;
            const people = new Set([...(one?.keys() ?? []), ...other.keys()]);
            const differing = [...people].filter((person) => one?.get(person) !== other.get(person)).length;
            expect(differing === 0 || differing >= smallest).toBe(true);
          }
      }),
    );
  });

  it("R48: only certain spans can be asked for, so that days cannot be cut out one by one", () => {
    expect([1, 6, 7, 29, 30, 31, 400, 3650].map(windowFor)).toEqual([1, 1, 7, 14, 30, 30, 365, 3650]);
  });

  it("the smallest group is 10 unless told", () => {
    expect([undefined, "", "1", " 25 ", "0", "-3", "ten", "1e3", "10000"].map(parseSmallestGroup)).toEqual([
      10,
      10,
      1,
      25,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});
