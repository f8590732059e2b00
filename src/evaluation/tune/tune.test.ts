import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { createIdMap } from "#models/id-map.ts";
import type { ModelFactory } from "#models/model.ts";
import type { Params } from "#models/params.ts";
import { readMetric } from "../named-metric.ts";
import { plain, step } from "../testing/steps.ts";
import { planSettings } from "./plan-settings.ts";
import { drawSetting, varySetting } from "./propose-params.ts";
import { createRace, expectedShare, rungsOf } from "./rungs.ts";
import { type TuneRequest, tune } from "./tune.ts";

const people = 60;
const id = (number: number) => `i${number}` as ItemId;
/** Everybody goes through twenty items in a circle, so the next one is the last one's number plus one. */
const histories = Array.from({ length: people }, (_, person) => Array.from({ length: 8 }, (_, turn) => step(id((person + turn) % 20), turn + 1)));
const data = { histories, given: null, content: null, timed: false };

/** Ranks the right answer at a place that grows with the distance of `x` from 3 (and not with `y`); a fit takes a second. */
function needle(clock: { seconds: number; fits: Params[] }): ModelFactory {
  return {
    name: "needle",
    needs: "history",
    explains: "none",
    space: { x: { kind: "log", low: 0.1, high: 100 }, y: { kind: "choice", values: [1, 2, 3] } },
    fit(_, { params = {} }) {
      clock.seconds += 1;
      clock.fits.push(params);
      const used = { x: 30, y: 1, ...params };
      const ids = createIdMap(Array.from({ length: 20 }, (_, number) => id(number)));
      return {
        name: "needle",
        needs: "history",
        ids,
        score(query) {
          const last = Number(query[0]!.itemId.slice(1));
          const off = Math.min(9, Math.round(10 * Math.abs(Math.log10(used.x / 3))));
          const values = Float64Array.from({ length: 20 }, (_, item) => -((item - last - 1 + 40) % 20)).map((value, item) =>
            item === (last + 1) % 20 ? -off - 0.5 : value,
          );
          return { values, contributionsOf: () => null };
        },
        describe: () => ({ description: "", params: used, counts: {} }),
      };
    },
  };
}

const metric = (name: string) => {
  const read = readMetric(name);
  if (!read.ok) throw new Error(name);
  return read.value;
};

function tuned(more: Partial<TuneRequest> = {}, params: Params = {}) {
  const clock = { seconds: 0, fits: [] as Params[] };
  const { part: _, firstFoldOnly: __, ...options } = plain;
  const request: TuneRequest = {
    ...options,
    protocol: "leave-one-out",
    models: [{ factory: needle(clock), params }],
    metrics: [metric("mrr@10")],
    maxCases: null,
    seconds: 40,
    trials: null,
    ...more,
  };
  const result = tune(data, request, () => clock.seconds);
  if (!result.ok) throw new Error(result.problem.detail);
  return { ...result.value, clock };
}

describe("tune", () => {
  it("finds the needle on validation, and says how good it is on the test", () => {
    const { results, tuning, clock, part } = tuned({ seconds: 70 });
    expect(part).toBe("test");
    expect(results[0]!.params.x).toBeGreaterThan(2);
    expect(results[0]!.params.x).toBeLessThan(4.5);
    expect(tuning[0]).toMatchObject({ model: "needle", tried: 65 });
    expect(tuning[0]!.validation["mrr@10"]).toBeGreaterThan(tuning[0]!.defaults["mrr@10"]!);
    expect(results[0]!.metrics["mrr@10"]!.mean).toBe(tuning[0]!.validation["mrr@10"]);
    expect(clock.fits[0]).toEqual({});
    expect(clock.fits.at(-1)).toEqual(results[0]!.params);
    expect(clock.seconds).toBeLessThanOrEqual(71);
  });

  it("the same seed tries the same in the same order; another seed something else", () => {
    expect(tuned().clock.fits).toEqual(tuned().clock.fits);
    expect(tuned({ seed: 2 }).clock.fits).not.toEqual(tuned().clock.fits);
    // A little more or less time changes nothing.
    expect(tuned({ seconds: 44 }).clock.fits).toEqual(tuned().clock.fits);
  });

  it("keeps within the time by one fit, and always tries the defaults", () => {
    for (const seconds of [0.5, 2, 5, 17]) {
      const { clock, tuning } = tuned({ seconds });
      expect(clock.seconds).toBeLessThanOrEqual(Math.max(seconds + 1, 2));
      expect(clock.fits[0]).toEqual({});
      expect(tuning[0]!.finished).toBeGreaterThanOrEqual(1);
    }
  });

  it("--trials counts, and what is fixed stays", () => {
    const { clock, tuning, results } = tuned({ trials: 5, seconds: 1000 }, { x: 50 });
    expect(tuning[0]!.tried).toBeLessThanOrEqual(6);
    for (const { x } of clock.fits) expect(x).toBe(50);
    expect(results[0]!.params.x).toBe(50);
    expect(tuned({ trials: 0, seconds: 1000 }).clock.fits).toEqual([{}, {}]);
  });

  it("parts the time between models", () => {
    const clock = { seconds: 0, fits: [] as Params[] };
    const { tuning } = tuned({ models: [needle(clock), needle(clock)].map((factory) => ({ factory, params: {} })) });
    expect(tuning).toHaveLength(2);
  });
});

describe("halving", () => {
  it("asks a ninth, a third, all; not fewer than 300 at once", () => {
    expect(rungsOf(9000)).toEqual([1000, 3000, 9000]);
    expect(rungsOf(1200)).toEqual([300, 400, 1200]);
    expect(rungsOf(600)).toEqual([300, 600]);
    expect(rungsOf(50)).toEqual([50]);
    expect(expectedShare([1000, 3000, 9000])).toBeCloseTo(1 / 9 + 2 / 27 + 6 / 81, 12);
  });

  it("lets the best third of those so far go on", () => {
    const { pass } = createRace();
    expect([5, 6, 4, 7, 3, 3].map((loss) => pass(0, loss))).toEqual([true, false, true, false, true, true]);
    expect(pass(1, 100)).toBe(true);
  });
});

describe("planning", () => {
  it("rounds to powers of two", () => {
    expect([100, 110, 127].map((seconds) => planSettings(seconds, 1))).toEqual([64, 64, 64]);
    expect([0.8, 1, 1.2].map((each) => planSettings(100, each))).toEqual([64, 64, 64]);
    expect([planSettings(0.5, 1), planSettings(-3, 1), planSettings(Number.NaN, 1)]).toEqual([0, 0, 0]);
    expect(planSettings(1e9, 0)).toBe(512);
  });

  it("settings stay within their ranges, and fixed ones where they are", () => {
    const space = {
      a: { kind: "log", low: 1, high: 1000 },
      b: { kind: "linear", low: -1, high: 1 },
      c: { kind: "choice", values: [5, 10, 50] },
      d: { kind: "linear", low: 1, high: 9, integer: true },
    } as const;
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, reach) => {
        const random = createSeededRandom(seed);
        const drawn = drawSetting(space, { b: 7 }, {}, random);
        const varied = varySetting(space, { b: 7 }, drawn, reach, random);
        for (const { a, b, c, d } of [drawn, varied] as unknown as { a: number; b: number; c: 5; d: number }[]) {
          expect(a).toBeGreaterThanOrEqual(1);
          expect(a).toBeLessThanOrEqual(1000);
          expect(b).toBe(7);
          expect([5, 10, 50]).toContain(c);
          expect([1, 2, 3, 4, 5, 6, 7, 8, 9]).toContain(d);
        }
        expect(Object.keys(space).filter((name) => varied[name] !== drawn[name]).length).toBeLessThanOrEqual(2);
      }),
    );
  });
});
