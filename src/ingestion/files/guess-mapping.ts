import { looksLikeClock, looksLikeCurrency, looksLikeNumber, looksLikeTime, shareOf } from "./cell-shapes.ts";
import { fieldWordPairs, fieldWords, foreignWords } from "./field-words.ts";
import { type OrderField, orderFields } from "./order-field.ts";

/** A column as the guess sees it: its name and the first values, as text. */
export type ColumnSample = {
  readonly name: string;
  readonly values: readonly (string | null)[];
  /** The file itself says that these are dates or times. */
  readonly temporal: boolean;
};

export type ColumnGuess = {
  readonly field: OrderField;
  readonly column: string;
  /** "told": the caller said so. "sure": its usual name. "likely": a name that often means this. */
  readonly confidence: "told" | "sure" | "likely";
  readonly why: string;
};

/** Which column means what, for the person at the keyboard to check. */
export type GuessedMapping = {
  readonly columns: readonly ColumnGuess[];
  readonly unused: readonly string[];
  /** What else was decided about the file: its encoding, the order of day and month. */
  readonly notes: readonly string[];
};

const enough = 0.6;
/** Customer, item and time do not fit into fewer; what looks like one of them is then a line that was not parted. */
const fewestColumns = 3;
const pairRank = 1000;
/** Names further down their list than this often mean something else too. */
const sureRanks: Partial<Record<OrderField, number>> = { total: 6, title: 12, customer: 24 };

/**
 * Guesses the meaning of each column from its name, with its values as a check. A column serves one field; only where
 * the file has no product code does the description serve as the item as well.
 */
export function guessMapping(samples: readonly ColumnSample[], told: Partial<Record<OrderField, string>>): readonly ColumnGuess[] {
  const guesses: ColumnGuess[] = [];
  const taken = new Set(Object.values(told));
  // Shopify names the order's number "Name"; only the "Lineitem …" columns beside it give that away.
  const shopify = samples.some((sample) => joined(sample.name) === "lineitemname");
  for (const field of orderFields) {
    const column = told[field];
    // A "total" beside a unit price is as often the whole order's as the line's, and says nothing new.
    if (field === "total" && column === undefined && guesses.some((guess) => guess.field === "price")) continue;
    if (column !== undefined) guesses.push({ field, column, confidence: "told", why: "you said so" });
    else if (samples.length >= fewestColumns) {
      const guess = guessField(field, samples, taken, shopify);
      if (guess === null) continue;
      taken.add(guess.column);
      guesses.push(guess);
    }
  }
  return guesses.some((guess) => guess.field === "item") ? guesses : withTitleAsItem(guesses);
}

function guessField(field: OrderField, samples: readonly ColumnSample[], taken: ReadonlySet<string>, shopify: boolean): ColumnGuess | null {
  if (shopify && field === "order") {
    const name = samples.find((sample) => joined(sample.name) === "name" && !taken.has(sample.name));
    if (name !== undefined) return { field, column: name.name, confidence: "sure", why: "a Shopify order export calls the order's number so" };
  }
  let best: { rank: number; sample: ColumnSample } | null = null;
  for (const sample of samples) {
    const rank = taken.has(sample.name) ? null : rankOf(field, sample.name);
    if (rank !== null && (best === null || rank < best.rank) && valuesFit(field, sample)) best = { rank, sample };
  }
  if (best === null) return null;
  const sure = best.rank < (sureRanks[field] ?? pairRank);
  return {
    field,
    column: best.sample.name,
    confidence: sure ? "sure" : "likely",
    why: best.rank < pairRank ? "by its name" : "by the words in its name",
  };
}

/** Null: the name says nothing about this field. Lower is surer. */
function rankOf(field: OrderField, name: string): number | null {
  const exact = fieldWords[field].indexOf(joined(name));
  if (exact >= 0) return exact;
  const parts = new Set(splitWords(name));
  const pair = fieldWordPairs[field];
  if (pair === undefined || foreignWords[field]?.some((word) => parts.has(word))) return null;
  return pair.every((side) => side.some((word) => parts.has(word))) ? pairRank : null;
}

function valuesFit(field: OrderField, sample: ColumnSample): boolean {
  if (field === "time") return sample.temporal || shareOf(sample.values, looksLikeTime) >= enough;
  if (field === "clock") return shareOf(sample.values, (text) => looksLikeClock(text) || /^\d{1,4}$/.test(text)) >= enough;
  if (field === "quantity" || field === "price" || field === "total") return shareOf(sample.values, looksLikeNumber) >= enough;
  if (field === "currency") return shareOf(sample.values, looksLikeCurrency) >= enough;
  // A shop that never filled in its SKU column is better known by its titles.
  if (field === "item") return sample.values.filter((value) => value !== null && value !== "").length * 2 > sample.values.length;
  if (field === "title") return !sample.temporal && shareOf(sample.values, (text) => /^(mr|mrs|ms|miss|dr)\.?$/i.test(text)) < enough;
  return !sample.temporal;
}

function withTitleAsItem(guesses: readonly ColumnGuess[]): readonly ColumnGuess[] {
  const title = guesses.find((guess) => guess.field === "title");
  if (title === undefined) return guesses;
  return [
    ...guesses,
    { field: "item", column: title.column, confidence: "likely", why: "there is no product code: the description stands in for it" },
  ];
}

function joined(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function splitWords(name: string): readonly string[] {
  const spaced = name.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2").replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2");
  return spaced
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
