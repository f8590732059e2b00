import { type Result, refuse, succeed } from "#domain/problem.ts";
import { type RankingMetric, rankingMetrics } from "./metrics.ts";

/** A ranking metric at a length of list, as people write it: "ndcg@10". */
export type NamedMetric = { readonly name: string; readonly k: number; readonly measure: RankingMetric };

/** Nobody reads further down a list than this. */
const longestList = 1000;

const byName: ReadonlyMap<string, RankingMetric> = new Map(Object.entries(rankingMetrics));

/** "ndcg@10" → its function and k; refuses what is not a known name with a whole number from 1 to 1000. */
export function readMetric(text: string): Result<NamedMetric> {
  const [kind = "", length = "", ...rest] = text.toLowerCase().split("@");
  const measure = byName.get(kind);
  const known = [...byName.keys()].join(", ");
  if (measure === undefined)
    return refuse("OPTION_INVALID", `--metrics ${text}: no such metric; there are ${known}, each with a length, such as ndcg@10`);
  const k = /^\d+$/.test(length) && rest.length === 0 ? Number(length) : 0;
  if (k < 1 || k > longestList) {
    return refuse("OPTION_INVALID", `--metrics ${text}: after the @ stands the length of the list, a whole number from 1 to ${longestList}`);
  }
  return succeed({ name: `${kind}@${k}`, k, measure });
}
