/** A value as a feed writes it; a group of values (`g:shipping` with country and price) is a record; JSON may bring anything. */
export type FieldValue = unknown;

/** One product of a feed as it stands there: every field by its plain name (`image_link`), each with all its values. */
export type FeedRow = {
  /** Its place: the number of the row in a table (the header is row 1), of the item in XML, of the line in JSONL. */
  readonly row: number;
  readonly fields: ReadonlyMap<string, readonly FieldValue[]>;
  /** Why the row cannot be read at all; null: it can. */
  readonly broken: "ROW_RAGGED" | "ROW_NOT_JSON" | "SCRIPT_NOT_JSON" | null;
};

/** A feed is read in order, some rows at a time. A reader throws ProblemError FEED_BROKEN where the feed breaks off. */
export type FeedRows = AsyncIterable<readonly FeedRow[]>;

export type FeedFormat = "xml" | "csv" | "tsv" | "jsonl" | "page";

/** A feed has a few dozen names and a million products that use them. */
const knownNames = new Map<string, string>();
const maxKnownNames = 1000;

/** "g:Image Link", "imageLink" and "image-link" are one name; "shipping(country:price)" is called shipping. */
export function plainName(name: string): string {
  let plain = knownNames.get(name);
  if (plain === undefined) {
    plain = makePlain(name);
    if (knownNames.size < maxKnownNames) knownNames.set(name, plain);
  }
  return plain;
}

function makePlain(name: string): string {
  return name
    .trim()
    .replace(/^g:/i, "")
    .replace(/\(.*\)$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
}

/** Longest value, record or run of text without an end of anything, in characters: beyond it is no product feed. */
export const maxValueLength = 4_000_000;
/** Most fields of one product that are looked at. */
export const maxFields = 500;
