import type { Tables } from "./schema.ts";

// Which fields of the store are sealed. What is in the clear (written before there were keys) is sealed by this list when
// the store is opened; what a shop sealed is sealed anew by it when the shop gets a new key.

type ShopField<Table extends keyof Tables> = {
  readonly table: Table;
  readonly column: keyof Tables[Table] & string;
  readonly subject: keyof Tables[Table] & string;
};
const ofShop = <Table extends keyof Tables>(
  table: Table,
  column: keyof Tables[Table] & string,
  subject: keyof Tables[Table] & string,
): ShopField<Table> => ({
  table,
  column,
  subject,
});

/** Secrets of the shop, sealed with its key; `subject` is the column that tells rows apart. */
export const shopFields = [
  ofShop("shops", "person_key", "shop_id"),
  ofShop("connections", "secret", "connection_id"),
  ofShop("webhook_endpoints", "secrets", "endpoint_id"),
  ofShop("vault_keys", "sealed", "key_id"),
] as const;

type PersonField = {
  readonly table: "people" | "gorse_users" | "gorse_feedback";
  readonly column: string;
  /** Together with shop_id and person_id these tell rows apart; they are part of what the seal is bound to. */
  readonly within: readonly string[];
};

/** Texts about one person, sealed with that person's key. */
export const personFields: readonly PersonField[] = [
  { table: "people", column: "external_id", within: [] },
  { table: "gorse_users", column: "labels", within: [] },
  { table: "gorse_users", column: "comment", within: [] },
  { table: "gorse_feedback", column: "labels", within: ["feedback_type", "item_id"] },
  { table: "gorse_feedback", column: "comment", within: ["feedback_type", "item_id"] },
];

/** Texts that say nothing; sealing them would only take room. */
export const emptyTexts: readonly string[] = ["", "null", '""', "[]", "{}"];
const empty: ReadonlySet<string> = new Set(emptyTexts);
export const isWorthSealing = (text: string): boolean => !empty.has(text);

/** The column as a seal names it: of several rows of one person each is bound to its own. */
export const columnOf = (column: string, within: readonly string[]): string => (within.length === 0 ? column : JSON.stringify([column, ...within]));

/** Grows when a field is added to these lists: then every store is looked through once more. */
export const sealedUpto = 1;
