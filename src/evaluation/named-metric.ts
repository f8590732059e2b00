import { type Result, refuse, succeed } from "#domain/problem.ts";
import { type RankingMetric, rankingMetrics, ratingErrors } from "./metrics.ts";

/** A metric as people write it: "ndcg@10" of lists, "rmse" of foretold ratings. */
export type NamedMetric = ListMetric | ErrorMetric;
export type ListMetric = { readonly name: string; readonly answers: "list"; readonly k: number; readonly measure: RankingMetric };
export type ErrorMetric = {
  readonly name: string;
  readonly answers: "ratings";
  /** Of one rating, from how far it was missed; `finish` makes the metric of the mean of it. */
  readonly lossOf: (difference: number) => number;
  readonly finish: (mean: number) => number;
};

/** Nobody reads further down a list than this. */
const longestList = 1000;

const lists: ReadonlyMap<string, RankingMetric> = new Map(Object.entries(rankingMetrics));
const errors: ReadonlyMap<string, (typeof ratingErrors)[keyof typeof ratingErrors]> = new Map(Object.entries(ratingErrors));

/** "ndcg@10" → its function and k; refuses what is not a known name, with a whole number from 1 to 1000 where it is of a list. */
export function readMetric(text: string): Result<NamedMetric> {
  const [kind = "", length = "", ...rest] = text.toLowerCase().split("@");
  const error = errors.get(kind);
  if (error !== undefined) {
    if (text.includes("@")) return refuse("OPTION_INVALID", `--metrics ${text}: it is of ratings, not of a list; write ${kind}`);
    return succeed({ name: kind, answers: "ratings", ...error });
  }
  const measure = lists.get(kind);
  if (measure === undefined) {
    const known = `${[...lists.keys()].join(", ")}, each with a length, such as ndcg@10; for ratings ${[...errors.keys()].join(", ")}`;
    return refuse("OPTION_INVALID", `--metrics ${text}: no such metric; there are ${known}`);
  }
  const k = /^\d+$/.test(length) && rest.length === 0 ? Number(length) : 0;
  if (k < 1 || k > longestList) {
    return refuse("OPTION_INVALID", `--metrics ${text}: after the @ stands the length of the list, a whole number from 1 to ${longestList}`);
  }
  return succeed({ name: `${kind}@${k}`, answers: "list", k, measure });
}
