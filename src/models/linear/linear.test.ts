import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { factorCholesky, invertCholesky } from "#kernels/cholesky.ts";
import { createItemContent } from "../content/create-item-content.ts";
import { countsOf } from "../counts/counts.ts";
import type { QueryTerm } from "../model.ts";
import type { History, Step } from "../step.ts";
import { linear } from "./linear.ts";

const bought = (itemId: string, day: number): Step => ({
  itemId: itemId as ItemId,
  type: "purchase",
  weight: eventWeight.purchase,
  quantity: 1,
  at: day * dayMs,
  basket: `${day}`,
});
const term = (itemId: string, age = 0): QueryTerm => ({ itemId: itemId as ItemId, strength: 1, age, at: null, rating: null });
const n = 12;
const name = (item: number) => `i${String(item).padStart(2, "0")}`;

// Every two items share somebody, so that every item is every other's neighbour.
const histories: History[] = Array.from({ length: 66 }, (_, person) =>
  [...new Set([person % n, (person * 5 + 1) % n, Math.floor(person / 6) % n, (person * 7) % 11])].map((item, turn) => bought(name(item), 100 + turn)),
);
for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) histories.push([bought(name(a), 1), bought(name(b), 1)]);

describe("linear", () => {
  it("asked in another way is the model that a fit with those parameters gives", () => {
    const otherwise = { decay: 1.5, longDecay: 20, longShare: 0.7, popularity: 0.05 };
    expect(Object.keys(otherwise).sort()).toEqual([...linear.asking!].sort());
    const question = [term(name(3)), term(name(7), 1), term(name(1), 4)];
    const asked = linear.fit({ histories, content: null }, { seed: 1, params: { lambda: 3 } }).askedWith!(otherwise);
    const fitted = linear.fit({ histories, content: null }, { seed: 1, params: { lambda: 3, ...otherwise } });
    expect(asked.score(question).values).toEqual(fitted.score(question).values);
    expect(asked.describe()).toEqual(fitted.describe());
  });

  it("with all neighbours and similarity alone is EASE: B = I − P · diag(1 / diag P)", () => {
    const lambda = 5;
    const gram = new Float64Array(n * n);
    for (const steps of histories) {
      for (const a of steps) for (const b of steps) gram[Number(a.itemId.slice(1)) * n + Number(b.itemId.slice(1))]!++;
    }
    for (let item = 0; item < n; item++) gram[item * n + item]! += lambda;
    expect(factorCholesky(gram, n)).toBe(true);
    const inverse = invertCholesky(gram, n);
    const params = { alpha: 1, lambda, normalization: 0, neighbours: n, longShare: 0, popularity: 0, repeat: 0 };
    for (const model of [
      linear.fit({ histories, content: null }, { seed: 1, params }),
      linear.fitCounts(countsOf(histories), null, { seed: 1, params }),
    ]) {
      for (let source = 0; source < n; source++) {
        const { values } = model.score([term(name(source))]);
        for (let target = 0; target < n; target++) {
          const wanted = source === target ? 0 : -inverse[source * n + target]! / inverse[target * n + target]!;
          expect(values[target]).toBeCloseTo(wanted, 6);
        }
      }
    }
  });

  it("learns that one thing comes after another, and not the other way", () => {
    const chains = Array.from({ length: 40 }, (_, person) => [bought("kettle", person), bought("descaler", person + 30)]);
    const model = linear.fit({ histories: chains, content: null }, { seed: 1, params: { alpha: 0.1 } });
    const speaksFor = (itemId: string, other: string) => model.score([term(itemId)]).values[model.ids.indexOf(other as ItemId)!]!;
    expect(speaksFor("kettle", "descaler")).toBeGreaterThan(2 * speaksFor("descaler", "kettle"));
  });

  it("recommends an item before its first sale, and says by which words", () => {
    const content = createItemContent(
      new Map(
        [
          ["brass-lamp", { title: "Brass lamp", categories: ["Lamps"] }],
          ["steel-lamp", { title: "Steel lamp", categories: ["Lamps"] }],
          ["new-lamp", { title: "Brass lamp, large", categories: ["Lamps"] }],
          ["teapot", { title: "Teapot", categories: ["Kitchen"] }],
          ["cup", { title: "Cup", categories: ["Kitchen"] }],
        ].map(([id, attributes]) => [id as ItemId, attributes as Record<string, string | string[]>] as const),
      ),
    );
    const people = Array.from({ length: 30 }, (_, person) =>
      person % 2 === 0 ? [bought("brass-lamp", person), bought("steel-lamp", person + 1)] : [bought("teapot", person), bought("cup", person + 1)],
    );
    const model = linear.fit({ histories: people, content }, { seed: 1 });
    const query = [term("brass-lamp"), term("cup", 1)];
    const { values, base, contributionsOf, contentOf } = model.score(query);
    const lamp = "new-lamp" as ItemId;
    expect(values[model.ids.indexOf(lamp)!]).toBeGreaterThan(0);
    const partsOf = (itemId: ItemId, told = contentOf!) => {
      const parts: { term: number; feature: string; contribution: number }[] = [];
      told(itemId, (term, feature, contribution) => parts.push({ term, feature, contribution }));
      return parts;
    };
    const parts = partsOf(lamp);
    expect(parts.some(({ feature, contribution }) => feature === "category: Lamps" && contribution > 0)).toBe(true);
    for (const itemId of model.ids.ids()) {
      const content = partsOf(itemId).reduce((sum, { contribution }) => sum + contribution, 0);
      const behaviour = contributionsOf(itemId)!.reduce((sum, one) => sum + one, 0) - content;
      const item = model.ids.indexOf(itemId)!;
      expect(content + behaviour + (base?.[item] ?? 0)).toBe(values[item]);
      if (itemId === lamp) expect(Math.abs(behaviour)).toBeLessThan(1e-6);
    }
    const loaded = linear.load(model.save()).score(query);
    expect(partsOf(lamp, loaded.contentOf!)).toEqual(parts);
  });
});
