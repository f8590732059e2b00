import type { ItemId } from "#domain/ids.ts";
import type { Model, Query } from "#models/model.ts";
import { foretell, type RatingScale } from "./foretell.ts";
import type { NamedMetric } from "./named-metric.ts";
import { askedWith, type Question } from "./question.ts";
import { rankCase } from "./rank-case.ts";

/** `sums[metric][question]`: 1 value each for a list, and as many as ratings were asked for (`counts[question]`) for ratings. */
export type Measured = { readonly sums: readonly Float64Array[]; readonly counts: Float64Array };

export type OnList = (list: readonly ItemId[], query: Query) => void;

/** Asks a model every question and measures the answers. `scale` is needed where ratings are asked for. */
export function measure(
  model: Model,
  questions: readonly Question[],
  metrics: readonly NamedMetric[],
  scale: RatingScale | null,
  onList: OnList = () => {},
): Measured {
  const sums = metrics.map(() => new Float64Array(questions.length));
  const counts = new Float64Array(questions.length).fill(1);
  const longest = metrics.reduce((most, one) => (one.answers === "list" ? Math.max(most, one.k) : most), 0);
  for (const [at, question] of questions.entries()) {
    if (question.ratings === null) {
      const asked = askedWith(question);
      const list = rankCase(model, asked, longest).map((index) => model.ids.idOf(index));
      const relevant = new Set(question.relevant);
      for (const [column, metric] of metrics.entries()) if (metric.answers === "list") sums[column]![at] = metric.measure(list, relevant, metric.k);
      onList(list, asked.query);
    } else {
      const foretold = foretell(model, question, scale!);
      counts[at] = foretold.length;
      for (const [column, metric] of metrics.entries()) {
        if (metric.answers !== "ratings") continue;
        for (const [place, rating] of question.ratings.entries()) sums[column]![at]! += metric.lossOf(foretold[place]! - rating);
      }
    }
  }
  return { sums, counts };
}
