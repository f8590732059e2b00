import fc from "fast-check";
import type { ItemId } from "#domain/ids.ts";
import type { Step } from "#models/step.ts";
import type { DivideOptions } from "../protocols/protocol.ts";

// For the tests of this folder.

export const step = (item: string, at: number, more: Partial<Step> = {}): Step => ({
  itemId: item as ItemId,
  type: "purchase",
  weight: 3,
  quantity: 1,
  at,
  basket: null,
  ...more,
});
export const given = (item: string, at: number) => step(item, at, { type: "return", weight: -3 });
export const rated = (item: string, at: number, rating: number) => step(item, at, { rating });

export const plain: DivideOptions = {
  part: "test",
  seed: 1,
  repeats: false,
  cut: "last",
  folds: 5,
  firstFoldOnly: false,
  sessionGapMinutes: null,
  timed: true,
};

const someSteps = fc.array(
  fc.record({ item: fc.nat(20), at: fc.nat(60), order: fc.boolean(), back: fc.integer({ min: 0, max: 9 }).map((one) => one === 0) }),
  { minLength: 1, maxLength: 15 },
);

/** 2 to 12 people with views, orders and returns at few different times. */
export const someHistories = fc
  .array(someSteps, { minLength: 2, maxLength: 12 })
  .map((people) =>
    people.map((steps) =>
      steps.map(({ item, at, order, back }) =>
        back ? given(`i${item}`, at) : step(`i${item}`, at, { basket: order ? `o${at}` : null, rating: 1 + (item % 5) }),
      ),
    ),
  );
