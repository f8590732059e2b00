import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { models, servableModels } from "./catalogue.ts";
import { countsOf } from "./counts/counts.ts";
import { gramOf } from "./linear/gram.ts";
import { solveDense } from "./linear/solve-dense.ts";
import { solveLocal } from "./linear/solve-local.ts";
import { testModel, testServableModel } from "./model.contract.ts";
import type { Step } from "./step.ts";

const notPersonal = "it gives everybody the same answer";
for (const factory of models.values()) testModel(factory, factory.needs === "nothing" ? { checkerboard: notPersonal } : {});
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

describe("linear", () => {
  it("the local solve with all neighbours is the dense one", () => {
    // Every two items share somebody, so that every item is every other's neighbour.
    const histories = Array.from({ length: 66 }, (_, person) =>
      [person % 12, (person * 5 + 1) % 12, Math.floor(person / 6) % 12, (person * 7) % 11].map((item) => bought(`i${item}`, 100 + person)),
    );
    for (let a = 0; a < 12; a++) for (let b = 0; b < a; b++) histories.push([bought(`i${a}`, 1), bought(`i${b}`, 1)]);
    const counts = countsOf(histories);
    const n = counts.ids.size();
    const gram = gramOf(counts.support, counts.pairs, [...counts.support.keys()], 9);
    const [dense, local] = [solveDense(gram, 5), solveLocal(gram, 5, n)];
    expect(n).toBe(12);
    expect(local.targets).toEqual(dense.targets);
    for (const [at, weight] of local.weights.entries()) expect(weight).toBeCloseTo(dense.weights[at]!, 9);
  });
});

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
