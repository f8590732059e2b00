import type { EpochMs } from "#domain/clock.ts";
import { type History, inOrder, type Step } from "#models/step.ts";

export type Basket = { readonly key: string /** Of its first step. */; readonly at: EpochMs; readonly steps: readonly Step[] };

/**
 * The histories with each step's basket named: the order, or where the data knows no orders at all, everything at one
 * time.
 */
export function withBaskets(histories: readonly History[]): readonly History[] {
  const knowsOrders = histories.some((history) => history.some(({ basket }) => basket !== null));
  const named = knowsOrders ? histories : histories.map((history) => history.map((step) => ({ ...step, basket: `at ${step.at}` })));
  return named.map(inOrder);
}

/** A person's baskets in order of time; of one time, in order of their numbers or names. */
export function basketsOf(history: History): Basket[] {
  const byKey = new Map<string, Step[]>();
  for (const step of history) {
    if (step.basket === null || step.weight <= 0) continue;
    const known = byKey.get(step.basket);
    if (known === undefined) byKey.set(step.basket, [step]);
    else known.push(step);
  }
  const baskets = [...byKey].map(([key, steps]) => ({ key, at: steps[0]!.at, steps }));
  return baskets.sort((a, b) => a.at - b.at || Number(a.key) - Number(b.key) || (a.key < b.key ? -1 : 1));
}

/** What a person had done when they filled `basket`: neither it, nor what came later. */
export function beforeBasket(history: History, baskets: readonly Basket[], place: number): History {
  const { at } = baskets[place]!;
  const later = new Set(baskets.slice(place).map(({ key }) => key));
  return history.filter((step) =>
    step.basket !== null && later.has(step.basket) ? false : step.at < at || (step.at === at && step.basket !== null),
  );
}
