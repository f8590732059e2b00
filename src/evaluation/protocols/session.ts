import { refuse, succeed } from "#domain/problem.ts";
import { type History, inOrder } from "#models/step.ts";
import type { Question } from "../question.ts";
import { heldOutBySeed } from "./held-out-by-seed.ts";
import type { Protocol } from "./protocol.ts";
import { cutTime } from "./time-cut.ts";

const minuteMs = 60_000;
const fewestSessions = 3;
/** Nobody looks at more in one session; a robot must not be the whole evaluation. */
const mostPrefixes = 1000;

/**
 * A session is revealed step by step, and after each the next item is asked for (Hidasi et al., ICLR 2016; Ludewig &
 * Jannach 2018). Only the item just seen is kept off the list: shoppers do go back, but not to where they are.
 */
export const session: Protocol = {
  asks: "asked after each step of a held-out session for the next; only the item just seen is kept off the list",
  answers: "list",
  needsTimes: false,
  repeatsByDefault: true,
  defaultMetrics: "mrr@20,hr@20,ndcg@20",
  divide(histories, { part, seed, timed, sessionGapMinutes }) {
    const sessions = sessionsOf(histories, sessionGapMinutes);
    if (sessions.length < fewestSessions) return refuse("NOT_ENOUGH_DATA", `session needs at least ${fewestSessions} sessions`);
    if (!timed) {
      const roles = heldOutBySeed(sessions.length, seed);
      const asked = sessions.filter((_, index) => roles[index] === part);
      const learn = sessions.filter((_, index) => roles[index] === "learn" || (part === "test" && roles[index] === "validation"));
      return succeed({ folds: [{ learn, questions: prefixesOf(asked) }], cutAt: null });
    }
    const ends = sessions.map((steps) => steps.at(-1)!.at);
    const cut = cutTime(ends, part);
    if (!cut.ok) return refuse("NOT_ENOUGH_DATA", "too many sessions end at the same time to cut before and after");
    const { cutAt, end } = cut.value;
    const learn = sessions.filter((_, index) => ends[index]! < cutAt);
    const asked = sessions.filter((_, index) => ends[index]! >= cutAt && ends[index]! < end);
    return succeed({ folds: [{ learn, questions: prefixesOf(asked) }], cutAt });
  },
  divideGiven(histories, given, { sessionGapMinutes }) {
    const asked = given.map((one) => one.asked);
    return { folds: [{ learn: sessionsOf(histories, sessionGapMinutes), questions: prefixesOf(sessionsOf(asked, sessionGapMinutes)) }], cutAt: null };
  },
  whyNobody: "none of the held-out sessions has two steps",
};

function sessionsOf(histories: readonly History[], gapMinutes: number | null): History[] {
  const sessions: History[] = [];
  for (const unordered of histories) {
    const steps = inOrder(unordered).filter(({ weight }) => weight > 0);
    let start = 0;
    for (let at = 1; at <= steps.length; at++) {
      const parted = at === steps.length || (gapMinutes !== null && steps[at]!.at - steps[at - 1]!.at > gapMinutes * minuteMs);
      if (!parted) continue;
      sessions.push(start === 0 && at === steps.length ? steps : steps.slice(start, at));
      start = at;
    }
  }
  return sessions;
}

function prefixesOf(sessions: readonly History[]): Question[] {
  const questions: Question[] = [];
  for (const [unit, history] of sessions.entries()) {
    for (let until = 1; until < Math.min(history.length, mostPrefixes + 1); until++) {
      questions.push({ history, until, mask: "latest", relevant: [history[until]!.itemId], ratings: null, unit });
    }
  }
  return questions;
}
