import { type Result, refuse, succeed } from "#domain/problem.ts";
import { looksLikeNumber, looksLikeTime, shareOf } from "./cell-shapes.ts";
import { type ColumnSample, guessMapping } from "./guess-mapping.ts";
import { eventTypeNamed } from "./read-interactions-event-names.ts";

/** What a column of an interaction file can mean. */
export type InteractionField = "user" | "item" | "time" | "event" | "rating" | "order";
export type InteractionColumns = Partial<Record<InteractionField, string>>;

const optionOf = { user: "--user", item: "--item", time: "--time", event: "--event", rating: "--rating", order: "--order" } as const;
const required = ["user", "item", "time"] as const satisfies readonly InteractionField[];
/** Beside what shops call their products. */
const itemWords = words(
  "movieid filmid trackid songid artistid bookid gameid videoid showid newsid contentid businessid movie film track song artist book isbn",
);
const eventWords = words(
  "event eventtype eventname action actiontype behavior behaviour behaviortype behaviourtype interaction interactiontype type",
);
const ratingWords = words("rating ratings score stars overall userrating reviewscore reviewrating");
/** Names under which plain numbers (1, 2, 3 …) are taken for times too. */
const timeWords = words("timestamp time ts eventtime unixtime unixreviewtime date step position");
const enough = 0.6;
const noColumn: ColumnSample = { name: "", values: [], temporal: false };

/** The caller's word first, then the guess. Refuses a name that is not there, and a file whose columns cannot be told. */
export function settleColumns(samples: readonly ColumnSample[], asked: InteractionColumns, timeOptional = false): Result<InteractionColumns> {
  const told: InteractionColumns = {};
  for (const [field, wanted] of Object.entries(asked) as [InteractionField, string][]) {
    const column = columnNamed(samples, wanted);
    if (column === null) return refuse("COLUMN_UNKNOWN", `${optionOf[field]} ${wanted}: ${listColumns(samples)}`);
    told[field] = column;
  }
  // The guess takes two columns for lines that were not parted; without a time there may be no more.
  const looked = timeOptional && samples.length === 2 ? [...samples, noColumn] : samples;
  const columns = { ...(isNumbered(samples) ? guessByPlace(samples, told) : guessByName(looked, told)), ...told };
  const missing = required.filter((field) => columns[field] === undefined);
  if (missing.length === 0 || (timeOptional && missing.every((field) => field === "time"))) return succeed(columns);
  const options = missing.map((field) => `${optionOf[field]} COLUMN`).join(" ");
  const hint =
    samples.length === 1
      ? "; columns must be parted by a comma, a semicolon, a tab or |, and lists of items need --format sequences"
      : missing.includes("time")
        ? "; what has an order but no times can be given with --format sequences"
        : "";
  return refuse("COLUMN_UNGUESSED", `cannot tell which column is the ${missing.join(", the ")}: say ${options}. ${listColumns(samples)}${hint}`);
}

export function columnNamed(samples: readonly Pick<ColumnSample, "name">[], wanted: string): string | null {
  const same = (name: string) => name.trim().toLowerCase() === wanted.trim().toLowerCase();
  return (samples.find(({ name }) => name === wanted) ?? samples.find(({ name }) => same(name)))?.name ?? null;
}

/** A file without names: its columns are called 1, 2, 3 … */
function isNumbered(samples: readonly ColumnSample[]): boolean {
  return samples.every(({ name }, index) => name === `${index + 1}`);
}

function guessByName(samples: readonly ColumnSample[], told: InteractionColumns): InteractionColumns {
  const taken = new Set(Object.values(told));
  const pick = (names: readonly string[], fits: (sample: ColumnSample) => boolean) =>
    names.flatMap((word) => samples.filter((sample) => joined(sample.name) === word && !taken.has(sample.name) && fits(sample)))[0]?.name;
  const event = pick(eventWords, ({ values }) => shareOf(values, (text) => eventTypeNamed(text) !== null) >= enough);
  const rating = pick(ratingWords, ({ values }) => shareOf(values, looksLikeNumber) >= enough);
  const known = { customer: told.user, item: told.item, time: told.time };
  const guesses = guessMapping(samples, Object.fromEntries(Object.entries(known).filter(([, column]) => column !== undefined)));
  const guessed = (field: string) => guesses.find((guess) => guess.field === field && !taken.has(guess.column))?.column;
  const time = guessed("time") ?? pick(timeWords, ({ values }) => shareOf(values, looksLikeNumber) >= enough);
  // A title stands in for the item where a shop has no code; a data set of films has both.
  const item = guessed("item");
  const otherItem = item === undefined || item === guessed("title") ? pick(itemWords, () => true) : undefined;
  return withoutGaps({ user: guessed("customer"), item: otherItem ?? item, time, order: guessed("order"), event, rating });
}

/** User, item, rating, time is the custom; the time is told by its values, the rating is what is left and a number. */
function guessByPlace(samples: readonly ColumnSample[], told: InteractionColumns): InteractionColumns {
  const free = samples.filter(({ name }) => !Object.values(told).includes(name));
  const take = (fits: (sample: ColumnSample) => boolean, from: ColumnSample[]) => {
    const found = from.find(fits);
    if (found !== undefined) free.splice(free.indexOf(found), 1);
    return found?.name;
  };
  const time = told.time ?? take(({ values }) => shareOf(values, looksLikeTime) >= enough, free.toReversed());
  const user = told.user ?? take(() => true, free);
  const item = told.item ?? take(() => true, free);
  const rating = told.rating ?? take(({ values }) => shareOf(values, looksLikeNumber) >= enough, free);
  return withoutGaps({ user, item, time, rating });
}

function withoutGaps(columns: Partial<Record<InteractionField, string | undefined>>): InteractionColumns {
  return Object.fromEntries(Object.entries(columns).filter(([, column]) => column !== undefined));
}

function listColumns(samples: readonly ColumnSample[]): string {
  // Then the "names" are somebody's data, and must not be shown.
  const valueLike = samples.filter(({ name }) => name.includes("@") || looksLikeNumber(name) || looksLikeTime(name));
  if (!isNumbered(samples) && valueLike.length * 2 >= samples.length) {
    return "the first line holds values instead of names; name all the columns by their numbers, 1 for the first";
  }
  const names = samples.slice(0, 40).map(({ name }) => (name.length > 60 ? `${name.slice(0, 60)}…` : name));
  return `the file has the columns ${names.join(", ")}${samples.length > names.length ? `, and ${samples.length - names.length} more` : ""}`;
}

function joined(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function words(text: string): readonly string[] {
  return text.split(" ");
}
