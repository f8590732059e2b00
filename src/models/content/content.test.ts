import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import type { Model, QueryTerm } from "../model.ts";
import { queryOfItems } from "../query.ts";
import { content } from "./content.ts";
import { contentNeighbours } from "./content-neighbours.ts";
import { createItemContent, type ItemAttributes } from "./create-item-content.ts";
import type { ItemContent } from "./item-content.ts";
import { cosineBetween, unitRows } from "./unit-rows.ts";

type Golden = {
  readonly titles: readonly string[];
  readonly words: readonly Readonly<Record<string, number>>[];
  readonly cosines: { readonly rarity0: readonly (readonly number[])[]; readonly rarity1: readonly (readonly number[])[] };
  readonly short: { readonly titles: readonly string[]; readonly cosines: readonly (readonly number[])[] };
};
const golden: Golden = JSON.parse(readFileSync("bench/peers/content/golden.json", "utf8"));

const id = (name: string | number) => String(name).padStart(2, "0") as ItemId;
const ofTitles = (titles: readonly string[]) => createItemContent(new Map(titles.map((title, index) => [id(index), { title }])));

/** The content with only those features that the name begins so. */
function only(given: ItemContent, prefix: string): ItemContent {
  const kept = [...given.features.keys()].filter((at) => given.names[given.features[at]!]!.startsWith(prefix));
  const starts = given.starts.map((start) => kept.filter((at) => at < start).length);
  return {
    ...given,
    starts,
    features: Int32Array.from(kept, (at) => given.features[at]!),
    values: Float32Array.from(kept, (at) => given.values[at]!),
  };
}

function expectCosines(given: ItemContent, rarity: number, expected: readonly (readonly number[])[]): void {
  const rows = unitRows(given, rarity);
  for (const [a, row] of expected.entries()) for (const [b, cosine] of row.entries()) expect(cosineBetween(rows, a, b)).toBeCloseTo(cosine, 6);
}

describe("content against scikit-learn", () => {
  const words = only(ofTitles(golden.titles), "word: ");

  it("words have the same TF-IDF", () => {
    for (const [item, expected] of golden.words.entries()) {
      const range = { from: words.starts[item]!, to: words.starts[item + 1]! };
      const found = Array.from(words.features.subarray(range.from, range.to), (feature) => words.names[feature]!.slice("word: ".length));
      expect(found.toSorted()).toEqual(Object.keys(expected).toSorted());
      for (const [at, word] of found.entries()) expect(words.values[range.from + at]).toBeCloseTo(expected[word]!, 6);
    }
  });

  it("words give the same cosines, with and without the division by √df", () => {
    expectCosines(words, 0, golden.cosines.rarity0);
    expectCosines(words, 1, golden.cosines.rarity1);
  });

  it("words and spelling together give the same cosines", () => {
    expectCosines(ofTitles(golden.short.titles), 1, golden.short.cosines);
  });
});

const shop = new Map<ItemId, ItemAttributes>(
  Array.from({ length: 60 }, (_, item) => [
    id(item),
    {
      title: `${["Brass", "Linen", "Copper"][item % 3]} ${["lamp", "sheet", "kettle"][item % 3]} number${item % 7}`,
      brand: `b${item % 5}`,
      price: item,
    },
  ]),
);
const term = (itemId: string, strength: number, age: number): QueryTerm => ({ itemId: itemId as ItemId, strength, age, at: null, rating: null });
const bestOf = (model: Model, items: readonly ItemId[]) => {
  const { values } = model.score(queryOfItems(items));
  return [...values.keys()].sort((a, b) => values[b]! - values[a]!).map((index) => model.ids.idOf(index));
};

describe("the content model", () => {
  const described = createItemContent(shop);
  const model = content.fit({ histories: [], content: described }, { seed: 1 });

  it("knows what was never sold, and finds it by what it is like", () => {
    const withNew = createItemContent(new Map([...shop, [id("new"), { title: "Brass lamp, new", brand: "b9" }]]));
    const fitted = content.fit({ histories: [], content: withNew }, { seed: 1 });
    for (const item of bestOf(fitted, [id("new")]).slice(0, 10)) expect(Number(item) % 3).toBe(0);
    expect(bestOf(fitted, [id(0), id(3)]).slice(0, 20)).toContain(id("new"));
  });

  it("contributions add up to the bit; no item speaks for itself", () => {
    const query = [term("03", 1, 0), term("nowhere", 1, 0), term("04", -0.5, 1), term("09", 1 / 3, 7), term("03", 0.7, 9)];
    const { values, contributionsOf } = model.score(query);
    for (const [index, itemId] of described.ids.ids().entries()) {
      expect(contributionsOf(itemId)!.reduce((sum, one) => sum + one, 0)).toBe(values[index]);
    }
    expect(contributionsOf(id(3))![0]).toBe(0);
    expect(values.some((value) => value !== 0)).toBe(true);
  });

  it("without content has no items", () => {
    const empty = content.fit({ histories: [], content: null }, { seed: 1 });
    expect(empty.score(queryOfItems([id(1)])).values).toHaveLength(0);
  });
});

describe("content neighbours", () => {
  const described = createItemContent(shop);

  it("are those of the highest cosine", () => {
    const rows = unitRows(described, 0.25);
    const all = Array.from({ length: described.ids.size() }, (_, item) => item);
    const found = contentNeighbours(described, all, 5);
    for (const item of all) {
      const cosines = all.filter((other) => other !== item).map((other) => cosineBetween(rows, item, other));
      const best = cosines.toSorted((a, b) => b - a).slice(0, 5);
      const own = found.similarities.subarray(found.starts[item], found.starts[item + 1]);
      expect(own).toHaveLength(5);
      for (const [rank, similarity] of own.entries()) expect(similarity).toBeCloseTo(best[rank]!, 12);
    }
  });

  it("only of those asked about; an item that is like nothing has none", () => {
    const lonely = createItemContent(new Map([...shop, [id("zz"), { title: "Qqq" }]]));
    const found = contentNeighbours(lonely, [lonely.ids.indexOf(id("zz"))!, 7], 3);
    expect([...found.starts]).toEqual([0, 0, 3]);
    expect([...found.items]).not.toContain(7);
  });

  it("finds nearly all of them when features are many and frequent", () => {
    const random = createSeededRandom(3);
    const words = Array.from({ length: 400 }, (_, word) => `w${word}x${random.int(1000)}`);
    const zipf = () => words[Math.floor(words.length ** random.next()) - 1]!;
    const many = createItemContent(
      new Map(
        Array.from({ length: 4000 }, (_, item) => [id(item), { title: `${zipf()} ${zipf()} ${zipf()} ${zipf()}`, brand: `b${random.int(40)}` }]),
      ),
    );
    const rows = unitRows(many, 0.25);
    const asked = Array.from({ length: 40 }, () => random.int(4000));
    const found = contentNeighbours(many, asked, 10, { maxItemsPerFeature: 500 });
    let [kept, wanted] = [0, 0];
    for (const [row, item] of asked.entries()) {
      const cosines = Float64Array.from({ length: 4000 }, (_, other) => (other === item ? 0 : cosineBetween(rows, item, other)));
      const tenth = cosines.toSorted().at(-10)!;
      kept += found.similarities.subarray(found.starts[row], found.starts[row + 1]).filter((cosine) => cosine >= tenth - 1e-12).length;
      wanted += 10;
    }
    expect(kept / wanted).toBeGreaterThan(0.9);
  });
});
