import type { FeedFinding } from "#domain/feed.ts";
import type { ItemId } from "#domain/ids.ts";

/** Why a row is left out. What was known of its item stays as it was. */
export const refusalReasons = {
  ROW_RAGGED: "more or fewer cells than there are columns",
  ROW_NOT_JSON: "no JSON object",
  SCRIPT_NOT_JSON: "a script of the page is no JSON",
  ID_MISSING: "no id",
  ID_INVALID: "id too long, not readable or with control characters",
  TITLE_MISSING: "no title",
  PRICE_INVALID: "price not understood, or negative",
  AVAILABILITY_UNKNOWN: "availability not understood",
  TEXT_UNDECODABLE: "bytes that are no text in the feed's encoding",
  CONTROL_CHARACTER: "control characters in the text",
  DUPLICATE_ID: "id met before; the first counts",
  ITEM_OF_OTHER_FEED: "another feed on a schedule looks after this item",
} as const;
export type RefusalReason = keyof typeof refusalReasons;

/** What about a row was not taken, though the row was. */
export const noteReasons = {
  CURRENCY_OTHER: "price in another currency than the shop's: taken without a price",
  FIELD_MISSING: "a field that a product feed should have",
  LINK_INVALID: "no web address: left out",
  SALE_PRICE_IGNORED: "sale price not understood, or higher than the price",
  STOCK_UNREADABLE: "stock is no whole number: not counted",
  DATE_UNREADABLE: "date not understood: left out",
  TEXT_CUT: "too long: cut",
  ATTRIBUTES_CUT: "more attributes than fit: the last ones are left out",
} as const;
export type NoteReason = keyof typeof noteReasons;

const maxExamples = 3;

type Example = FeedFinding["examples"][number];

/** Counts findings by reason, with the first of each. */
export function createTally(): { add(reason: string, example: Example): void; findings(): FeedFinding[] } {
  const counted = new Map<string, { rows: number; examples: Example[] }>();
  return {
    add(reason, example) {
      const known = counted.get(reason) ?? { rows: 0, examples: [] };
      known.rows++;
      if (known.examples.length < maxExamples) known.examples.push(example);
      counted.set(reason, known);
    },
    findings: () => [...counted].map(([reason, { rows, examples }]) => ({ reason, rows, examples })).sort((a, b) => b.rows - a.rows),
  };
}

export function exampleOf({ row, itemId }: { readonly row: number; readonly itemId: ItemId | null }, field: string, value: string): Example {
  return { row, field, value, itemId };
}
