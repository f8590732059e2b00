import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { contributionOf } from "./counts/contribution.ts";
import { applyContribution, type Counts, emptyCounts } from "./counts/counts.ts";
import type { Model, ModelFactory } from "./model.ts";
import type { Step } from "./step.ts";

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

function countsOf(histories: readonly (readonly Step[])[]): Counts {
  const counts = emptyCounts();
  for (const history of histories) applyContribution(counts, contributionOf(history), 1);
  return counts;
}

const boards = Array.from({ length: people }, (_, person) => orderOf(person, checkerboard(person)));

function bestUnseen(model: Model, seen: readonly ItemId[]): ItemId {
  const { values } = model.score(seen.map((itemId) => ({ itemId, weight: 1 })));
  const known = new Set(seen);
  const candidates = [...values.keys()].filter((index) => !known.has(model.ids.idOf(index)));
  return model.ids.idOf(candidates.reduce((best, index) => (values[index]! > values[best]! ? index : best)));
}

/** `skip` gives the reason for each case a model does not support. */
export function testModel(factory: ModelFactory, skip: { readonly checkerboard?: string } = {}): void {
  describe(`model contract: ${factory.name}`, () => {
    const model = factory.fit(countsOf(boards), { seed: 1 });

    it.skipIf(skip.checkerboard !== undefined)(
      `finds the withheld square of the checkerboard${skip.checkerboard ? ` (skipped: ${skip.checkerboard})` : ""}`,
      () => {
        for (let person = 0; person < people; person++) expect(bestUnseen(model, checkerboard(person))).toBe(id(person));
      },
    );

    it("contributions add up to the score, to the bit", () => {
      const query = checkerboard(3).map((itemId, index) => ({ itemId, weight: 1 / (index + 1) - 0.2 }));
      const { values, contributionsOf } = model.score(query);
      for (const itemId of model.ids.ids()) {
        const contributions = contributionsOf(itemId);
        expect(contributions).toHaveLength(query.length);
        if (model.needs !== "nothing") expect(contributions.reduce((sum, one) => sum + one, 0)).toBe(values[model.ids.indexOf(itemId)!]);
      }
    });

    it("saving and loading changes no answer and no byte", () => {
      const loaded = factory.load(model.save());
      const query = [{ itemId: id(4), weight: 0.7 }];
      expect(loaded.score(query).values).toEqual(model.score(query).values);
      expect(loaded.save()).toEqual(model.save());
      expect(loaded.describe()).toEqual(model.describe());
      expect(() => factory.load(model.save().with(40, 0xff))).toThrow();
    });

    it("the same counts and seed give the same bytes; fitting again starts afresh", () => {
      const other = countsOf(boards.slice(0, 5));
      factory.fit(other, { seed: 1 });
      expect(factory.fit(countsOf(boards), { seed: 1 }).save()).toEqual(model.save());
      expect(factory.fit(other, { seed: 1 }).save()).not.toEqual(model.save());
    });

    it("a question at a time and all together get the same answers", () => {
      const query = checkerboard(1).map((itemId) => ({ itemId, weight: 1 }));
      const alone = model.score(query).values;
      const many = Array.from({ length: 5 }, (_, person) => model.score(checkerboard(person).map((itemId) => ({ itemId, weight: 1 }))).values);
      expect(many[1]).toEqual(alone);
    });

    it("does not depend on the order of events within one time, or of people", () => {
      const shuffled = boards.map((steps) => steps.toReversed()).toReversed();
      expect(factory.fit(countsOf(shuffled), { seed: 1 }).save()).toEqual(model.save());
    });

    it("items it does not know add nothing and have no score", () => {
      const unknown = { itemId: "never-seen" as ItemId, weight: 5 };
      const query = [{ itemId: id(2), weight: 1 }];
      const { values, contributionsOf } = model.score([...query, unknown]);
      expect(values).toEqual(model.score(query).values);
      expect([...contributionsOf("never-seen" as ItemId)]).toEqual([0, 0]);
      expect(contributionsOf(id(6))[1]).toBe(0);
      expect(model.score([]).values).toHaveLength(model.ids.size());
    });

    it("nothing to learn from is a model without items, not an error", () => {
      const empty = factory.fit(emptyCounts(), { seed: 1 });
      expect(empty.score([{ itemId: id(1), weight: 1 }]).values).toHaveLength(0);
      expect(factory.load(empty.save()).ids.size()).toBe(0);
    });
  });
}
