/** What a column of an order file can mean. `time` holds date and time, or the date alone with `clock` beside it. */
export const orderFields = [
  "order",
  "customer",
  "item",
  "time",
  "clock",
  "quantity",
  "price",
  "total",
  "title",
  "currency",
  "category",
  "brand",
  "country",
] as const;
export type OrderField = (typeof orderFields)[number];

/** Without these three a row says nothing that Rapport can use. */
export const requiredFields = ["customer", "item", "time"] as const satisfies readonly OrderField[];

const known: ReadonlySet<string> = new Set(orderFields);

export function isOrderField(text: string): text is OrderField {
  return known.has(text);
}
