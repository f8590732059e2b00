import type { EpochMs } from "#domain/clock.ts";
import { type ItemId, isUsableId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { attributesOfRow } from "./attributes-of-row.ts";
import { isAvailable } from "./availability.ts";
import type { FeedRow, FieldValue } from "./feed-row.ts";
import { plainText } from "./plain-text.ts";
import { priceNow } from "./price-now.ts";
import type { NoteReason, RefusalReason } from "./row-findings.ts";
import { type Finding, type First, type Found, fieldsOfRow, type Remarks, shown, textOf } from "./row-remarks.ts";
import { timeOf } from "./time-of.ts";

export type MappedRow = {
  readonly row: number;
  /** The item's id where it can be read, even if the rest cannot: the item is in the feed. */
  readonly itemId: ItemId | null;
  readonly item: CatalogueItem | null;
  readonly refused: Finding<RefusalReason> | null;
  readonly noted: readonly Finding<NoteReason>[];
  /** When the same row will mean something else: a sale begins or ends. */
  readonly staleAt: EpochMs | null;
};

export type MapContext = { readonly currency: string; readonly at: EpochMs };

const longest = { title: 1000, description: 20_000, brand: 256, category: 256, link: 2000 } as const;
const maxCategories = 20;

/** What a field may be called, the surest first. Google's own name comes first. */
const names = {
  id: ["id", "item_id", "itemid", "product_id", "productid", "offer_id", "sku", "article_id"],
  title: ["title", "name", "product_name", "product_title", "structured_title"],
  description: ["description", "summary", "content", "structured_description"],
  link: ["link", "url", "product_url", "product_link"],
  image: ["image_link", "image", "image_url", "imageurl", "picture"],
  brand: ["brand", "manufacturer", "vendor"],
  available: ["availability", "available"],
  categories: ["product_type", "categories", "category"],
  stock: ["stock", "sell_on_google_quantity", "quantity", "stock_quantity", "inventory"],
  released: ["released_at", "release_date"],
} as const;

/** An item as the shop's feed describes it, or why not. */
export function mapRow(row: FeedRow, context: MapContext): MappedRow {
  const refusals: Finding<RefusalReason>[] = [];
  const noted: Finding<NoteReason>[] = [];
  const remarks: Remarks = {
    refuse: (reason, field, value) => refusals.push({ reason, field, value: shown(value) }),
    note: (reason, field, value) => noted.push({ reason, field, value: shown(value) }),
  };
  const { first, used } = fieldsOfRow(row);
  const unusable = (itemId: ItemId | null): MappedRow => ({ row: row.row, itemId, item: null, refused: refusals[0]!, noted: [], staleAt: null });

  if (row.broken !== null) {
    remarks.refuse(row.broken, "", "");
    return unusable(null);
  }
  const itemId = idOf(first(names.id), remarks);
  if (itemId === null) return unusable(null);
  const title = shortText(first(names.title), longest.title, remarks);
  if (title === null) remarks.refuse("TITLE_MISSING", "title", "");
  const description = shortText(first(names.description), longest.description, remarks);
  const brand = shortText(first(names.brand), longest.brand, remarks);
  const url = linkOf(first(names.link), remarks);
  const imageUrl = linkOf(first(names.image), remarks);
  const sale = priceNow(first, context, remarks);
  const stock = stockOf(first(names.stock), remarks);
  const offered = offeredNow(first, context, remarks);
  const categories = categoriesOf(first(names.categories), row.fields.get("google_product_category"), remarks);
  const released = releasedAt(first(names.released), remarks);
  if (title === null || refusals.length > 0) return unusable(itemId);
  const { attributes, wasCut } = attributesOfRow(row.fields, used, { ...sale.attributes, ...offered.attributes });
  if (wasCut) remarks.note("ATTRIBUTES_CUT", "attributes", "");
  const item: CatalogueItem = {
    itemId,
    title,
    description,
    categories,
    brand,
    price: sale.price,
    currency: sale.currency,
    stock,
    available: offered.available,
    url,
    imageUrl,
    attributes,
    releasedAt: released,
    source: "shop",
    createdAt: context.at,
    updatedAt: context.at,
  };
  return { row: row.row, itemId, item, refused: null, noted, staleAt: soonest(sale.staleAt, offered.staleAt) };
}

function idOf(found: Found, { refuse }: Remarks): ItemId | null {
  const id = textOf(found?.values[0]).trim();
  if (id === "") refuse("ID_MISSING", found?.field ?? "id", "");
  else if (id.includes("\ufffd") || !isUsableId(id)) refuse("ID_INVALID", found!.field, id);
  else return id as ItemId;
  return null;
}

function shortText(found: Found, max: number, remarks: Remarks): string | null {
  if (found === null) return null;
  const value = plainText(textOf(found.values[0]));
  refuseDamaged(found.field, value, remarks);
  if (value.length > max) remarks.note("TEXT_CUT", found.field, value);
  return value === "" ? null : value.slice(0, max).toWellFormed();
}

function linkOf(found: Found, { note }: Remarks): string | null {
  if (found === null) return null;
  const value = textOf(found.values[0]).trim();
  const url = URL.parse(value);
  if (value.length <= longest.link && url !== null && (url.protocol === "https:" || url.protocol === "http:") && value.isWellFormed()) return value;
  note("LINK_INVALID", found.field, value);
  return null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080]/;

function refuseDamaged(field: string, value: string, { refuse }: Remarks): void {
  if (value.includes("\ufffd") || !value.isWellFormed()) refuse("TEXT_UNDECODABLE", field, value);
  else if (control.test(value)) refuse("CONTROL_CHARACTER", field, value);
}

function stockOf(found: Found, { note }: Remarks): number | null {
  if (found === null) return null;
  const stock = Number(textOf(found.values[0]));
  if (Number.isSafeInteger(stock) && stock >= 0) return stock;
  note("STOCK_UNREADABLE", found.field, found.values[0]);
  return null;
}

type Offered = { readonly available: boolean; readonly attributes: Record<string, unknown>; readonly staleAt: EpochMs | null };

function offeredNow(first: First, { at }: MapContext, { refuse, note }: Remarks): Offered {
  const found = first(names.available);
  const word = textOf(found?.values[0]);
  const available = found === null ? true : isAvailable(word);
  if (found === null) note("FIELD_MISSING", "availability", "");
  if (available === null) refuse("AVAILABILITY_UNKNOWN", found!.field, word);
  // That it comes later is worth knowing; that it is there is said already.
  const later = available === true ? /pre|back/i.exec(word)?.[0].toLowerCase() : undefined;
  const attributes = later === undefined ? {} : { availability: `${later}order` };
  const expires = timeOf(textOf(first(["expiration_date"])?.values[0]));
  if (expires === null || available !== true) return { available: available ?? false, attributes, staleAt: null };
  return expires <= at ? { available: false, attributes, staleAt: null } : { available: true, attributes, staleAt: expires };
}

function categoriesOf(found: Found, google: readonly FieldValue[] | undefined, remarks: Remarks): string[] {
  const given = found?.values ?? (typeof google?.[0] === "string" && google[0].includes(">") ? google : []);
  // Several values are several paths in a feed; the first is the main one. A list in JSON is one path already.
  const isPath = given.length > 1 && found?.field !== "product_type" && given.every((value) => typeof value === "string" && !/[>›»]/.test(value));
  const path = isPath
    ? given.map(textOf)
    : textOf(given[0])
        .replaceAll("&gt;", ">")
        .split(found?.field === "product_type" ? /[>›»]/ : /[>›»|]/);
  const parts = path.map(plainText).filter((part) => part !== "");
  const field = found?.field ?? "google_product_category";
  refuseDamaged(field, parts.join(" > "), remarks);
  if (parts.length > maxCategories) remarks.note("TEXT_CUT", field, parts.join(" > "));
  return parts.slice(0, maxCategories).map((part) => part.slice(0, longest.category).toWellFormed());
}

function releasedAt(found: Found, { note }: Remarks): EpochMs | null {
  if (found === null) return null;
  const at = timeOf(textOf(found.values[0]));
  if (at === null) note("DATE_UNREADABLE", found.field, found.values[0]);
  return at;
}

function soonest(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
