import type { ItemId } from "#domain/ids.ts";
import type { History, Step } from "../step.ts";
import { periodOf } from "./fading.ts";

/** Distinct items of one person that enter the counts: their latest. Bounds what one wholesaler can do to a shop. */
export const maxItemsPerPerson = 1000;
/** Steps of one person that enter the transitions: their latest. */
export const maxStepsPerPerson = 2000;

/**
 * What one person did, as numbers, with what they gave back or waved away taken out. A pure function of their steps:
 * it can be made again later, and taken away from the counts to the last bit. That is what forgetting is.
 */
export type PersonRows = {
  /** Distinct items in the order of their last step, with the strength of liking (3 to 5). */
  readonly items: Int32Array;
  readonly strengths: Uint8Array;
  /** The period of each item's last step. */
  readonly itemPeriods: Int32Array;
  /** Every step with a liked item: its item, occasion (0, 1, …; steps of one time share it), weight (3 to 5) and time. */
  readonly stepItems: Int32Array;
  readonly stepOccasions: Int32Array;
  readonly stepWeights: Uint8Array;
  readonly stepTimes: Float64Array;
  /** Order of each step, 0, 1, …; −1 outside orders. */
  readonly stepBaskets: Int32Array;
  /** Steps before anything was taken out. */
  readonly steps: number;
};

type Liking = { strength: number; net: number; returned: boolean; lastStep: number };

/** Each item's liking; an item that was waved away, or given back whole, has strength 0. */
function likingsOf(steps: History, items: Int32Array): Map<number, Liking> {
  const likings = new Map<number, Liking>();
  for (let place = 0; place < steps.length; place++) {
    const step = steps[place]!;
    let liking = likings.get(items[place]!);
    if (liking === undefined) {
      liking = { strength: 0, net: 0, returned: false, lastStep: place };
      likings.set(items[place]!, liking);
    }
    liking.lastStep = place;
    if (step.type === "dismiss") liking.strength = 0;
    else if (step.type === "return") {
      liking.net -= step.quantity;
      liking.returned = true;
    } else {
      if (step.type === "purchase") liking.net += step.quantity;
      if (step.weight > liking.strength) liking.strength = step.weight;
    }
  }
  // Whoever gave all of it back does not count as liking it; who kept some does.
  for (const liking of likings.values()) if (liking.returned && liking.net <= 0) liking.strength = 0;
  return likings;
}

/** `steps` in order (`inOrder`); `indexOf` gives each item its dense index. */
export function personRowsOf(steps: History, indexOf: (itemId: ItemId) => number): PersonRows {
  const indices = Int32Array.from(steps, ({ itemId }) => indexOf(itemId));
  const likings = likingsOf(steps, indices);
  const liked = [...likings].filter(([, { strength }]) => strength > 0);
  liked.sort(([, a], [, b]) => a.lastStep - b.lastStep);
  const kept = liked.slice(-maxItemsPerPerson);
  const counting = (step: Step, place: number) => step.weight > 0 && likings.get(indices[place]!)!.strength > 0;
  const places: number[] = [];
  for (let place = steps.length - 1; place >= 0 && places.length < maxStepsPerPerson; place--) if (counting(steps[place]!, place)) places.push(place);
  places.reverse();
  const baskets = new Map<string, number>();
  const basketOf = (basket: string | null) => {
    if (basket === null) return -1;
    const known = baskets.get(basket) ?? baskets.size;
    baskets.set(basket, known);
    return known;
  };
  let occasion = -1;
  return {
    items: Int32Array.from(kept, ([item]) => item),
    strengths: Uint8Array.from(kept, ([, { strength }]) => strength),
    itemPeriods: Int32Array.from(kept, ([, { lastStep }]) => periodOf(steps[lastStep]!.at)),
    stepItems: Int32Array.from(places, (place) => indices[place]!),
    stepOccasions: Int32Array.from(places, (place, index) => {
      if (index === 0 || steps[place]!.at !== steps[places[index - 1]!]!.at) occasion++;
      return occasion;
    }),
    stepWeights: Uint8Array.from(places, (place) => steps[place]!.weight),
    stepTimes: Float64Array.from(places, (place) => steps[place]!.at),
    stepBaskets: Int32Array.from(places, (place) => basketOf(steps[place]!.basket)),
    steps: steps.length,
  };
}
