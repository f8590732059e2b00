import type { CatalogueItem } from "#domain/item.ts";
import type { AttributeValue } from "./attribute-kind.ts";
import type { ItemAttributes } from "./create-item-content.ts";

/** A list longer than this is no description (a vector, a list of everything that fits); a text longer than this is cut. */
const maxListLength = 64;
const maxTextLength = 2000;
/** How many attributes of one item are looked at, and how deep they may lie: `gorse.Labels.genre`. */
const maxAttributes = 64;
const maxDepth = 3;

/** What the shop itself says of its item, for `createItemContent`; nothing that says how many are left or where to click. */
export function attributesOf({ title, description, categories, brand, price, attributes }: CatalogueItem): ItemAttributes {
  const common: ItemAttributes = {
    ...(title.trim() !== "" && { title }),
    ...(description !== null && { description }),
    ...(categories.length > 0 && { categories }),
    ...(brand !== null && { brand }),
    ...(price !== null && { price }),
  };
  const others = new Map<string, string | string[]>();
  collect(attributes, "", 1, others);
  return others.size === 0 ? common : Object.assign(Object.fromEntries(others), common);
}

const commonNames = new Set(["title", "description", "categories", "brand", "price"]);

/**
 * Texts and lists of texts under the last part of their name, since that is what a reader of an explanation knows: `genre`, not
 * `gorse.Labels.genre`. The same name in two places is one list. Numbers say nothing that two items could share.
 */
function collect(record: Readonly<Record<string, unknown>>, within: string, depth: number, into: Map<string, string | string[]>): void {
  for (const [key, value] of Object.entries(record)) {
    if (into.size >= maxAttributes) return;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      if (depth < maxDepth) collect(value as Record<string, unknown>, key, depth + 1, into);
      continue;
    }
    const said = textsOf(value);
    if (said === null) continue;
    const name = commonNames.has(key) ? `${within} ${key}`.trim() : key;
    if (commonNames.has(name)) continue;
    const known = into.get(name);
    into.set(name, known === undefined ? said : [known, said].flat());
  }
}

function textsOf(value: unknown): Extract<AttributeValue, string> | string[] | null {
  if (typeof value === "string") return value.trim() === "" ? null : value.slice(0, maxTextLength);
  if (!Array.isArray(value) || value.length === 0 || value.length > maxListLength) return null;
  return value.every((one) => typeof one === "string") ? value.map((one: string) => one.slice(0, maxTextLength)) : null;
}
