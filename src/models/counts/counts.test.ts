import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { createIdMap } from "../id-map.ts";
import { inOrder, type Step } from "../step.ts";
import { basketsOf } from "./baskets.ts";
import { countPairs } from "./count-pairs.ts";
import { type Counts, countPerson, countsOf, emptyCounts } from "./counts.ts";
import { decodeCounts, encodeCounts } from "./counts-artefact.ts";
import { fadingOf, periodDays } from "./fading.ts";
import { livePeriods } from "./period-counts.ts";
import { maxItemsPerPerson, personRowsOf } from "./person-rows.ts";
import { statisticsOf } from "./statistics-of.ts";
import { keptTransitionDecay, keptTransitions } from "./transition-kernel.ts";

const stepWith = (items: number, day: fc.Arbitrary<number>) =>
  fc
    .record({
      item: fc.nat(items - 1),
      type: fc.constantFrom<EventType>("view", "cart-add", "purchase", "return", "dismiss"),
      quantity: fc.integer({ min: 1, max: 4 }),
      day,
      basket: fc.nat(3),
    })
    .map(
      ({ item, type, quantity, day, basket }): Step => ({
        itemId: `i${item}` as ItemId,
        type,
        weight: eventWeight[type],
        quantity,
        at: (20_000 + day) * dayMs,
        basket: type === "purchase" ? `o${day}-${basket}` : null,
      }),
    );
const sparse = fc.array(stepWith(16, fc.oneof(fc.nat(20), fc.nat(600))), { maxLength: 30 });
/** Much with few items on few days, over the end of a period too. */
const crowded = fc.array(stepWith(4, fc.constantFrom(0, 1, 19, 20, 21)), { minLength: 20, maxLength: 60 });
const history = fc.oneof(sparse, crowded);
const everyPeriod = (counts: Counts) => livePeriods(counts.periods).map((one) => ({ ...one, weight: 1 }));
const bought = (item: string, day: number, quantity = 1, type: EventType = "purchase"): Step => ({
  itemId: item as ItemId,
  type,
  weight: eventWeight[type],
  quantity,
  at: day * dayMs,
  basket: type === "purchase" ? `o${day}` : null,
});

describe("counts", () => {
  it("adding and taking away, in any order, leaves the same bytes", () => {
    fc.assert(
      fc.property(fc.array(history, { maxLength: 8 }), fc.array(history, { maxLength: 8 }), fc.integer(), (kept, forgotten, seed) => {
        const never = emptyCounts();
        for (const steps of kept) countPerson(never, steps, 1);
        const both = emptyCounts();
        const order = [...kept, ...forgotten].map((steps, index) => ({ steps, key: Math.imul(index + 1, seed | 1) }));
        for (const { steps } of order.sort((a, b) => a.key - b.key)) countPerson(both, steps, 1);
        for (const steps of forgotten.toReversed()) countPerson(both, steps, -1);
        expect(encodeCounts(both)).toEqual(encodeCounts(never));
      }),
    );
  });

  it("survive being written and read", () => {
    fc.assert(
      fc.property(fc.array(history, { maxLength: 10 }), (people) => {
        const counts = emptyCounts();
        for (const steps of people) countPerson(counts, steps, 1);
        const bytes = encodeCounts(counts);
        expect(encodeCounts(decodeCounts(bytes))).toEqual(bytes);
      }),
    );
  });

  it("do not depend on the order in which rows of one time came in", () => {
    fc.assert(
      fc.property(history, fc.integer(), (steps, seed) => {
        const shuffled = steps.map((one, index) => ({ one, key: Math.imul(index + 1, seed | 1) })).sort((a, b) => a.key - b.key);
        expect(encodeCounts(countsOf([shuffled.map(({ one }) => one)]))).toEqual(encodeCounts(countsOf([steps])));
        expect(inOrder(shuffled.map(({ one }) => one))).toEqual(inOrder(steps));
      }),
    );
  });

  it("counted one by one are those counted all at once", () => {
    fc.assert(
      fc.property(fc.array(history, { maxLength: 12 }), (people) => {
        const counts = countsOf(people);
        const kept = [...counts.support.keys()];
        const rows = people.map((steps) => personRowsOf(inOrder(steps), (itemId) => counts.ids.indexOf(itemId)!));
        const atOnce = countPairs(rows, kept.length, keptTransitions);
        const live = withoutZeroes(atOnce);
        expect(withoutZeroes(statisticsOf(everyPeriod(counts), kept, kept.length))).toEqual(live);
      }),
    );
  });

  it("fading, counted one by one or all at once, come to the same", () => {
    fc.assert(
      fc.property(fc.array(history, { maxLength: 12 }), fc.constantFrom(60, 200, 900), (people, halfLifeDays) => {
        const counts = countsOf(people);
        const live = livePeriods(counts.periods);
        const fading = fadingOf(live.at(-1)?.period ?? 0, halfLifeDays);
        const kept = [...counts.support.keys()];
        const weighed = statisticsOf(
          live.map((one) => ({ ...one, weight: fading(one.period) })),
          kept,
          kept.length,
        );
        const rows = people.map((steps) => personRowsOf(inOrder(steps), (itemId) => counts.ids.indexOf(itemId)!));
        const atOnce = countPairs(rows, kept.length, keptTransitions, fading);
        const numbersOf = (statistics: typeof atOnce) => Object.values(withoutZeroes(statistics)).map((one) => [...one].flat());
        const [a, b] = [numbersOf(weighed), numbersOf(atOnce)];
        expect(a.map(({ length }) => length)).toEqual(b.map(({ length }) => length));
        for (const [at, numbers] of a.entries()) for (const [place, number] of numbers.entries()) expect(b[at]![place]).toBeCloseTo(number, 6);
      }),
    );
  });

  it("fade by half for each half-life before the latest period, and never below an eighth", () => {
    const fading = fadingOf(10, periodDays);
    expect([10, 11, 9, 8, 7, 0].map(fading)).toEqual([1, 1, 1 / 2, 1 / 4, 1 / 8, 1 / 8]);
    expect([10, 0].map(fadingOf(10, 0))).toEqual([1, 1]);
  });

  it("refuse damaged bytes", () => {
    const bytes = encodeCounts(emptyCounts());
    expect(() => decodeCounts(bytes.with(bytes.length - 1, 7))).toThrow("checksum");
    expect(() => decodeCounts(new Uint8Array(3))).toThrow("not an artefact");
    expect(() => decodeCounts(bytes.with(4, 99))).toThrow("format 99");
  });
});

/** Pairs that came to nothing stay in one form and not in the other. */
function withoutZeroes({ starts, columns, both, near, before, ...diagonals }: ReturnType<typeof statisticsOf>) {
  const entries: number[][] = [];
  for (let row = 0; row < starts.length - 1; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      if (both[at] !== 0 || near[at] !== 0 || before[at] !== 0) entries.push([row, columns[at]!, both[at]!, near[at]!, before[at]!]);
    }
  }
  return { entries, ...diagonals };
}

describe("what one person adds", () => {
  const rowsOf = (steps: readonly Step[]) => {
    const ids = createIdMap();
    const rows = personRowsOf(inOrder(steps), (itemId) => ids.add(itemId));
    return {
      liked: Object.fromEntries([...rows.items].map((item, at) => [ids.idOf(item), rows.strengths[at]])),
      baskets: basketsOf(rows).map((basket) => basket.map(ids.idOf)),
    };
  };

  it("drops what was given back whole, keeps what was given back in part", () => {
    const steps = [bought("mug", 1, 2), bought("pot", 1, 1), bought("mug", 2, 1, "return"), bought("pot", 2, 1, "return")];
    expect(rowsOf(steps)).toEqual({ liked: { mug: 5 }, baskets: [["mug"]] });
  });

  it("drops what was waved away, until it is bought after all", () => {
    const waved = [bought("mug", 1, 1, "view"), bought("mug", 2, 1, "dismiss")];
    expect(rowsOf(waved).liked).toEqual({});
    expect(rowsOf([...waved, bought("mug", 3)]).liked).toEqual({ mug: 5 });
  });

  it("takes the latest items of a person who has very many", () => {
    const { liked } = rowsOf(Array.from({ length: maxItemsPerPerson + 50 }, (_, index) => bought(`i${index}`, index)));
    expect(Object.keys(liked)).toHaveLength(maxItemsPerPerson);
    expect([liked.i49, liked.i50]).toEqual([undefined, 5]);
  });

  it("what follows counts by distance in occasions; within one there is no order", () => {
    const counts = countsOf([[bought("a", 1), bought("b", 1), bought("c", 2), bought("d", 4)]]);
    const order = ["a", "b", "c", "d"].map((id) => counts.ids.indexOf(id as ItemId)!);
    const { starts, columns, before } = statisticsOf(everyPeriod(counts), order, order.length);
    const followed = (from: number, to: number) => {
      for (let at = starts[to]!; at < starts[to + 1]!; at++) if (columns[at] === from) return before[at]! / 25;
      return 0;
    };
    expect([followed(0, 1), followed(1, 0), followed(2, 0)]).toEqual([0, 0, 0]);
    expect([followed(0, 2), followed(1, 2), followed(2, 3)]).toEqual([32, 32, 32]);
    expect(followed(0, 3)).toBe(Math.round(64 * Math.exp(-1 / keptTransitionDecay)));
  });
});
