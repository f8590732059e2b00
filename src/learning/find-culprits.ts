import type { LoggedEvent } from "#domain/event.ts";
import { countPerson, emptyCounts } from "#models/counts/counts.ts";
import { stepsOf } from "#models/step.ts";

/** More of one person than this are not looked for one by one. */
const mostCulprits = 20;

/** Whether counting these events by themselves throws. */
function failsOn(events: readonly LoggedEvent[]): boolean {
  try {
    countPerson(emptyCounts(), events.flatMap(stepsOf), 1);
    return false;
  } catch {
    return true;
  }
}

/**
 * Which of one person's events counting fails on: those without which it does not. Found by halving: the shortest beginning
 * of the history on which it fails ends with one. Null where it is not these events alone, or where there are too many.
 */
export function findCulprits(events: readonly LoggedEvent[]): readonly LoggedEvent[] | null {
  const culprits: LoggedEvent[] = [];
  let rest = events;
  while (failsOn(rest)) {
    if (culprits.length === mostCulprits) return null;
    let [sound, failing] = [0, rest.length];
    while (failing - sound > 1) {
      const middle = (sound + failing) >> 1;
      if (failsOn(rest.slice(0, middle))) failing = middle;
      else sound = middle;
    }
    culprits.push(rest[failing - 1]!);
    rest = rest.toSpliced(failing - 1, 1);
  }
  return culprits.length === 0 ? null : culprits;
}
