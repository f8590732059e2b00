import { type AnonymousId, type CustomerId, type ItemId, isUsableId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";

// Small readers of untrusted JSON. They never throw; what is not there or of another type is null.

export type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first of the named fields that holds a text or a whole number, as text. */
export function textOf(fields: Fields, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  }
  return null;
}

/** The first of the named fields that holds a finite number, or a text that spells one. */
export function numberOf(fields: Fields, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
  }
  return null;
}

/** Milliseconds since 1970 of an ISO 8601 text or a number of milliseconds; null for anything else. */
export function timeOf(value: unknown): number | null {
  if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(value)) return null;
  const time = Date.parse(value);
  return Number.isNaN(time) ? null : time;
}

export function personNameOf(customerId: unknown, anonymousId: unknown): PersonName {
  const fields = { customerId, anonymousId };
  return { customerId: textOf(fields, "customerId") as CustomerId | null, anonymousId: textOf(fields, "anonymousId") as AnonymousId | null };
}

/** Throws ProblemError ID_INVALID when one of the fields holds a text that cannot be an id. */
export function requireUsableIds(fields: Readonly<Record<string, string | null | undefined>>): void {
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === "string" && !isUsableId(value)) throw new ProblemError({ code: "ID_INVALID", detail: field });
  }
}

export function itemIdOf(value: string | number): ItemId {
  return String(value) as ItemId;
}
