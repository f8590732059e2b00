import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dayMs } from "#domain/clock.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { mean, rankingMetrics } from "#evaluation/metrics.ts";
import { rankCase } from "#evaluation/rank-case.ts";
import type { Model } from "#models/model.ts";
import { queryOf } from "#models/query.ts";
import { type History, inOrder, type Step } from "#models/step.ts";

// Sessions and baskets of real shops, and how they are asked about. Not part of the project: ../shared/data.

const data = join(import.meta.dirname, "..", "..", "..", "shared", "data");
export const serenadeFile = (part: "train" | "valid" | "test") => join(data, "serenade-example", `${part}.txt`);
export const tafengFile = (part: "history" | "future") => join(data, "tafeng", `tafeng_${part}.json`);

const stepOf = (itemId: string, type: "view" | "purchase", at: number, basket: string | null): Step => ({
  itemId: itemId as ItemId,
  type,
  weight: eventWeight[type],
  quantity: 1,
  at,
  basket,
});

/** One history a session. */
export function serenadeSessions(part: "train" | "valid" | "test"): History[] {
  const sessions = new Map<string, Step[]>();
  for (const line of readFileSync(serenadeFile(part), "utf8").trim().split("\n").slice(1)) {
    const [session, item, seconds] = line.split("\t") as [string, string, string];
    const steps = sessions.get(session) ?? [];
    if (steps.length === 0) sessions.set(session, steps);
    steps.push(stepOf(item, "view", Number(seconds) * 1000, null));
  }
  return [...sessions.values()].map(inOrder);
}

/** Each next item of each session, asked for with all before it; the item that is being looked at is no answer. */
export function nextItemMrr(model: Model, sessions: readonly History[], k: number): { mrr: number; hr: number; cases: number } {
  const reciprocals: number[] = [];
  for (const session of sessions) {
    for (let length = 1; length < session.length; length++) {
      const query = queryOf(session.slice(0, length));
      const ranked = rankCase(model, { query, seen: [session[length - 1]!.itemId] }, k).map((index) => model.ids.idOf(index));
      reciprocals.push(rankingMetrics.mrr(ranked, new Set([session[length]!.itemId]), k));
    }
  }
  return { mrr: mean(reciprocals), hr: mean(reciprocals.map((value) => (value > 0 ? 1 : 0))), cases: reciprocals.length };
}

export type BasketCase = { readonly history: History; readonly next: ReadonlySet<ItemId> };

/** Ta-Feng as published for next baskets; the data has the order of the baskets, the days are made up. */
export function tafengCases(): BasketCase[] {
  type Baskets = Readonly<Record<string, readonly (readonly number[])[]>>;
  const [history, future] = (["history", "future"] as const).map((part) => JSON.parse(readFileSync(tafengFile(part), "utf8")) as Baskets);
  return Object.entries(history!).map(([person, baskets]) => ({
    history: inOrder(
      baskets.slice(1, -1).flatMap((items, turn) => items.map((item) => stepOf(`${item}`, "purchase", (10_000 + turn) * dayMs, `${person}-${turn}`))),
    ),
    next: new Set(future![person]![1]!.map((item) => `${item}` as ItemId)),
  }));
}

/** The next basket from all baskets before it; what was had before may come again. */
export function nextBasketRecall(model: Model, cases: readonly BasketCase[], k: number): { recall: number; ndcg: number; cases: number } {
  const scored = cases.map(({ history, next }) => {
    const ranked = rankCase(model, { query: queryOf(history), seen: [] }, k).map((index) => model.ids.idOf(index));
    return { recall: rankingMetrics.recall(ranked, next, k), ndcg: rankingMetrics.ndcg(ranked, next, k) };
  });
  return { recall: mean(scored.map(({ recall }) => recall)), ndcg: mean(scored.map(({ ndcg }) => ndcg)), cases: cases.length };
}
