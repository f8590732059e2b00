import type { History } from "#models/step.ts";
import type { Answer } from "./answer.ts";
import { traitKey, traitsOf } from "./traits.ts";

/**
 * The part of the past that a question may be made of. Left out, though it may be read: what speaks for something the person does not
 * want inferred, and what was done with items that tell of what is used for nobody (religion, health …).
 */
export function askableSteps({ steps, snapshot, choices }: Pick<Answer, "steps" | "snapshot" | "choices">): History {
  const { suppressed } = choices;
  return steps.filter(({ itemId }) => {
    const position = snapshot.positionOf.get(itemId);
    if (position === undefined) return true;
    if (snapshot.barred[position] === 1) return false;
    return suppressed.size === 0 || !traitsOf(snapshot.items[position]!, snapshot).some(({ kind, name }) => suppressed.has(traitKey(kind, name)));
  });
}
