import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { inOrder, type Step } from "../step.ts";
import { contributionOf, maxItemsPerPerson } from "./contribution.ts";
import { applyContribution, emptyCounts } from "./counts.ts";
import { decodeCounts, encodeCounts } from "./counts-artefact.ts";

const step = fc
  .record({
    item: fc.nat(15),
    type: fc.constantFrom<EventType>("view", "cart-add", "purchase", "return", "dismiss"),
    quantity: fc.integer({ min: 1, max: 4 }),
    day: fc.nat(20),
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
const history = fc.array(step, { maxLength: 30 });
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
        for (const steps of kept) applyContribution(never, contributionOf(steps), 1);
        const both = emptyCounts();
        const order = [...kept, ...forgotten].map((steps, index) => ({ steps, key: Math.imul(index + 1, seed | 1) }));
        for (const { steps } of order.sort((a, b) => a.key - b.key)) applyContribution(both, contributionOf(steps), 1);
        for (const steps of forgotten.toReversed()) applyContribution(both, contributionOf(steps), -1);
        expect(encodeCounts(both)).toEqual(encodeCounts(never));
      }),
    );
  });

  it("survive being written and read", () => {
    fc.assert(
      fc.property(fc.array(history, { maxLength: 10 }), (people) => {
        const counts = emptyCounts();
        for (const steps of people) applyContribution(counts, contributionOf(steps), 1);
        const bytes = encodeCounts(counts);
        expect(encodeCounts(decodeCounts(bytes))).toEqual(bytes);
      }),
    );
  });

  it("a contribution does not depend on the order in which rows of one time came in", () => {
    fc.assert(
      fc.property(history, fc.integer(), (steps, seed) => {
        const shuffled = steps.map((one, index) => ({ one, key: Math.imul(index + 1, seed | 1) })).sort((a, b) => a.key - b.key);
        expect(contributionOf(shuffled.map(({ one }) => one))).toEqual(contributionOf(steps));
        expect(inOrder(shuffled.map(({ one }) => one))).toEqual(inOrder(steps));
      }),
    );
  });

  it("refuse damaged bytes", () => {
    const bytes = encodeCounts(emptyCounts());
    expect(() => decodeCounts(bytes.with(bytes.length - 1, 7))).toThrow("checksum");
    expect(() => decodeCounts(new Uint8Array(3))).toThrow("not an artefact");
    expect(() => decodeCounts(bytes.with(4, 99))).toThrow("format 99");
  });
});

describe("contribution", () => {
  it("drops what was given back whole, keeps what was given back in part", () => {
    const steps = [bought("mug", 1, 2), bought("pot", 1, 1), bought("mug", 2, 1, "return"), bought("pot", 2, 1, "return")];
    expect([...contributionOf(steps).items]).toEqual([["mug", 3]]);
    expect(contributionOf(steps).baskets).toEqual([["mug"]]);
  });

  it("drops what was waved away, until it is bought after all", () => {
    const waved = [bought("mug", 1, 1, "view"), bought("mug", 2, 1, "dismiss")];
    expect(contributionOf(waved).items.size).toBe(0);
    expect([...contributionOf([...waved, bought("mug", 3)]).items]).toEqual([["mug", 3]]);
  });

  it("takes the latest items of a person who has very many", () => {
    const steps = Array.from({ length: maxItemsPerPerson + 50 }, (_, index) => bought(`i${index}`, index));
    const items = contributionOf(steps).items;
    expect(items.size).toBe(maxItemsPerPerson);
    expect([items.has("i49" as ItemId), items.has("i50" as ItemId)]).toEqual([false, true]);
  });
});
