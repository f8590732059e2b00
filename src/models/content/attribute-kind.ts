/** How an attribute is made into features; "none" says nothing that two items could share. */
export type AttributeKind = "list" | "category" | "number" | "text" | "none";

export type AttributeValue = string | number | readonly string[];

const textNames = /^(product|item|short|long|full)?[\s_-]*(title|name|description|summary|overview|headline|subtitle|text)$/i;
const codeNames = /(^|[\s_-])(id|code|sku|no|nr|number)$|[a-z](Id|ID|Code)$/;
const addressOrFile = /^[a-z][a-z0-9+.-]*:\/\/|^www\.|^\/\/|\.(jpe?g|png|webp|gif|svg|avif|mp4|pdf)$/i;
const dateLike = /^\d{4}-\d{1,2}-\d{1,2}([T ].*)?$|^\d{1,2}[/.]\d{1,2}[/.]\d{2,4}( .*)?$/;
const separators = /\s*\|\s*|\s+[>»›]\s+/;

/** "A > B" and "a|b" are lists written as one text. */
export function partsOf(value: string): string[] {
  return value.split(separators).filter((part) => part.trim() !== "");
}

/** The kind of an attribute by all its values (empty ones left out) in a catalogue of `items`. */
export function kindOf(name: string, values: readonly AttributeValue[]): AttributeKind {
  if (values.some((value) => typeof value === "object")) return "list";
  if (values.every((value) => typeof value === "number") && !codeNames.test(name)) return "number";
  const texts = values.map(String);
  if (textNames.test(name)) return "text";
  if (share(texts, (text) => addressOrFile.test(text) || dateLike.test(text)) > 0.8) return "none";
  if (texts.some((text) => separators.test(text)) && isRepeated(texts.flatMap(partsOf), 0.5)) return "list";
  const words = texts.reduce((sum, text) => sum + text.split(/\s+/, 20).length, 0) / texts.length;
  if (isRepeated(texts, words > 4 ? 0.1 : 0.7)) return "category";
  if (words > 4) return "text";
  // Nearly all different: a name of several words, or a number under which somebody files the item.
  return share(texts, (text) => /\S\s+\S/.test(text)) >= 0.5 ? "text" : "none";
}

function share(texts: readonly string[], holds: (text: string) => boolean): number {
  return texts.reduce((count, text) => count + (holds(text) ? 1 : 0), 0) / texts.length;
}

/** At most this share of the values are different ones (of a few values, two or more must be the same). */
function isRepeated(texts: readonly string[], maxDistinctShare: number): boolean {
  const distinct = new Set(texts).size;
  return distinct < texts.length && distinct <= Math.max(maxDistinctShare * texts.length, Math.min(4, texts.length - 1));
}
