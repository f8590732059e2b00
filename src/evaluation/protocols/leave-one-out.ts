import { succeed } from "#domain/problem.ts";
import { type History, inOrder } from "#models/step.ts";
import { countChoices, holdOutLastChoice } from "../hold-out.ts";
import { type Question, questionOf } from "../question.ts";
import { newThingsOf } from "./new-things-of.ts";
import type { Protocol } from "./protocol.ts";

/** Choices needed of a person: one to ask for, one to tune by, one to ask with. */
const fewestChoices = 3;

/**
 * The last choice of everybody with at least three is asked for; the models learn from all the rest. For validation
 * the last one is dropped and the last but one is asked for.
 */
export const leaveOneOut: Protocol = {
  asks: "asked for the last of three or more events (an order is one; of several at the last time one by a fixed draw); on validation for the last but one",
  answers: "list",
  needsTimes: false,
  repeatsByDefault: false,
  defaultMetrics: "ndcg@10,hr@10,recall@20,mrr@10",
  divide(histories, { part, repeats }) {
    const learn: History[] = [];
    const questions: Question[] = [];
    for (const [unit, history] of histories.entries()) {
      if (countChoices(history) < fewestChoices) {
        learn.push(inOrder(history));
        continue;
      }
      const last = holdOutLastChoice(history);
      const { before, after } = part === "test" ? last : holdOutLastChoice(last.before);
      if (before.length > 0) learn.push(before);
      const question = questionOf(before, after, repeats ? "nothing" : "past", unit);
      if (question !== null) questions.push(question);
    }
    return succeed({ folds: [{ learn, questions }], cutAt: null });
  },
  divideGiven: newThingsOf,
  whyNobody: "nobody has three events (an order counts as one) of which the last was new to them",
};
