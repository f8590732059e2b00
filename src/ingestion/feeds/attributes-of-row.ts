import { maxAttributesLength } from "#domain/item.ts";
import type { FieldValue } from "./feed-row.ts";
import { plainText } from "./plain-text.ts";

const maxTextLength = 2000;
const maxValues = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is left out
const unreadable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/g;

/** As most values are: nothing to take out, and nothing to cut. */
const plain = /^(?! )(?!.*( {2}| $))[\x20-\x25\x27-\x3b\x3d-\x7e]{1,400}$/;

/**
 * Everything the feed says beyond the common fields, under its own names; a field that stands there several times is a list.
 * `product_detail` becomes what it means: a name and its value.
 */
export function attributesOfRow(
  fields: ReadonlyMap<string, readonly FieldValue[]>,
  used: ReadonlySet<string>,
  computed: Readonly<Record<string, unknown>>,
): { readonly attributes: Record<string, unknown>; readonly wasCut: boolean } {
  const said = new Map<string, unknown>(Object.entries(computed));
  for (const [name, values] of fields) {
    // Of several product types the first is the item's place, and the others are worth knowing.
    if (used.has(name) && !(name === "product_type" && values.length > 1)) continue;
    if (name === "attributes" && isRecord(values[0])) for (const [key, value] of Object.entries(values[0])) said.set(key, value);
    else if (name === "product_detail") details(values, said);
    else {
      const kept = values.slice(0, maxValues).flatMap((value) => keptValue(value) ?? []);
      if (kept.length > 0) said.set(name, kept.length === 1 ? kept[0] : kept);
    }
  }
  return fitting(said);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

function keptValue(value: FieldValue): unknown {
  if (typeof value !== "string") return value;
  if (plain.test(value)) return value;
  const text = plainText(value).replace(unreadable, "").toWellFormed().slice(0, maxTextLength);
  return text === "" ? null : text;
}

/** `<g:product_detail>` with section, name and value; in a table "General:Product Type:Digital player". */
function details(values: readonly FieldValue[], into: Map<string, unknown>): void {
  for (const value of values) {
    const [name, text] = isRecord(value)
      ? [value.attribute_name, value.attribute_value]
      : typeof value === "string"
        ? value.split(":").slice(-2)
        : [];
    if (typeof name !== "string" || typeof text !== "string" || name.trim() === "") continue;
    const kept = keptValue(text);
    if (kept !== null && !into.has(name.trim())) into.set(name.trim().slice(0, 256), kept);
  }
}

function fitting(said: ReadonlyMap<string, unknown>): { readonly attributes: Record<string, unknown>; readonly wasCut: boolean } {
  const all = Object.fromEntries(said);
  if (isSmall(said) || JSON.stringify(all).length <= maxAttributesLength) return { attributes: all, wasCut: false };
  const entries: [string, unknown][] = [];
  let length = 2;
  for (const entry of said) {
    const more = JSON.stringify(entry).length + 1;
    if (length + more > maxAttributesLength) continue;
    length += more;
    entries.push(entry);
  }
  return { attributes: Object.fromEntries(entries), wasCut: true };
}

/** Surely small enough, without writing it all out: a character is six in JSON at most. */
function isSmall(said: ReadonlyMap<string, unknown>): boolean {
  let length = 2;
  for (const [name, value] of said) {
    if (typeof value === "object" && value !== null) return false;
    length += name.length + (typeof value === "string" ? value.length : 24) + 6;
  }
  return length * 6 <= maxAttributesLength;
}
