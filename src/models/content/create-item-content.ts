import type { ItemId } from "#domain/ids.ts";
import { createIdMap } from "../id-map.ts";
import { type AttributeKind, type AttributeValue, kindOf, partsOf } from "./attribute-kind.ts";
import { createFeatureRows, type FeatureRows } from "./feature-rows.ts";
import { foldText, gramsOf, wordsOf } from "./fold-text.ts";
import type { ItemContent } from "./item-content.ts";
import { quantileBands } from "./quantile-bands.ts";

/** What is said of one item, by attribute: title, categories, brand, price, … */
export type ItemAttributes = Readonly<Record<string, AttributeValue>>;

/** A category or brand says more of an item than the band of its price, and a word more than a piece of one. */
const kindWeight = { list: 1, category: 1, number: 0.5, words: 1, grams: 0.4 } as const;
/** Words of one text that are looked at. */
const maxWords = 400;
/** Only of texts of so few words is the spelling looked at: of a long one the words alone say enough. */
const maxSpeltWords = 24;
/** Character n-grams are hashed into so many features. */
const gramSpace = 2 ** 18;
const spellingName = "text: spelling";

type Attribute = { readonly name: string; readonly kind: AttributeKind; readonly weight: number; readonly bandOf: (value: number) => string };

/** A word's own feature, and those of its spelling once a short text has asked for them. */
type Word = { readonly feature: number; grams: Int32Array | null };
type Features = { readonly named: Map<string, number>; readonly words: Map<string, Word>; readonly grams: Map<number, number> };

/**
 * Items as sparse rows of what the catalogue says of them. The value of feature f in item i is
 *
 *   v(f, i) = Σ_a  w_a · t̂_a(f, i) / √df(f)
 *
 * over the parts a of i's description (an attribute; the words of a text; their spelling), where df(f) is the number of items with
 * f, w_a the weight of the part's kind (1 lists and categories, ½ bands of numbers, 1 words, 0.4 spelling), and t̂_a = t_a / ‖t_a‖₂
 * with t = 1 for lists, categories and bands, and t = (1 + ln tf) · ln((1 + n) / (1 + df)) for words and their character n-grams.
 * Features of one item only, or of all, are left out, after the norm is taken. At most 32 features a part and 96 an item are kept,
 * the largest t̂ first. Does not depend on the order of the items.
 *
 * 1/√df: rows of F of one length, as side information in Jeunen, Van Balen & Goethals, RecSys 2020. The rest: Salton & Buckley 1988.
 */
export function createItemContent(items: ReadonlyMap<ItemId, ItemAttributes>): ItemContent {
  const itemIds = [...items.keys()].sort();
  const attributes = attributesIn(itemIds.map((itemId) => items.get(itemId)!));
  const rows = createFeatureRows();
  const features: Features = { named: new Map(), words: new Map(), grams: new Map() };
  for (const itemId of itemIds) {
    rows.startItem();
    const said = new Map(Object.entries(items.get(itemId)!));
    for (const attribute of attributes) {
      const value = said.get(attribute.name);
      if (value === undefined || !isSaid(value)) continue;
      if (attribute.kind === "text") addText(rows, features, String(value));
      else addNames(rows, features, attribute, value);
    }
  }
  return { ids: createIdMap(itemIds), ...rows.finish() };
}

function attributesIn(items: readonly ItemAttributes[]): Attribute[] {
  const valuesOf = new Map<string, AttributeValue[]>();
  for (const item of items) {
    for (const [name, value] of Object.entries(item)) {
      if (!isSaid(value)) continue;
      const values = valuesOf.get(name);
      if (values === undefined) valuesOf.set(name, [value]);
      else values.push(value);
    }
  }
  const names = [...valuesOf.keys()].sort();
  return names.flatMap((name): Attribute[] => {
    const values = valuesOf.get(name)!;
    const kind = kindOf(name, values);
    if (kind === "none") return [];
    const bandOf = kind === "number" ? quantileBands(values as number[]) : String;
    return [{ name, kind, weight: kind === "text" ? 1 : kindWeight[kind], bandOf }];
  });
}

function isSaid(value: AttributeValue): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "string" ? value.trim() !== "" : value.length > 0;
}

function addNames(rows: FeatureRows, { named }: Features, { name, kind, weight, bandOf }: Attribute, value: AttributeValue): void {
  const called = kind === "list" ? singular(name) : name;
  const texts = kind === "number" ? [bandOf(value as number)] : kind === "category" ? [String(value)] : [value].flat().map(String).flatMap(partsOf);
  const found = new Set<number>();
  for (const text of texts) {
    const shown = `${called}: ${text.trim().replace(/\s+/g, " ")}`;
    found.add(featureOf(named, foldText(shown), () => rows.addFeature(shown)));
  }
  rows.addPart([...found], weight, "presence");
}

function addText(rows: FeatureRows, { words, grams }: Features, text: string): void {
  const said = wordsOf(text, maxWords);
  const features = said.map((word) => featureOf(words, word, (): Word => ({ feature: rows.addFeature(`word: ${word}`), grams: null })));
  rows.addPart(
    features.map(({ feature }) => feature),
    kindWeight.words,
    "frequency",
  );
  if (said.length > maxSpeltWords) return;
  const spelt: number[] = [];
  for (const [place, word] of features.entries()) {
    word.grams ??= gramsOf(said[place]!, gramSpace).map((hash) => featureOf(grams, hash, () => rows.addFeature(spellingName)));
    for (const gram of word.grams) spelt.push(gram);
  }
  rows.addPart(spelt, kindWeight.grams, "frequency");
}

function featureOf<Key, Feature>(known: Map<Key, Feature>, key: Key, add: () => Feature): Feature {
  let feature = known.get(key);
  if (feature === undefined) {
    feature = add();
    known.set(key, feature);
  }
  return feature;
}

/** "genres" holds what is each called a genre. */
function singular(name: string): string {
  if (/ies$/i.test(name)) return `${name.slice(0, -3)}y`;
  return /[^s]s$/i.test(name) ? name.slice(0, -1) : name;
}
