import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import { gini, rankingMetrics, ratingErrors } from "./metrics.ts";
import { readMetric } from "./named-metric.ts";

const ids = (...names: string[]) => names as ItemId[];
const relevantOf = (...names: string[]) => new Set(ids(...names));
type Name = keyof typeof rankingMetrics;
const names = Object.keys(rankingMetrics) as Name[];

describe("ranking metrics, by hand", () => {
  // Hits at ranks 2 and 4; three were wanted.
  const ranked = ids("a", "X", "b", "Y", "c");
  const wanted = relevantOf("X", "Y", "Z");
  const by = (name: Name, k: number) => rankingMetrics[name](ranked, wanted, k);

  it("at 5", () => {
    expect(by("ndcg", 5)).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3) + 1 / 2), 12);
    expect(by("hr", 5)).toBe(1);
    expect(by("recall", 5)).toBeCloseTo(2 / 3, 12);
    expect(by("mrr", 5)).toBe(1 / 2);
    expect(by("map", 5)).toBeCloseTo((1 / 2 + 2 / 4) / 3, 12);
  });

  it("at 2 only what stands there counts, and what is possible shrinks with it", () => {
    expect(by("ndcg", 2)).toBeCloseTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)), 12);
    expect(by("recall", 2)).toBeCloseTo(1 / 3, 12);
    expect(by("map", 2)).toBeCloseTo(1 / 2 / 2, 12);
  });

  it("at 1 there is nothing", () => {
    for (const name of names) expect(by(name, 1)).toBe(0);
  });
});

describe("ranking metrics, always", () => {
  const universe = Array.from({ length: 12 }, (_, index) => `i${index}` as ItemId);
  const lists = fc.shuffledSubarray(universe);
  const wants = fc.shuffledSubarray(universe, { minLength: 1 });
  const lengths = fc.integer({ min: 1, max: 15 });

  it("lie between 0 and 1", () => {
    fc.assert(
      fc.property(lists, wants, lengths, (ranked, wanted, k) => {
        for (const name of names) {
          const value = rankingMetrics[name](ranked, new Set(wanted), k);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });

  it("are 1 when what was wanted stands first and fits", () => {
    fc.assert(
      fc.property(wants, ([...wanted]) => {
        const ranked = [...wanted, ...universe.filter((itemId) => !wanted.includes(itemId))];
        for (const name of names) expect(rankingMetrics[name](ranked, new Set(wanted), wanted.length)).toBeCloseTo(1, 12);
      }),
    );
  });

  it("do not care which irrelevant item stands where", () => {
    fc.assert(
      fc.property(lists, wants, lengths, fc.integer(), (ranked, wanted, k, turn) => {
        const relevant = new Set(wanted);
        const others = ranked.filter((itemId) => !relevant.has(itemId));
        const turned = others.map((_, at) => others[(((at + turn) % others.length) + others.length) % others.length]!);
        const permuted = ranked.map((itemId) => (relevant.has(itemId) ? itemId : turned.shift()!));
        for (const name of names) expect(rankingMetrics[name](permuted, relevant, k)).toBe(rankingMetrics[name](ranked, relevant, k));
      }),
    );
  });

  it("moving a hit up never lowers them", () => {
    fc.assert(
      fc.property(lists, wants, lengths, fc.nat(11), (ranked, wanted, k, at) => {
        const relevant = new Set(wanted);
        if (at < 1 || at >= ranked.length || !relevant.has(ranked[at]!) || relevant.has(ranked[at - 1]!)) return;
        const better = ranked.with(at - 1, ranked[at]!).with(at, ranked[at - 1]!);
        for (const name of names)
          expect(rankingMetrics[name](better, relevant, k)).toBeGreaterThanOrEqual(rankingMetrics[name](ranked, relevant, k) - 1e-12);
      }),
    );
  });
});

describe("errors of ratings", () => {
  it("by hand: missed by 1, −2 and 0", () => {
    const of = ({ lossOf, finish }: (typeof ratingErrors)[keyof typeof ratingErrors]) => finish((lossOf(1) + lossOf(-2) + lossOf(0)) / 3);
    expect(of(ratingErrors.rmse)).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(of(ratingErrors.mae)).toBe(1);
  });
});

describe("gini", () => {
  it("is 0 for even, (n−1)/n for all on one, and by hand in between", () => {
    expect(gini([3, 3, 3])).toBeCloseTo(0, 12);
    expect(gini([0, 0, 0, 8])).toBeCloseTo(3 / 4, 12);
    expect(gini([1, 2, 3, 4])).toBeCloseTo(0.25, 12);
    expect(gini([])).toBe(0);
  });
});

describe("names of metrics", () => {
  it("are read with their length", () => {
    expect(readMetric("NDCG@10")).toMatchObject({ ok: true, value: { name: "ndcg@10", k: 10 } });
    expect(readMetric("RMSE")).toMatchObject({ ok: true, value: { name: "rmse", answers: "ratings" } });
  });

  it.each(["ndcg@0", "ndcg", "ndcg@", "ndcg@-1", "ndcg@1.5", "ndcg@10@3", "ndcg@1001", "auc@10", "constructor@5", "rmse@10", ""])(
    "%s is refused",
    (text) => {
      expect(readMetric(text)).toMatchObject({ ok: false, problem: { code: "OPTION_INVALID" } });
    },
  );
});
