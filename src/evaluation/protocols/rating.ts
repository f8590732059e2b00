import type { ItemId } from "#domain/ids.ts";
import { refuse, succeed } from "#domain/problem.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { type History, inOrder, type Step } from "#models/step.ts";
import type { Question } from "../question.ts";
import type { Fold, Protocol } from "./protocol.ts";

/**
 * Cross-validation over single ratings, drawn by seed: each is foretold once, from the person's other ratings. On
 * validation the first fold, which is the first test, is left out and the second is foretold from the others.
 */
export const rating: Protocol = {
  asks: "asked for each rating from the same person's ratings outside its fold",
  answers: "ratings",
  needsTimes: false,
  repeatsByDefault: false,
  defaultMetrics: "rmse,mae",
  divide(histories, { part, seed, folds, firstFoldOnly }) {
    const people = histories.map(latestRatings);
    const total = people.reduce((sum, steps) => sum + steps.length, 0);
    if (total < 2 * folds) return refuse("NOT_ENOUGH_DATA", `${total} ratings are too few for ${folds} folds; say --rating COLUMN if there are more`);
    const foldOf = drawFolds(total, folds, seed);
    if (part === "validation")
      return succeed({
        folds: [
          divided(
            people,
            (at) => foldOf[at]! === 1,
            (at) => foldOf[at]! > 1,
          ),
        ],
        cutAt: null,
      });
    const asked = Array.from({ length: firstFoldOnly ? 1 : folds }, (_, fold) => fold);
    return succeed({
      folds: asked.map((fold) =>
        divided(
          people,
          (at) => foldOf[at] === fold,
          (at) => foldOf[at] !== fold,
        ),
      ),
      cutAt: null,
    });
  },
  divideGiven(histories, given) {
    const learn = histories.map(latestRatings).filter(({ length }) => length > 0);
    const questions = given.flatMap(({ past, asked }, unit) => ratingsAsked(latestRatings(past), latestRatings(asked), unit) ?? []);
    return { folds: [{ learn, questions }], cutAt: null };
  },
  whyNobody: "there are no ratings to ask for; say --rating COLUMN",
};

/** One rating for each item of a person: the latest. */
function latestRatings(history: History): Step[] {
  const latest = new Map<ItemId, Step>();
  for (const step of inOrder(history)) {
    if (step.rating === undefined || !Number.isFinite(step.rating)) continue;
    latest.delete(step.itemId);
    latest.set(step.itemId, step);
  }
  return [...latest.values()];
}

/** The fold of each rating; all folds of one size, give or take one. */
function drawFolds(total: number, folds: number, seed: number): Uint16Array {
  const random = createSeededRandom(seed);
  const drawn = Uint16Array.from({ length: total }, (_, at) => at % folds);
  for (let last = total - 1; last > 0; last--) {
    const other = random.int(last + 1);
    const kept = drawn[last]!;
    drawn[last] = drawn[other]!;
    drawn[other] = kept;
  }
  return drawn;
}

function divided(people: readonly (readonly Step[])[], isAsked: (at: number) => boolean, isLearnt: (at: number) => boolean): Fold {
  const learn: History[] = [];
  const questions: Question[] = [];
  let start = 0;
  for (const [unit, steps] of people.entries()) {
    const from = start;
    const before = steps.filter((_, index) => isLearnt(from + index));
    const question = ratingsAsked(
      before,
      steps.filter((_, index) => isAsked(from + index)),
      unit,
    );
    if (before.length > 0) learn.push(before);
    if (question !== null) questions.push(question);
    start += steps.length;
  }
  return { learn, questions };
}

function ratingsAsked(before: History, asked: History, unit: number): Question | null {
  if (asked.length === 0) return null;
  return {
    history: before,
    until: before.length,
    mask: "nothing",
    relevant: asked.map(({ itemId }) => itemId),
    ratings: asked.map((step) => step.rating!),
    unit,
  };
}
