import { succeed } from "#domain/problem.ts";
import { type History, inOrder } from "#models/step.ts";
import { type Question, questionOf } from "../question.ts";
import { newThingsOf } from "./new-things-of.ts";
import type { Protocol } from "./protocol.ts";
import { cutTime } from "./time-cut.ts";

/**
 * One cut through everybody's time, with the last fifth of the events behind it: the models learn what came before,
 * and who was there before is asked for what they took up after. For validation the fifth before that is asked for,
 * and the last one is not looked at.
 */
export const timeSplit: Protocol = {
  asks: "learnt from before the cut, asked everybody who was there before for what was new after",
  answers: "list",
  needsTimes: true,
  repeatsByDefault: false,
  defaultMetrics: "ndcg@10,hr@10,recall@20,mrr@10",
  divide(histories, { part, repeats }) {
    const cut = cutTime(momentsOf(histories), part);
    if (!cut.ok) return cut;
    const { cutAt, end } = cut.value;
    const learn: History[] = [];
    const questions: Question[] = [];
    for (const [unit, history] of histories.entries()) {
      const before = inOrder(history.filter(({ at }) => at < cutAt));
      if (before.length === 0) continue;
      learn.push(before);
      const after = history.filter(({ at }) => at >= cutAt && at < end);
      const question = questionOf(before, after, repeats ? "nothing" : "past", unit);
      if (question !== null) questions.push(question);
    }
    return succeed({ folds: [{ learn, questions }], cutAt });
  },
  divideGiven: newThingsOf,
  whyNobody: "nobody has events in the first four fifths of the time and something new in the last; use --protocol leave-one-out, or more data",
};

function* momentsOf(histories: readonly History[]): Generator<number> {
  for (const history of histories) for (const { at } of history) yield at;
}
