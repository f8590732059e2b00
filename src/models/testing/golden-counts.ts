import { dayMs } from "#domain/clock.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { type Counts, countPerson, emptyCounts } from "../counts/counts.ts";
import type { Step } from "../step.ts";

/** A small shop that never changes: what the golden files were made from. */
export function goldenCounts(): Counts {
  const counts = emptyCounts();
  for (let person = 0; person < 24; person++) {
    const steps = [0, 1, 2, 3].map((turn): Step => {
      const type = turn === 3 ? "view" : "purchase";
      const itemId = `ünit-${(person * (turn + 2) + turn * turn) % 9}` as ItemId;
      const at = (20_000 + ((person * 7 + turn * 3) % 40)) * dayMs;
      return { itemId, type, weight: eventWeight[type], quantity: 1 + (turn % 2), at, basket: type === "purchase" ? `${person}-${turn % 2}` : null };
    });
    countPerson(counts, steps, 1);
  }
  return counts;
}
