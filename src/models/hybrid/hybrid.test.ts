import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { modelNamed, models } from "../catalogue.ts";
import { createItemContent } from "../content/create-item-content.ts";
import { testModel } from "../model.contract.ts";
import type { ModelFactory, QueryTerm } from "../model.ts";
import { drawParams, paramFault } from "../params.ts";
import { queryOfItems } from "../query.ts";
import type { Step } from "../step.ts";

const named = (text: string): ModelFactory => {
  const found = modelNamed(text);
  if (!found.ok) throw new Error(found.problem.detail);
  return found.value;
};

const onlyContent = "the second knows only what is described";
testModel(named("weighted(linear,popular)"));
testModel(named("weighted(linear,together)"));
testModel(named("weighted(popular,trending)"), { checkerboard: "it gives everybody the same answer" });
testModel(named("switching(linear,popular)"));
testModel(named("switching(linear,together)"));
testModel(named("augmented(content,linear)"));
testModel(named("augmented(linear,content)"));
testModel(named("weighted(augmented(linear,content),switching(linear,together))"));
testModel(named("switching(content,weighted(content,content))"), { checkerboard: onlyContent });

const id = (name: string | number) => String(name) as ItemId;
const bought = (itemId: string, person: number): Step => ({
  itemId: id(itemId),
  type: "purchase",
  weight: 3,
  quantity: 1,
  at: 1.7e12 + person,
  basket: `o${person}`,
});
const histories = [
  [bought("a", 1), bought("b", 1)],
  [bought("a", 2), bought("b", 2), bought("c", 2)],
  [bought("c", 3), bought("d", 3)],
  [bought("d", 4), bought("c", 4), bought("b", 4)],
];
const content = createItemContent(
  new Map([
    [id("a"), { title: "Brass lamp", brand: "Acme" }],
    [id("new"), { title: "Brass lamp shade", brand: "Acme" }],
    [id("d"), { title: "Linen sheet", brand: "Other" }],
    [id("z"), { title: "Linen towel", brand: "Other" }],
  ]),
);
const training = { histories, content };

describe("names of hybrids", () => {
  it("nest, and blanks do not count", () => {
    expect(named(" weighted( linear , switching(popular,trending) ) ").name).toBe("weighted(linear,switching(popular,trending))");
    expect(named("linear")).toBe(models.get("linear"));
  });

  it.each([
    ["", "a model's name is missing"],
    ["weighted", "weighted wants parts, as in weighted(linear,popular)"],
    ["weighted()", "a model's name is missing"],
    ["weighted(linear)", "weighted takes 2 to 8 models"],
    ["weighted(linear,)", "a model's name is missing"],
    ["weighted(linear,popular", "weighted( is not closed"],
    ["weighted(linear,popular))", "nothing may follow after weighted(linear,popular)"],
    ["weighted(linear popular)", "linearpopular: there is no such model; there are linear"],
    ["weighted(linear,nowhere)", "nowhere: there is no such model; there are linear"],
    ["linear(popular,popular)", "linear takes no parts; weighted, switching, augmented do"],
    ["switching(linear,popular,trending)", "switching takes 2 models, as in switching(linear,popular)"],
    ["augmented(linear)", "augmented takes 2 models"],
    ["__proto__", "there is no such model"],
    ["constructor(a,b)", "constructor takes no parts"],
    [`weighted(${Array.from({ length: 9 }, () => "popular")})`, "at most 8 models in one name"],
    ["(".repeat(90), "a model's name is missing"],
    ["weighted(".repeat(12), "a model's name is missing"],
  ])("%s is refused with its reason", (text, detail) => {
    const refused = modelNamed(text);
    expect(refused.ok).toBe(false);
    expect(!refused.ok && refused.problem).toMatchObject({ code: "OPTION_INVALID", detail: expect.stringContaining(detail) });
  });

  it("however deep, a bad one is refused", () => {
    expect(modelNamed("weighted(".repeat(100_000)).ok).toBe(false);
  });

  it("no text is an exception", () => {
    const pieces = fc.constantFrom("weighted", "switching", "augmented", "linear", "popular", "(", ")", ",", " ", "x");
    fc.assert(fc.property(fc.array(pieces, { maxLength: 30 }), (words) => typeof modelNamed(words.join("")).ok === "boolean"));
  });
});

describe("parameters", () => {
  it("of the models inside are reached by place", () => {
    const factory = named("weighted(linear,switching(together,content))");
    expect(Object.keys(factory.space)).toEqual(expect.arrayContaining(["share1", "share2", "1.lambda", "2.minTerms", "2.1.lambda", "2.2.rarity"]));
    const fitted = factory.fit(training, { seed: 1, params: { "1.lambda": 77, "2.1.lambda": 33, "2.minTerms": 3 } });
    expect(fitted.describe().params).toMatchObject({ "1.lambda": 77, "2.1.lambda": 33, "2.minTerms": 3 });
  });

  it("drawn ones fit and answer", () => {
    const factory = named("weighted(augmented(content,linear),switching(linear,popular))");
    for (let seed = 0; seed < 5; seed++) {
      const params = drawParams(factory.space, createSeededRandom(seed));
      for (const [name, value] of Object.entries(params)) expect(paramFault(factory.space, name, value)).toBeNull();
      expect(
        factory
          .fit(training, { seed, params })
          .score(queryOfItems([id("a")]))
          .values.every(Number.isFinite),
      ).toBe(true);
    }
  });
});

describe("weighted", () => {
  it("is, with all of the share, the order of one model", () => {
    const model = named("weighted(linear,popular)").fit(training, { seed: 1, params: { share1: 1, share2: 0 } });
    const alone = models.get("linear")!.fit(training, { seed: 1 });
    const orderOf = ({ score, ids }: typeof model) => {
      const { values } = score(queryOfItems([id("a")]));
      return [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b).map((index) => ids.idOf(index));
    };
    expect(orderOf(model)).toEqual(orderOf(alone));
  });

  it("knows the items of each: what was never sold comes by its description", () => {
    const model = named("weighted(linear,content)").fit(training, { seed: 1 });
    const { values } = model.score(queryOfItems([id("a")]));
    expect(model.ids.ids()).toEqual(["a", "b", "c", "d", "new", "z"]);
    expect(values[model.ids.indexOf(id("new"))!]).toBeGreaterThan(0);
    expect(values[model.ids.indexOf(id("z"))!]).toBe(0);
  });

  it("adds up to the bit, whatever is asked", () => {
    const model = named("weighted(linear,content,together)").fit(training, { seed: 1 });
    const term = fc.record<QueryTerm>({
      itemId: fc.constantFrom("a", "b", "c", "d", "new", "z", "nowhere").map(id),
      strength: fc.double({ min: -1, max: 1, noNaN: true }),
      age: fc.nat(50),
      at: fc.constant(null),
      rating: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(term, { maxLength: 20 }), (query) => {
        const { values, base, contributionsOf } = model.score(query);
        for (const [index, itemId] of model.ids.ids().entries()) {
          expect(contributionsOf(itemId)!.reduce((sum, one) => sum + one, base?.[index] ?? 0)).toBe(values[index]);
        }
      }),
    );
  });
});

describe("switching", () => {
  it("asks the second about whom the first knows too little", () => {
    const model = named("switching(linear,popular)").fit(training, { seed: 1, params: { minTerms: 2 } });
    const popular = models.get("popular")!.fit(training, { seed: 1 });
    const scoresOf = (of: typeof model, items: readonly string[]) => {
      const { values } = of.score(queryOfItems(items.map(id)));
      return Object.fromEntries([...values].map((value, index) => [of.ids.idOf(index), value]));
    };
    expect(scoresOf(model, ["a", "a", "nowhere"])).toMatchObject(scoresOf(popular, ["a"]));
    expect(scoresOf(model, ["a", "b"])).toMatchObject(scoresOf(models.get("linear")!.fit(training, { seed: 1 }) as typeof model, ["a", "b"]));
  });
});

describe("augmented", () => {
  it("lets content know what people found alike", () => {
    const plain = models.get("content")!.fit(training, { seed: 1 });
    const taught = named("augmented(linear,content)").fit(training, { seed: 1 });
    const scoreOf = (model: typeof plain, from: string, to: string) => {
      const index = model.ids.indexOf(id(to));
      return index === undefined ? undefined : model.score(queryOfItems([id(from)])).values[index];
    };
    expect(scoreOf(plain, "a", "b")).toBeUndefined();
    expect(scoreOf(taught, "a", "b")).toBeGreaterThan(0);
    expect(scoreOf(taught, "a", "new")).toBeGreaterThan(0);
    expect(scoreOf(taught, "a", "z")).toBe(0);
  });
});
