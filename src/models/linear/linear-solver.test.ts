import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { createItemContent } from "../content/create-item-content.ts";
import { type Counts, countPerson, emptyCounts } from "../counts/counts.ts";
import { encodeCounts } from "../counts/counts-artefact.ts";
import { unlearn } from "../counts/unlearn.ts";
import type { Model } from "../model.ts";
import { type History, inOrder, type Step } from "../step.ts";
import { linear, together } from "./linear.ts";
import { linearParams } from "./linear-params.ts";
import { createLinearSolver, type SolvedSource } from "./linear-solver.ts";
import { peopleSource } from "./source.ts";

const itemIds = Array.from({ length: 18 }, (_, item) => `i${item}` as ItemId);
const content = createItemContent(
  // The last two are never sold, and two that are sold are not described.
  new Map(
    [...itemIds.slice(2), "new-a" as ItemId, "new-b" as ItemId].map((itemId, at) => [
      itemId,
      { title: `${["brass", "steel", "oak"][at % 3]} ${["lamp", "chair"][at % 2]} ${["small", "large", "old", "red"][at % 4]}` },
    ]),
  ),
);

const step = fc
  .record({
    item: fc.nat(15),
    type: fc.constantFrom<EventType>("view", "cart-add", "purchase", "return", "dismiss"),
    day: fc.oneof(fc.nat(20), fc.nat(500)),
  })
  .map(
    ({ item, type, day }): Step => ({
      itemId: itemIds[item]!,
      type,
      weight: eventWeight[type],
      quantity: 1,
      at: (20_000 + day) * dayMs,
      basket: type === "purchase" ? `o${day}` : null,
    }),
  );

/** What may happen to one of the people: more steps, or all of them gone. Then the model is built, or not yet. */
const act = fc.record({ who: fc.nat(11), steps: fc.option(fc.array(step, { minLength: 1, maxLength: 6 })), builds: fc.boolean() });
const start = fc.array(fc.array(step, { maxLength: 12 }), { minLength: 12, maxLength: 12 });

/** Few neighbours, so that something is left to carry over. */
const plain = { lambda: 10, neighbours: 4, repeat: 0.5 };

function touchedOf(counts: Counts): Set<ItemId> {
  const touched = new Set([...counts.touched].map((item) => counts.ids.idOf(item)));
  counts.touched.clear();
  return touched;
}

/** The largest difference between what two models say to any one item; an item that one does not know has 0 there. */
function farthest(a: Model, b: Model): number {
  const itemIds = [...new Set([...a.ids.ids(), ...b.ids.ids()])];
  const said = (model: Model, values: Float64Array, itemId: ItemId) => values[model.ids.indexOf(itemId) ?? -1] ?? 0;
  const differences = itemIds.flatMap((asked) => {
    const query = [{ itemId: asked, strength: 1, age: 0, at: null, rating: null }];
    const [left, right] = [a.score(query).values, b.score(query).values];
    return itemIds.map((itemId) => Math.abs(said(a, left, itemId) - said(b, right, itemId)));
  });
  return Math.max(0, ...differences);
}

describe.each([
  { name: "linear", factory: linear, described: null },
  { name: "linear, fading", factory: linear, described: null, halfLifeDays: 100 },
  { name: "linear with a catalogue", factory: linear, described: content },
  { name: "together", factory: together, described: null },
])("$name, built again and again", ({ factory, described, halfLifeDays = 0 }) => {
  const params = { ...plain, halfLifeDays };
  it("property: equals a build of the same counts from nothing to the bit, and a fit of the histories to 10⁻⁶", () => {
    fc.assert(
      fc.property(start, fc.array(act, { maxLength: 12 }), (first, acts) => {
        const people: History[] = [...first];
        const counts = emptyCounts();
        for (const steps of people) countPerson(counts, steps, 1);
        const builder = factory.builder();
        builder.build(counts, described, { seed: 1, params }, null);
        counts.touched.clear();
        for (const { who, steps, builds } of acts) {
          countPerson(counts, people[who]!, -1);
          people[who] = steps === null ? [] : [...people[who]!, ...steps];
          countPerson(counts, people[who]!, 1);
          if (!builds) continue;
          const built = builder.build(counts, described, { seed: 1, params }, touchedOf(counts));
          expect(built.save()).toEqual(factory.fitCounts(counts, described, { seed: 1, params }).save());
          const fitted = factory.fit({ histories: people.map(inOrder), content: described }, { seed: 1, params });
          expect(farthest(built, fitted)).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("property: unlearning somebody leaves the counts of a shop that never met them, and its weights", () => {
    fc.assert(
      fc.property(start, fc.array(step, { minLength: 1, maxLength: 30 }), (others, steps) => {
        const [never, counts] = [emptyCounts(), emptyCounts()];
        for (const one of others) countPerson(never, one, 1);
        for (const one of [steps, ...others]) countPerson(counts, one, 1);
        const builder = factory.builder();
        builder.build(counts, described, { seed: 1, params }, null);
        counts.touched.clear();
        unlearn(counts, steps);
        expect(encodeCounts(counts)).toEqual(encodeCounts(never));
        const built = builder.build(counts, described, { seed: 1, params }, touchedOf(counts));
        const wanted = factory.fitCounts(never, described, { seed: 1, params });
        expect(farthest(built, wanted)).toBeLessThan(1e-9);
        expect(built.save()).toEqual(wanted.save());
      }),
      { numRuns: 60 },
    );
  });
});

describe("the solver", () => {
  const bought = (itemId: string, day: number): Step => ({
    itemId: itemId as ItemId,
    type: "purchase",
    weight: eventWeight.purchase,
    quantity: 1,
    at: day * dayMs,
    basket: `o${day}`,
  });

  it("solves again only what an event reaches", () => {
    const counts = emptyCounts();
    for (let person = 0; person < 200; person++) {
      const shelf = person % 10;
      countPerson(counts, [bought(`${shelf}-${person % 3}`, person), bought(`${shelf}-${person % 7}`, person + 1)], 1);
    }
    const paramsNow = { ...linearParams(), lambda: 10 };
    const solver = createLinearSolver();
    let last: SolvedSource | null = null;
    const solve = (touched: Set<ItemId> | null) => {
      const before = last !== null && touched !== null ? { solve: last, touched } : null;
      const source = peopleSource.ofCounts(counts, [], paramsNow, before && { source: before.solve.source, touched: before.touched });
      last = solver.solve(source, null, paramsNow, before);
      return last.targets;
    };
    const all = solve(null);
    counts.touched.clear();
    countPerson(counts, [bought("3-0", 300), bought("a-new-item", 301)], 1);
    const again = solve(touchedOf(counts));
    expect([all, again > 1, again < all / 5]).toEqual([counts.ids.size() - 1, true, true]);
    expect(solve(new Set())).toBe(0);
  });
});
