import { succeed } from "#domain/problem.ts";
import type { History } from "#models/step.ts";
import { type Question, questionOf } from "../question.ts";
import { type Basket, basketsOf, beforeBasket, withBaskets } from "./baskets-of.ts";
import type { DivideOptions, Protocol } from "./protocol.ts";
import { cutTime } from "./time-cut.ts";

/**
 * What goes into the next basket, whether bought before or not (Hu et al., SIGIR 2020; Li et al., TOIS 2023). The last
 * basket of everybody with two is asked for, on validation the last but one. With `cut` "time" it is each person's
 * first basket after one moment.
 */
export const nextBasket: Protocol = {
  asks: "asked for the whole next basket; what was bought before is a right answer too",
  answers: "list",
  needsTimes: false,
  repeatsByDefault: true,
  defaultMetrics: "recall@10,ndcg@10,hr@10,recall@20",
  divide(histories, options) {
    const people = withBaskets(histories).map((history) => ({ history, baskets: basketsOf(history) }));
    if (options.cut === "last") return succeed({ folds: [foldOf(people, (baskets) => lastPlace(baskets, options), options)], cutAt: null });
    const cut = cutTime(momentsOf(people), options.part);
    if (!cut.ok) return cut;
    const { cutAt, end } = cut.value;
    const firstAfter = (baskets: readonly Basket[]) => {
      const place = baskets.findIndex(({ at }) => at >= cutAt);
      return { learnUntil: place < 0 ? null : place, asked: place >= 1 && baskets[place]!.at < end };
    };
    return succeed({ folds: [foldOf(people, firstAfter, options)], cutAt });
  },
  divideGiven(histories, given, options) {
    const questions: Question[] = [];
    const mask = maskOf(options);
    // Both files, or neither, know orders; named together, so that one rule holds for both.
    const pasts = withBaskets([...histories, ...given.map(({ past }) => past)]);
    for (const [unit, asked] of withBaskets(given.map((one) => one.asked)).entries()) {
      const [first] = basketsOf(asked);
      const question = first === undefined ? null : questionOf(pasts[histories.length + unit]!, first.steps, mask, unit);
      if (question !== null) questions.push(question);
    }
    return { folds: [{ learn: pasts.slice(0, histories.length), questions }], cutAt: null };
  },
  whyNobody: "nobody has two baskets; a basket is an order, or without orders all that bears one time",
};

type Place = { /** Baskets before this one are learnt from; null: all. */ readonly learnUntil: number | null; readonly asked: boolean };

function lastPlace(baskets: readonly Basket[], { part }: DivideOptions): Place {
  const place = baskets.length - (part === "test" ? 1 : 2);
  if (place >= 1) return { learnUntil: place, asked: true };
  // On validation, what the test asks for is not learnt from.
  return { learnUntil: part === "validation" && baskets.length === 2 ? 1 : null, asked: false };
}

function foldOf(
  people: readonly { readonly history: History; readonly baskets: readonly Basket[] }[],
  placeOf: (baskets: readonly Basket[]) => Place,
  options: DivideOptions,
) {
  const learn: History[] = [];
  const questions: Question[] = [];
  for (const [unit, { history, baskets }] of people.entries()) {
    const { learnUntil, asked } = placeOf(baskets);
    const before = learnUntil === null ? history : beforeBasket(history, baskets, learnUntil);
    if (before.length > 0) learn.push(before);
    const question = asked && learnUntil !== null ? questionOf(before, baskets[learnUntil]!.steps, maskOf(options), unit) : null;
    if (question !== null) questions.push(question);
  }
  return { learn, questions };
}

const maskOf = ({ repeats }: DivideOptions) => (repeats ? "nothing" : "past");

function* momentsOf(people: readonly { readonly baskets: readonly Basket[] }[]): Generator<number> {
  for (const { baskets } of people) for (const { at } of baskets) yield at;
}
