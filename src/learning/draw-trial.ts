import type { LogSeq, ShopId } from "#domain/ids.ts";
import { holdOutLast } from "#evaluation/hold-out.ts";
import type { Case } from "#evaluation/rank-case.ts";
import type { HeldOut } from "#models/counts/unlearn.ts";
import { stepsOf } from "#models/step.ts";
import type { Gate } from "#privacy/gate.ts";
import type { Store } from "#storage/ports.ts";

/** People whose last occasion is held out: enough for two digits, few enough to read. */
const maxJudged = 1000;
/** Whole histories take many times what is kept of them, and grow from trial to trial. */
const peoplePerRead = 100;
/** Fewer than this many answers say nothing. */
const minCases = 50;

/** People whose last occasion a model must not know, and what is asked about it. */
export type Trial = { readonly heldOut: readonly HeldOut[]; readonly cases: readonly Case[] };

/**
 * Whose last occasion is to be taken out of the counts and asked for. Null when there are too few people with a past.
 * The people are those first in order of id, which is the order of a keyed hash: an arbitrary sample, the same each
 * time. `upTo` must be the position that the counts stand at.
 */
export async function drawTrial(
  shopId: ShopId,
  upTo: LogSeq,
  deps: { readonly store: Pick<Store, "log" | "consents">; readonly gate: Gate },
): Promise<Trial | null> {
  const people = await deps.store.consents.granted(shopId, "learn", maxJudged);
  const allowed = await deps.gate.allowEach(shopId, people, "learn", upTo);
  if (allowed.size < minCases) return null;
  const leaves = [...allowed.values()];
  const heldOut: HeldOut[] = [];
  const cases: Case[] = [];
  for (let start = 0; start < leaves.length; start += peoplePerRead) {
    const histories = await deps.store.log.histories(leaves.slice(start, start + peoplePerRead), { upTo });
    for (const events of histories.values()) {
      const whole = events.flatMap(stepsOf);
      const { before, test } = holdOutLast(whole);
      if (test === null) continue;
      heldOut.push({ whole, known: before });
      cases.push(test);
    }
  }
  return cases.length < minCases ? null : { heldOut, cases };
}
