import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { emptyCounts } from "./counts/counts.ts";
import type { Model, ModelFactory, QueryTerm, ServableFactory, Training } from "./model.ts";
import { queryOfItems } from "./query.ts";
import { type History, inOrder, type Step } from "./step.ts";

// What every model must do before any benchmark of it is believed.

const people = 40;
const start = 20_000 * dayMs;
const id = (number: number) => `i${String(number).padStart(2, "0")}` as ItemId;

/** All bought in one order of their own, at one time. */
function orderOf(person: number, items: readonly ItemId[]): Step[] {
  return items.map((itemId) => ({
    itemId,
    type: "purchase",
    weight: eventWeight.purchase,
    quantity: 1,
    at: start + person * 3_600_000,
    basket: `o${person}`,
  }));
}

/** The checkerboard: person p likes every item of p's parity except item p, so the one right answer for p is p. */
function checkerboard(person: number): ItemId[] {
  return Array.from({ length: people }, (_, item) => item)
    .filter((item) => item % 2 === person % 2 && item !== person)
    .map(id);
}

const boards = Array.from({ length: people }, (_, person) => inOrder(orderOf(person, checkerboard(person))));
const training = (histories: readonly History[]): Training => ({ histories, content: null });
const single = (itemId: string, strength = 1, age = 0): QueryTerm => ({ itemId: itemId as ItemId, strength, age, at: null, rating: null });

function bestUnseen(model: Model, seen: readonly ItemId[]): ItemId {
  const { values } = model.score(queryOfItems(seen));
  const known = new Set(seen);
  const candidates = [...values.keys()].filter((index) => !known.has(model.ids.idOf(index)));
  return model.ids.idOf(candidates.reduce((best, index) => (values[index]! > values[best]! ? index : best)));
}

/** Awkward, but nobody's fault: each must give a model and finite answers. */
const awkward: Readonly<Record<string, readonly History[]>> = {
  nobody: [],
  "one person with one item": [orderOf(0, [id(1)])],
  "everybody the same item": Array.from({ length: 5 }, (_, person) => orderOf(person, [id(1)])),
  "one item again and again": [Array.from({ length: 50 }, (_, turn) => orderOf(turn, [id(1)])).flat()],
  "somebody with everything": [
    orderOf(
      0,
      Array.from({ length: 2000 }, (_, item) => `i${item}` as ItemId),
    ),
    orderOf(1, ["i1", "i2"] as ItemId[]),
  ],
  "ids of any script": [
    orderOf(0, ["\u0000", "\u{1f9c6}", "دال", "__proto__", "constructor"] as ItemId[]),
    orderOf(1, ["دال", "__proto__"] as ItemId[]),
  ],
  "only returns and refusals": [orderOf(0, [id(1), id(2)]).map((step) => ({ ...step, type: "dismiss" as const, weight: eventWeight.dismiss }))],
};

/** `skip` gives the reason for each case a model does not support. */
export function testModel(factory: ModelFactory, skip: { readonly checkerboard?: string } = {}): void {
  describe(`model contract: ${factory.name}`, () => {
    const model = factory.fit(training(boards), { seed: 1 });

    it.skipIf(skip.checkerboard !== undefined)(
      `finds the withheld square of the checkerboard${skip.checkerboard ? ` (skipped: ${skip.checkerboard})` : ""}`,
      () => {
        for (let person = 0; person < people; person++) expect(bestUnseen(model, checkerboard(person))).toBe(id(person));
      },
    );

    it("contributions add up to the score, to the bit", () => {
      const query = checkerboard(3).map((itemId, index) => single(itemId, 1 / (index + 1) - 0.2, index));
      const { values, contributionsOf, base } = model.score(query);
      for (const itemId of model.ids.ids()) {
        const contributions = contributionsOf(itemId);
        if (factory.explains === "none") expect(contributions).toBeNull();
        else expect(contributions).toHaveLength(query.length);
        if (model.needs === "nothing" || contributions === null) continue;
        const index = model.ids.indexOf(itemId)!;
        expect(contributions.reduce((sum, one) => sum + one, base?.[index] ?? 0)).toBe(values[index]);
      }
    });

    it("the same training and seed give the same answers; fitting again starts afresh", () => {
      const query = [single(id(4), 0.7), single(id(6), 1, 1)];
      const before = model.score(query).values;
      const other = factory.fit(training(boards.slice(0, 5)), { seed: 1 }).score(query).values;
      expect(factory.fit(training(boards), { seed: 1 }).score(query).values).toEqual(before);
      // A model that learns from content alone has no items here.
      if (model.ids.size() > 0) expect(other).not.toEqual(before);
      expect(model.score(query).values).toEqual(before);
    });

    it("a question at a time and all together get the same answers", () => {
      const alone = model.score(queryOfItems(checkerboard(1))).values.slice();
      const many = Array.from({ length: 5 }, (_, person) => model.score(queryOfItems(checkerboard(person))).values);
      expect(many[1]).toEqual(alone);
    });

    it("its best are those of all its scores", () => {
      if (model.best === undefined) return;
      const seen = [id(4), id(7), "never-seen" as ItemId];
      for (const query of [[], [single(id(4), 0.7)], [single(id(4)), single(id(9), -0.5, 1), single("never-seen", 1, 2)]]) {
        const { values } = model.score(query);
        const hidden = new Set(seen.map((itemId) => model.ids.indexOf(itemId)));
        const sorted = [...values.keys()].filter((index) => !hidden.has(index as never)).sort((a, b) => values[b]! - values[a]! || a - b);
        for (const k of [1, 10, 1000]) expect([...model.best(query, k, seen)]).toEqual(sorted.slice(0, k));
      }
    });

    it("items it does not know add nothing and have no score", () => {
      const query = [single(id(2))];
      const { values, contributionsOf } = model.score([...query, single("never-seen", 5)]);
      expect(values).toEqual(model.score(query).values);
      if (factory.explains === "sum") {
        expect([...contributionsOf("never-seen" as ItemId)!]).toEqual([0, 0]);
        expect(contributionsOf(id(6))![1]).toBe(0);
      }
      expect(model.score([]).values).toHaveLength(model.ids.size());
    });

    it.each(Object.entries(awkward))("%s: finite answers", (_, histories) => {
      const fitted = factory.fit(training(histories), { seed: 1 });
      for (const query of [[], [single(id(1))], [single("nowhere")], [single(id(1), -0.5), single(id(2), 1, 400)]]) {
        const { values } = fitted.score(query);
        expect(values).toHaveLength(fitted.ids.size());
        expect(values.every(Number.isFinite)).toBe(true);
      }
    });
  });
}

/** What a model must do beside, to be published and served. */
export function testServableModel(factory: ServableFactory): void {
  describe(`servable model contract: ${factory.name}`, () => {
    const model = factory.fit(training(boards), { seed: 1 });

    it("saving and loading changes no answer and no byte", () => {
      const loaded = factory.load(model.save());
      const query = [single(id(4), 0.7)];
      expect(loaded.score(query).values).toEqual(model.score(query).values);
      expect(loaded.save()).toEqual(model.save());
      expect(loaded.describe()).toEqual(model.describe());
      expect(() => factory.load(model.save().with(40, 0xff))).toThrow();
    });

    it("does not depend on the order of events within one time, or of people", () => {
      const shuffled = boards.map((steps) => steps.toReversed()).toReversed();
      expect(factory.fit(training(shuffled), { seed: 1 }).save()).toEqual(model.save());
    });

    it("nothing to learn from is a model without items, not an error", () => {
      const empty = factory.fitCounts(emptyCounts(), null, { seed: 1 });
      expect(empty.score([single(id(1))]).values).toHaveLength(0);
      expect(factory.load(empty.save()).ids.size()).toBe(0);
    });
  });
}
