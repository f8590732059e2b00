import { eventWeight, fullWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import type { QueryTerm } from "./model.ts";
import { inOrder, type Step } from "./step.ts";

/** Occasions (orders, or single acts) after which an event counts 1/e of the latest. */
export const decayOccasions = 8;
/** Most terms of one question: the latest. */
const maxTerms = 250;
/** What was waved away speaks against its like, but less loudly than a purchase speaks for it. */
const dismissWeight = -0.5;

export type PastTerm = QueryTerm & { readonly step: Step };

/**
 * The question a history asks: q_j = Σ w(type) · exp(−age/τ), the age counted in occasions, so that all lines of one
 * order weigh the same. The latest first. What was given back whole asks nothing.
 */
export function queryOf(unordered: readonly Step[], decay = decayOccasions): PastTerm[] {
  const steps = inOrder(unordered);
  const givenBack = returnedWhole(steps);
  const terms: PastTerm[] = [];
  let occasion = -1;
  let occasionAt = Number.NaN;
  for (const step of steps.toReversed()) {
    if (step.type === "return" || givenBack.has(step.itemId)) continue;
    if (step.at !== occasionAt) {
      occasion++;
      occasionAt = step.at;
    }
    const strength = step.type === "dismiss" ? dismissWeight : eventWeight[step.type] / fullWeight;
    terms.push({ itemId: step.itemId, weight: strength * Math.exp(-occasion / decay), step });
    if (terms.length === maxTerms) break;
  }
  return terms;
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

function returnedWhole(steps: readonly Step[]): Set<ItemId> {
  const net = netBought(steps);
  return new Set(steps.filter(({ type, itemId }) => type === "return" && net.get(itemId)! <= 0).map(({ itemId }) => itemId));
}
