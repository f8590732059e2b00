import type { EpochMs } from "#domain/clock.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { type History, inOrder } from "#models/step.ts";
import { caseOf, countChoices, holdOutLastChoice, itemsOf } from "./hold-out.ts";
import type { Case } from "./rank-case.ts";

export type Split = {
  /** What the models learn from, each in order. */
  readonly learn: readonly History[];
  readonly cases: readonly Case[];
  /** Where time was cut; null where each history was cut by itself. */
  readonly cutAt: EpochMs | null;
};

/** "validation" is for choosing settings; "test" is looked at once, at the end. */
export const parts = ["test", "validation"] as const;
export type Part = (typeof parts)[number];

/** Choices that leave-one-out needs of a person: one to ask for, one to tune by, one to ask with. */
const fewestChoices = 3;
/** The share of all events that lies before the cut. The part between the two is what validation asks for. */
const shareBefore = { test: 0.8, validation: 0.6 } as const satisfies Record<Part, number>;

/**
 * The last choice of everybody with at least three is asked for; the models learn from all the rest. For validation
 * the last one is dropped and the last but one is asked for.
 */
export function leaveOneOut(histories: readonly History[], part: Part): Split {
  const held = histories.map((history) => {
    if (countChoices(history) < fewestChoices) return { before: history, test: null };
    const last = holdOutLastChoice(history);
    return part === "test" ? last : holdOutLastChoice(last.before);
  });
  return {
    learn: held.flatMap(({ before }) => (before.length > 0 ? [inOrder(before)] : [])),
    cases: held.flatMap(({ test }) => test ?? []),
    cutAt: null,
  };
}

/**
 * One cut through everybody's time, with the last fifth of the events behind it: the models learn what came before,
 * and who was there before is asked for what they took up after. For validation the fifth before that is asked for,
 * and the last one is not looked at.
 */
export function splitByTime(histories: readonly History[], part: Part): Result<Split> {
  const times = Float64Array.from(histories.flatMap((history) => history.map(({ at }) => at))).sort();
  const timeAt = (share: number) => times[Math.floor(share * times.length)] ?? Number.NaN;
  const cutAt = timeAt(shareBefore[part]);
  const end = part === "test" ? Number.POSITIVE_INFINITY : timeAt(shareBefore.test);
  if (times.length === 0 || !(times[0]! < cutAt) || !(cutAt < end)) {
    return refuse("NOT_ENOUGH_DATA", "too many events bear the same time to cut before and after; use --protocol leave-one-out");
  }
  const learn: History[] = [];
  const cases: Case[] = [];
  for (const history of histories) {
    const before = history.filter(({ at }) => at < cutAt);
    if (before.length === 0) continue;
    learn.push(inOrder(before));
    const after = history.filter(({ at }) => at >= cutAt && at < end);
    const one = caseOf(before, after, itemsOf(before));
    if (one !== null) cases.push(one);
  }
  return succeed({ learn, cases, cutAt });
}
