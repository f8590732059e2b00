import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { attributesOf } from "./attributes-of.ts";
import { contentNeighbours } from "./content-neighbours.ts";
import { createItemContent, type ItemAttributes } from "./create-item-content.ts";
import { foldText, wordsOf } from "./fold-text.ts";
import type { ItemContent } from "./item-content.ts";
import { cosineBetween, defaultRarity, unitRows } from "./unit-rows.ts";

const id = (name: string | number) => String(name) as ItemId;
const contentOf = (items: Readonly<Record<string, ItemAttributes>>) =>
  createItemContent(new Map(Object.entries(items).map(([key, item]) => [id(key), item])));
const featuresOf = (content: ItemContent, item: string): Record<string, number> => {
  const row = content.ids.indexOf(id(item))!;
  const places = Array.from({ length: content.starts[row + 1]! - content.starts[row]! }, (_, at) => content.starts[row]! + at);
  return Object.fromEntries(places.map((at) => [content.names[content.features[at]!]!, content.values[at]!]));
};
const namesOf = (content: ItemContent) => [...new Set(content.names)].sort();
const cosine = (content: ItemContent, a: string, b: string) =>
  cosineBetween(unitRows(content, defaultRarity), content.ids.indexOf(id(a))!, content.ids.indexOf(id(b))!);
const many = (count: number, make: (item: number) => ItemAttributes) =>
  contentOf(Object.fromEntries(Array.from({ length: count }, (_, i) => [`i${i}`, make(i)])));

describe("features of attributes", () => {
  it("lists: one a value, each ÷ √df and of the list's norm", () => {
    const content = contentOf({
      a: { genres: ["Drama", "War"] },
      b: { genres: ["Drama"] },
      c: { genres: ["drama ", "War"] },
      d: { genres: ["War"] },
    });
    expect(namesOf(content)).toEqual(["genre: Drama", "genre: War"]);
    expect(featuresOf(content, "a")["genre: Drama"]).toBeCloseTo(1 / Math.sqrt(2) / Math.sqrt(3), 6);
    expect(featuresOf(content, "b")["genre: Drama"]).toBeCloseTo(1 / Math.sqrt(3), 6);
  });

  it("lists written as one text are the same lists", () => {
    const path = many(12, (i) => ({ category: `Home > ${i % 2 ? "Lamps" : "Rugs"} > s${i % 3}` }));
    expect(namesOf(path)).toEqual(["category: Lamps", "category: Rugs", "category: s0", "category: s1", "category: s2"]);
    const bars = many(12, (i) => ({ tags: `t${i % 2}|t${2 + (i % 3)}` }));
    expect(namesOf(bars)).toEqual(["tag: t0", "tag: t1", "tag: t2", "tag: t3", "tag: t4"]);
  });

  it("short texts with few different values are categories; what all items have is left out", () => {
    const content = many(20, (i) => ({ brand: `Acme ${i % 4}`, eco: i < 3 ? "yes" : "", where: "UI" }));
    expect(namesOf(content)).toEqual(["brand: Acme 0", "brand: Acme 1", "brand: Acme 2", "brand: Acme 3", "eco: yes"]);
  });

  it("ids, addresses, pictures and dates link nothing", () => {
    const content = many(40, (i) => ({
      sku: `K${1000 + i}`,
      link: `https://shop.example/p/${i % 3}`,
      image: `pictures/${i % 5}.jpg`,
      added: `2024-01-${10 + (i % 9)}`,
      productId: i,
    }));
    expect(content.names).toEqual([]);
  });

  it("numbers: bands of about equally many, named by what is in them", () => {
    const content = many(800, (i) => ({ price: i / 4, stars: (i % 5) + 1 }));
    expect(namesOf(content).filter((name) => name.startsWith("stars"))).toEqual(["stars: 1", "stars: 2", "stars: 3", "stars: 4", "stars: 5"]);
    const bands = namesOf(content).filter((name) => name.startsWith("price"));
    expect(bands).toHaveLength(8);
    expect(bands).toContain("price: 0–24.75");
  });

  it("codes written as numbers are names, not amounts", () => {
    expect(namesOf(many(12, (i) => ({ category_id: 100 + (i % 3) })))).toEqual(["category_id: 100", "category_id: 101", "category_id: 102"]);
  });

  it("a long text does not drown the category, nor a frequent word a rare one", () => {
    const filler = Array.from({ length: 200 }, (_, word) => `filler${word}`).join(" ");
    const content = many(30, (i) => ({ title: `the ${i % 5 ? "lamp" : "samovar"} u${i}`, description: `${filler} ${i % 2}`, category: `c${i % 3}` }));
    const row = featuresOf(content, "i0");
    expect(row["category: c0"]).toBeCloseTo(1 / Math.sqrt(10), 6);
    expect(row["word: samovar"]!).toBeGreaterThan(featuresOf(content, "i1")["word: lamp"]!);
    expect(row["word: the"]).toBeUndefined();
  });

  it("the shop's own items give title, description, categories, brand and price", () => {
    const attributes = {};
    const item = { title: "Mug", description: null, categories: ["Kitchen", "Mugs"], brand: "Acme", price: 9, stock: 3, attributes };
    expect(attributesOf(item as unknown as CatalogueItem)).toEqual({ title: "Mug", categories: ["Kitchen", "Mugs"], brand: "Acme", price: 9 });
  });

  it("texts and lists of texts among the attributes are said too, numbers and vectors are not", () => {
    const attributes = {
      color: "red",
      size: ["M", "L"],
      weight: 3,
      embedding: [0.1, 0.2],
      mixed: ["a", 1],
      long: Array.from({ length: 65 }, String),
      title: "not this one",
      gorse: { Labels: { genre: ["noir"], title: "T", deeper: { still: "no" } }, color: "blue" },
    };
    const item = { title: "Mug", description: null, categories: [], brand: null, price: null, attributes } as unknown as CatalogueItem;
    expect(attributesOf(item)).toEqual({ title: "Mug", color: ["red", "blue"], size: ["M", "L"], genre: ["noir"], "Labels title": "T" });
  });

  it("an attribute named like a part of every object stays an attribute", () => {
    const attributes = JSON.parse('{"__proto__": "x", "constructor": "y"}');
    const item = { title: "Mug", description: null, categories: [], brand: null, price: null, attributes } as unknown as CatalogueItem;
    expect(Object.keys(attributesOf(item)).sort()).toEqual(["__proto__", "constructor", "title"]);
  });
});

describe("folding of text", () => {
  it.each([
    ["CAFÉ ﬁne Straße", "cafe fine straße"],
    ["كتاب علي", "کتاب علی"],
    ["مُحَبَّت", "محبت"],
    ["خوبـــصورت", "خوبصورت"],
    ["ہندوستاں۱۲", "ہندوستاں12"],
    ["می\u200cخواہم", "میخواہم"],
    ["हिन्दी", "हिन्दी"],
    ["ガラス", "ガラス"],
  ])("%s", (text, folded) => expect(foldText(text)).toBe(folded));

  it("scripts without spaces are read by pairs", () => {
    expect(wordsOf("茶碗 蓋 red-cup", 10)).toEqual(["茶碗", "蓋", "red", "cup"]);
    expect(wordsOf("ガラス", 10)).toEqual(["ガラ", "ラス"]);
  });
});

describe("spelling", () => {
  const shelf = Object.fromEntries(
    ["lawn suit", "chai mug", "pateela", "rangeen dupatta", "degh bari", "sofa", "juta", "karahi", "qameez", "jhumka"].map((title, i) => [
      `x${i}`,
      { title },
    ]),
  );

  it("the spellings of Roman Urdu come close to one another, and to nothing else", () => {
    const content = contentOf({ ...shelf, a: { title: "kapray" }, b: { title: "kapre" }, c: { title: "kapde" }, d: { title: "kaprey" } });
    const nearest = Math.min(...["b", "c", "d"].map((other) => cosine(content, "a", other)));
    expect(nearest).toBeGreaterThan(0.2);
    for (const far of Object.keys(shelf)) expect(cosine(content, "a", far)).toBeLessThan(nearest / 1.5);
    expect(cosine(content, "a", "d")).toBeGreaterThan(0.5);
  });

  it("Urdu typed with Arabic letters and marks is the same Urdu", () => {
    const content = contentOf({ ...shelf, a: { title: "ریشمی کپڑے" }, b: { title: "ريشمي كپڑے" }, c: { title: "رِیشمی کپڑے" } });
    expect(cosine(content, "a", "b")).toBeCloseTo(1, 6);
    expect(cosine(content, "a", "c")).toBeCloseTo(1, 6);
  });
});

describe("any catalogue", () => {
  const value = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom("", " ", "a|b", "x > y", "__proto__", "\ud800"),
    fc.double(),
    fc.array(fc.string({ maxLength: 5 }), { maxLength: 4 }),
  );
  const item = fc.dictionary(fc.constantFrom("title", "brand", "price", "tags", "__proto__", "constructor"), value);

  it("gives rows that ascend, with finite values above zero, whatever the order of the items", () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), (items) => {
        const pairs = items.map((one, index): [ItemId, ItemAttributes] => [id(index), one]);
        const content = createItemContent(new Map(pairs));
        const turned = createItemContent(new Map(pairs.toReversed()));
        expect({ ...turned, ids: turned.ids.ids() }).toEqual({ ...content, ids: content.ids.ids() });
        expect(content.starts).toHaveLength(items.length + 1);
        for (let row = 0; row < items.length; row++) {
          for (let at = content.starts[row]!; at < content.starts[row + 1]!; at++) {
            expect(content.values[at]).toBeGreaterThan(0);
            expect(Number.isFinite(content.values[at])).toBe(true);
            if (at > content.starts[row]!) expect(content.features[at]).toBeGreaterThan(content.features[at - 1]!);
          }
          expect(content.starts[row + 1]! - content.starts[row]!).toBeLessThanOrEqual(96);
        }
      }),
    );
  });

  it("of many items takes no more than linear time", () => {
    const random = createSeededRandom(1);
    const word = () => `w${Math.floor(3000 ** random.next())}`;
    const content = many(20_000, () => ({ title: `${word()} ${word()} ${word()}`, brand: word(), price: random.next() }));
    expect(content.ids.size()).toBe(20_000);
  }, 30_000);
});

const products = join(process.cwd(), "..", "shared", "data", "retail-demo-store", "products.yaml");
const skipped = existsSync(products) ? "" : " (skipped: needs ../shared/data)";

describe("the retail demo store", () => {
  it.skipIf(skipped !== "")(`neighbours by name and description are mostly of the same style${skipped}`, () => {
    const blocks = readFileSync(products, "utf8").split(/^- /m).slice(1);
    const field = (block: string, name: string) =>
      new RegExp(`^(?:  )?${name}: (.*(?:\\n    .*)*)`, "m").exec(block)?.[1]?.replace(/\s+/g, " ") ?? "";
    const items = blocks.map((block) => ({
      id: id(field(block, "id")),
      style: field(block, "style"),
      said: { name: field(block, "name"), description: field(block, "description"), price: Number(field(block, "price")) },
    }));
    const styles = new Map(items.map((one) => [one.id, one.style]));
    const content = createItemContent(new Map(items.map((one) => [one.id, one.said])));
    const found = contentNeighbours(content, [...content.starts.keys()].slice(0, -1), 5);
    let same = 0;
    for (let row = 0; row + 1 < found.starts.length; row++) {
      const own = styles.get(content.ids.idOf(row));
      for (const other of found.items.subarray(found.starts[row], found.starts[row + 1])) if (styles.get(content.ids.idOf(other)) === own) same++;
    }
    expect(content.ids.size()).toBeGreaterThan(2000);
    expect(same / found.items.length).toBeGreaterThan(0.6);
  });
});
