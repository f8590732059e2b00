import type { History } from "../step.ts";
import { type Counts, countPerson } from "./counts.ts";

/**
 * Forgets a person: takes away what their history had added. What is left are, to the bit, the counts of a shop that
 * never met them, since everything a history adds is whole numbers and can be computed from it again. `history` is the
 * one that was counted; models made of the counts afterwards know nothing of it either.
 */
export function unlearn(counts: Counts, history: History): void {
  countPerson(counts, history, -1);
}

/** A person's history, and the part of it that may be known for a while. */
export type HeldOut = { readonly whole: History; readonly known: History };

/**
 * Calls `use` while the counts know only a part of what these people did; after it they are the same as before, to the
 * bit, `touched` included. Whoever is given the counts meanwhile must not keep them.
 */
export function withHeldOut<Result>(counts: Counts, people: readonly HeldOut[], use: () => Result): Result {
  const touched = [...counts.touched];
  for (const { whole, known } of people) {
    unlearn(counts, whole);
    countPerson(counts, known, 1);
  }
  const result = use();
  for (const { whole, known } of people) {
    unlearn(counts, known);
    countPerson(counts, whole, 1);
  }
  counts.touched.clear();
  for (const item of touched) counts.touched.add(item);
  return result;
}
