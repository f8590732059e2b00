export type MetricRow = { readonly metric: string; readonly own: number | null; readonly popular: number | null };

const baseline = "popular.";

/** Puts "popular.ndcg@10" beside "ndcg@10": what the model reaches, and what showing best-sellers alone would. */
export function readMetrics(metrics: Readonly<Record<string, number>>): MetricRow[] {
  const names = new Set(Object.keys(metrics).map((key) => (key.startsWith(baseline) ? key.slice(baseline.length) : key)));
  return [...names].map((metric) => ({ metric, own: metrics[metric] ?? null, popular: metrics[`${baseline}${metric}`] ?? null }));
}

const meanings: readonly (readonly [RegExp, string])[] = [
  [/^ndcg@/, "how near the top the right item stands"],
  [/^(hr|hit)@/, "how often the right item is among them"],
  [/^recall@/, "how many of the right items are among them"],
  [/^mrr@/, "one divided by the place of the right item"],
  [/^coverage/, "share of the catalogue that is ever shown"],
  [/^gini/, "how unevenly items are shown; 0 is evenly"],
  [/^people$|^cases$/, "how many it was tried on"],
];

export function meaningOf(metric: string): string {
  return meanings.find(([pattern]) => pattern.test(metric))?.[1] ?? "";
}
