// Readers of what shop platforms send: their JSON is loose about texts and numbers, and their ids outgrow a double.

export type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const nothing: Fields = {};
const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** A field that is an object; an empty one when it is anything else. */
export function recordIn(fields: Fields, name: string): Fields {
  const value = own(fields, name);
  return isRecord(value) ? value : nothing;
}

/** The objects of a list; what else is in it is skipped. */
export function recordsIn(fields: Fields, name: string): readonly Fields[] {
  const value = own(fields, name);
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A text that is not blank, or a whole number as its digits. */
export function textIn(fields: Fields, name: string): string | null {
  const value = own(fields, name);
  if (typeof value === "string") return value.trim() === "" ? null : value.trim();
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : null;
}

/** An id: like a text, but 0 and "0" mean that there is none. */
export function idIn(fields: Fields, name: string): string | null {
  const text = textIn(fields, name);
  return text === "0" ? null : text;
}

/** A finite number, or a text that spells one ("199.00"). */
export function numberIn(fields: Fields, name: string): number | null {
  const value = own(fields, name);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** Milliseconds since 1970 of an ISO 8601 time; without an offset it is taken for UTC. */
export function timeIn(fields: Fields, name: string): number | null {
  const value = own(fields, name);
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(value)) return null;
  const iso = value.trim().replace(" ", "T");
  const time = Date.parse(/T/.test(iso) && !/(Z|[+-]\d{2}:?\d{2})$/i.test(iso) ? `${iso}Z` : iso);
  return Number.isNaN(time) ? null : time;
}

/** Three capital letters; null for anything else. */
export function currencyIn(fields: Fields, name: string): string | null {
  const value = own(fields, name);
  return typeof value === "string" && /^[A-Z]{3}$/.test(value) ? value : null;
}
