import type { AppendOutcome, EventLog } from "#storage/ports.ts";
import { changeOpen, type Draft, type Step } from "../draft.ts";

/**
 * All that is left goes into the log, durably, in one go; what the shop has sent before is a duplicate. Of a dropped
 * message the decisions go in that came with it.
 */
export function createAppend(log: Pick<EventLog, "append">): Step {
  return async function append(batch) {
    const leaving = batch.drafts.filter((draft) => draft.entries.length > 0);
    const outcomes = await log.append(
      batch.shopId,
      leaving.flatMap((draft) => draft.entries),
    );
    const outcomeOf = new Map<Draft, AppendOutcome>();
    let position = 0;
    for (const draft of leaving) {
      position += draft.entries.length;
      // The event itself is the last of its entries.
      outcomeOf.set(draft, outcomes[position - 1]!);
    }
    return changeOpen(batch, (draft) => {
      const outcome = outcomeOf.get(draft)!;
      return { ...draft, outcome: outcome.kind === "appended" ? { kind: "ok", seq: outcome.seq } : { kind: "drop", reason: "DUPLICATE" } };
    });
  };
}
