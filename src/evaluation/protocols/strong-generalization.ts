import type { ItemId } from "#domain/ids.ts";
import { refuse, succeed } from "#domain/problem.ts";
import { createSeededRandom, type SeededRandom } from "#kernels/seeded-random.ts";
import { type History, inOrder } from "#models/step.ts";
import { type Question, questionOf } from "../question.ts";
import { heldOutBySeed } from "./held-out-by-seed.ts";
import type { Protocol } from "./protocol.ts";

/** Of a held-out person's items. */
const askedShare = 0.2;
const fewestPeople = 3;

/**
 * A tenth of the people is not learnt from at all (Liang et al., WWW 2018; Steck, WWW 2019). Four fifths of each one's
 * items, drawn by seed, are the question, and the other fifth is asked for. Another tenth is for validation.
 */
export const strongGeneralization: Protocol = {
  asks: "a tenth of the people was not learnt from; asked with four fifths of their items, drawn by seed, for the other fifth",
  answers: "list",
  needsTimes: false,
  repeatsByDefault: false,
  defaultMetrics: "ndcg@100,recall@20,recall@50",
  divide(histories, { part, seed }) {
    if (histories.length < fewestPeople) return refuse("NOT_ENOUGH_DATA", `strong-generalization needs at least ${fewestPeople} users`);
    const roles = heldOutBySeed(histories.length, seed);
    const random = createSeededRandom(seed + 1);
    const learn: History[] = [];
    const questions: Question[] = [];
    for (const [unit, history] of histories.entries()) {
      // Everybody held out is drawn for in turn, so that validation does not change what the test asks.
      const question = roles[unit] === "learn" ? null : partlyAsked(inOrder(history), unit, random);
      if (roles[unit] === part) {
        if (question !== null) questions.push(question);
      } else if (roles[unit] === "learn" || part === "test") learn.push(inOrder(history));
    }
    return succeed({ folds: [{ learn, questions }], cutAt: null });
  },
  divideGiven(learn, given, { seed }) {
    const random = createSeededRandom(seed + 1);
    const questions = given.flatMap(({ asked }, unit) => partlyAsked(asked, unit, random) ?? []);
    return { folds: [{ learn, questions }], cutAt: null };
  },
  whyNobody: "none of the held-out users has two different items; use more data",
};

function partlyAsked(history: History, unit: number, random: SeededRandom): Question | null {
  const liked = [...new Set(history.flatMap(({ weight, itemId }) => (weight > 0 ? [itemId] : [])))];
  if (liked.length < 2) return null;
  const asked = new Set<ItemId>(random.shuffle(liked).slice(0, Math.max(1, Math.floor(liked.length * askedShare))));
  return questionOf(
    history.filter(({ itemId }) => !asked.has(itemId)),
    history.filter(({ itemId }) => asked.has(itemId)),
    "past",
    unit,
  );
}
