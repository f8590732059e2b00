import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import type { Model, Query } from "../model.ts";
import { type History, inOrder } from "../step.ts";

// Golden data name items by number; so that the order of ids is that of the numbers, they are padded.

export const numbered = (item: number) => `i${String(item).padStart(3, "0")}` as ItemId;

/** Histories of purchases from [item, minute] pairs. */
export function historiesOf(people: readonly (readonly (readonly [item: number, minute: number])[])[]): History[] {
  return people.map((steps) =>
    inOrder(
      steps.map(([item, minute]) => ({
        itemId: numbered(item),
        type: "purchase",
        weight: eventWeight.purchase,
        quantity: 1,
        at: minute * 60_000,
        basket: String(minute),
      })),
    ),
  );
}

/** The question that occasions ask, the oldest first. */
export function queryOfOccasions(occasions: readonly (readonly number[])[]): Query {
  return occasions.toReversed().flatMap((items, age) => items.map((item) => ({ itemId: numbered(item), strength: 1, age, at: null, rating: null })));
}

/** The scores of items 0 … count; 0 for those the model does not know. */
export function scoresByNumber(model: Model, query: Query, count: number): number[] {
  const { values } = model.score(query);
  return Array.from({ length: count }, (_, item) => {
    const index = model.ids.indexOf(numbered(item));
    return index === undefined ? 0 : values[index]!;
  });
}
