import { eventWeight, fullWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import type { QueryTerm } from "./model.ts";
import { type History, inOrder, type Step } from "./step.ts";

/** Most terms of one question: the latest. */
const maxTerms = 500;
/** What was waved away speaks against its like, but less loudly than a purchase speaks for it. */
const dismissStrength = -0.5;

export type PastTerm = QueryTerm & { readonly step: Step };

/**
 * The question a history asks, the latest first. Ages are counted in occasions, so that all lines of one order are of
 * one age. What was given back whole asks nothing.
 */
export function queryOf(unordered: History): PastTerm[] {
  const steps = inOrder(unordered);
  const givenBack = returnedWhole(steps);
  const terms: PastTerm[] = [];
  let age = -1;
  let occasionAt = Number.NaN;
  const sameOccasion = new Map<ItemId, number>();
  for (let place = steps.length - 1; place >= 0 && terms.length < maxTerms; place--) {
    const step = steps[place]!;
    if (step.type === "return" || givenBack.has(step.itemId)) continue;
    if (step.at !== occasionAt) {
      age++;
      occasionAt = step.at;
      sameOccasion.clear();
    }
    const strength = step.type === "dismiss" ? dismissStrength : eventWeight[step.type] / fullWeight;
    // Looked at, put into the basket and bought at one time is one thing said, the loudest.
    const said = sameOccasion.get(step.itemId);
    if (said !== undefined) {
      if (Math.abs(strength) > Math.abs(terms[said]!.strength)) terms[said] = { ...terms[said]!, strength, rating: step.rating ?? null, step };
      continue;
    }
    sameOccasion.set(step.itemId, terms.length);
    terms.push({ itemId: step.itemId, strength, age, at: step.at, rating: step.rating ?? null, step });
  }
  return terms;
}

/** The question that items of a page or basket ask: each counts the same. */
export function queryOfItems(itemIds: readonly ItemId[]): QueryTerm[] {
  return itemIds.map((itemId) => ({ itemId, strength: 1, age: 0, at: null, rating: null }));
}

/** Pieces of each item bought and not given back. */
export function netBought(steps: readonly Step[]): Map<ItemId, number> {
  const net = new Map<ItemId, number>();
  for (const { type, itemId, quantity } of steps) {
    if (type === "purchase") net.set(itemId, (net.get(itemId) ?? 0) + quantity);
    if (type === "return") net.set(itemId, (net.get(itemId) ?? 0) - quantity);
  }
  return net;
}

const noItems: ReadonlySet<ItemId> = new Set();

function returnedWhole(steps: readonly Step[]): ReadonlySet<ItemId> {
  if (!steps.some(({ type }) => type === "return")) return noItems;
  const net = netBought(steps);
  return new Set(steps.filter(({ type, itemId }) => type === "return" && net.get(itemId)! <= 0).map(({ itemId }) => itemId));
}
