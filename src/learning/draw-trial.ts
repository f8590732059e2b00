import type { LogSeq, ShopId } from "#domain/ids.ts";
import { holdOutLast } from "#evaluation/hold-out.ts";
import type { Case } from "#evaluation/rank-case.ts";
import { countPerson } from "#models/counts/counts.ts";
import { decodeCounts, encodeCounts } from "#models/counts/counts-artefact.ts";
import { stepsOf } from "#models/step.ts";
import type { Gate } from "#privacy/gate.ts";
import type { Store } from "#storage/ports.ts";
import type { FitJob } from "./fit-models.ts";

/** People whose last occasion is held out: enough for two digits, few enough to read. */
const maxJudged = 1000;
/** Fewer than this many answers say nothing. */
const minCases = 50;

/**
 * Takes the last occasion of some people out of a copy of the counts and asks for it. Exact, because what a person
 * adds can be taken away. Null when there are too few people with a past. The people are those first in order of id,
 * which is the order of a keyed hash: an arbitrary sample, the same each time.
 */
export async function drawTrial(
  shopId: ShopId,
  counts: Uint8Array,
  upTo: LogSeq,
  deps: { readonly store: Pick<Store, "log" | "consents">; readonly gate: Gate },
): Promise<FitJob["trial"]> {
  const people = (await deps.store.consents.granted(shopId, "learn")).slice(0, maxJudged);
  const allowed = await deps.gate.allowEach(shopId, people, "learn", upTo);
  if (allowed.size < minCases) return null;
  const histories = await deps.store.log.histories([...allowed.values()], { upTo });
  const without = decodeCounts(counts);
  const cases: Case[] = [];
  for (const events of histories.values()) {
    const steps = events.flatMap(stepsOf);
    const { before, test } = holdOutLast(steps);
    if (test === null) continue;
    countPerson(without, steps, -1);
    countPerson(without, before, 1);
    cases.push(test);
  }
  return cases.length < minCases ? null : { counts: encodeCounts(without), cases };
}
