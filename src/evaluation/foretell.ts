import type { Model } from "#models/model.ts";
import type { History } from "#models/step.ts";
import { askedWith, type Question } from "./question.ts";

/** What is known of ratings before anything is asked. */
export type RatingScale = { readonly least: number; readonly most: number; readonly mean: number };

/** Ratings that a person's own mean must outweigh. */
const damping = 5;

export function ratingScaleOf(learn: readonly History[]): RatingScale {
  let [least, most, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const history of learn) {
    for (const { rating } of history) {
      if (rating === undefined) continue;
      least = Math.min(least, rating);
      most = Math.max(most, rating);
      sum += rating;
      count++;
    }
  }
  return count === 0 ? { least: 0, most: 0, mean: 0 } : { least, most, mean: sum / count };
}

/**
 * The model's ratings of the question's items, one each, clipped to the scale that was learnt from. An item that the
 * model never saw is rated as this person rates on the whole (their damped mean), whatever the model.
 */
export function foretell(model: Model, question: Question, scale: RatingScale): Float64Array {
  const { query } = askedWith(question);
  const values = model.rate!(query);
  let [offset, rated] = [0, 0];
  for (const { rating } of query) {
    if (rating === null) continue;
    offset += rating - scale.mean;
    rated++;
  }
  const own = scale.mean + offset / (rated + damping);
  return Float64Array.from(question.relevant, (itemId) => {
    const index = model.ids.indexOf(itemId);
    const value = index === undefined ? own : values[index]!;
    return Math.min(scale.most, Math.max(scale.least, Number.isFinite(value) ? value : own));
  });
}
