import type { ItemId } from "#domain/ids.ts";
import type { ModelFactory } from "#models/model.ts";
import type { History } from "#models/step.ts";

const known = new Map<ModelFactory, boolean>();

/** Two people, two items: enough to see what a model offers. */
const tiny: readonly History[] = [1, 2].map((person) =>
  ["a", "b"].map((item, at) => ({
    itemId: item as ItemId,
    type: "purchase",
    weight: 3,
    quantity: 1,
    at: at + 1,
    basket: null,
    rating: person + at,
  })),
);

/** Whether a model predicts ratings; only a fitted one can tell. */
export function canRate(factory: ModelFactory): boolean {
  const found = known.get(factory) ?? factory.fit({ histories: tiny, content: null }, { seed: 1 }).rate !== undefined;
  known.set(factory, found);
  return found;
}
