import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { models, servableModels } from "./catalogue.ts";
import { countsOf } from "./counts/counts.ts";
import { testModel, testServableModel } from "./model.contract.ts";
import type { ModelFactory } from "./model.ts";
import type { Step } from "./step.ts";

const notPersonal = "it gives everybody the same answer";
const onlyRepeats = "it ranks what the person never had alike for everybody";
const fromContentOnly = "it knows only what the catalogue describes, and these items are not described";
const onlyRatings = "it predicts ratings, and here all are alike";
const checkerboardSkipOf = ({ name, needs }: ModelFactory) => {
  if (needs === "nothing") return { checkerboard: notPersonal };
  if (name === "rating-baseline" || name === "content-rating" || name === "svd") return { checkerboard: onlyRatings };
  if (name === "content") return { checkerboard: fromContentOnly };
  return name === "p-topfreq" || name === "gp-topfreq" ? { checkerboard: onlyRepeats } : {};
};
for (const factory of models.values()) testModel(factory, checkerboardSkipOf(factory));
for (const factory of Object.values(servableModels)) testServableModel(factory);

const bought = (itemId: string, day: number): Step => ({
  itemId: itemId as ItemId,
  type: "purchase",
  weight: eventWeight.purchase,
  quantity: 1,
  at: day * dayMs,
  basket: `${day}`,
});
const scoresOf = (name: "popular" | "trending", histories: readonly Step[][]) => {
  const model = servableModels[name].fitCounts(countsOf(histories), null, { seed: 1 });
  return Object.fromEntries([...model.score([]).values].map((score, index) => [model.ids.idOf(index), score]));
};

describe("popular", () => {
  it("counts the last 28 days of the shop's data, whenever that was", () => {
    const scores = scoresOf("popular", [
      [bought("old", 1000)],
      [bought("old", 1001)],
      [bought("old", 1002)],
      [bought("new", 1100)],
      [bought("new", 1101)],
      [bought("mid", 1080)],
    ]);
    expect(scores.new).toBe(1);
    expect(scores.mid).toBe(0.5);
    expect(scores.old).toBeGreaterThan(0);
    expect(scores.old).toBeLessThan(scores.mid!);
  });
});

describe("trending", () => {
  it("prefers what rose this week to what always sells", () => {
    const steady = Array.from({ length: 280 }, (_, index) => [bought("steady", 1000 + (index % 28))]);
    const risen = Array.from({ length: 30 }, (_, index) => [bought("risen", 1021 + (index % 7))]);
    const scores = scoresOf("trending", [...steady, ...risen]);
    expect(scores.risen).toBe(1);
    expect(scores.steady).toBeLessThan(0.3);
  });
});
