import type { ItemId } from "#domain/ids.ts";
import type { Model } from "../../model.ts";
import { queryOf } from "../../query.ts";
import type { History, Step } from "../../step.ts";

/** One line of a file of ratings; the number of a row is its place in the file. */
export type Row = { readonly user: string; readonly item: string; readonly rating: number; readonly at: number };

export const folds = 5;
/** The fold of a row by its number (Knuth's multiplicative hash), so that any program finds the same folds. */
export const foldOf = (row: number): number => (Math.imul(row, 2_654_435_761) >>> 0) % folds;

/** What is learnt from and what is asked for when `fold` is held back. */
export function splitRows(rows: readonly Row[], fold: number): { train: Map<string, History>; test: Row[] } {
  const train = Map.groupBy(
    rows.filter((_, row) => foldOf(row) !== fold),
    ({ user }) => user,
  );
  return {
    train: new Map([...train].map(([user, own]) => [user, own.map(stepOf)])),
    test: rows.filter((_, row) => foldOf(row) === fold),
  };
}

function stepOf({ item, rating, at }: Row): Step {
  return { itemId: item as ItemId, type: "view", weight: 1, quantity: 1, at, basket: null, rating };
}

/** ml-100k's u.data: user, item, rating and Unix seconds, with tabs between. */
export function parseRows(text: string): Row[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [user, item, rating, seconds] = line.split("\t") as [string, string, string, string];
      return { user, item, rating: Number(rating), at: Number(seconds) * 1000 };
    });
}

/** People and items of four kinds, who rate their own kind higher: the rows of bench/peers/surprise/make_golden.py. */
export function syntheticRows(): Row[] {
  let state = 1;
  const draw = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 16) % n;
  };
  const rows: Row[] = [];
  for (let person = 0; person < 120; person++) {
    for (let item = 0; item < 80; item++) {
      if (draw(100) >= 40 - Math.floor(item / 4)) continue;
      const liking = person % 4 === item % 4 ? 2 : 0;
      const rating = 2 + liking + (person % 3 === 0 ? 1 : 0) + (item % 7 === 0 ? 1 : 0) - (item % 5 === 0 ? 1 : 0) + draw(3) - 1;
      rows.push({ user: `u${person}`, item: `i${item}`, rating: Math.max(1, Math.min(5, rating)), at: 0 });
    }
  }
  return rows;
}

/** Ratings of the average that stand beside a person's own where an item is new: Koren's b_u without knowing the items. */
const levelRegularisation = 15;

/** Predicts `test` on a scale of 1 to 5, each person by their history; an item nobody rated gets the person's own level. */
export function judgeRatings(model: Model, train: ReadonlyMap<string, History>, test: readonly Row[]) {
  const mean = meanOf([...train.values()].flat().map(({ rating }) => rating!));
  const guesses = new Map<Row, number>();
  for (const [user, rows] of Map.groupBy(test, (row) => row.user)) {
    const history = train.get(user) ?? [];
    const rates = model.rate!(queryOf(history));
    const sum = history.reduce((total, { rating }) => total + rating!, levelRegularisation * mean);
    for (const row of rows) {
      const index = model.ids.indexOf(row.item as ItemId);
      const guess = index === undefined ? sum / (history.length + levelRegularisation) : rates[index]!;
      guesses.set(row, Math.min(5, Math.max(1, guess)));
    }
  }
  const errors = test.map((row) => guesses.get(row)! - row.rating);
  return {
    rmse: Math.sqrt(meanOf(errors.map((error) => error * error))),
    mae: meanOf(errors.map(Math.abs)),
    guesses: test.map((row) => guesses.get(row)!),
  };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
