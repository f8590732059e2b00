import type { FeedRow, FieldValue } from "./feed-row.ts";
import type { NoteReason, RefusalReason } from "./row-findings.ts";

export type Finding<Reason> = { readonly reason: Reason; readonly field: string; readonly value: string };

/** Takes down what is wrong with a row as it is met. The first refusal is the row's. */
export type Remarks = {
  refuse(reason: RefusalReason, field: string, value: FieldValue): void;
  note(reason: NoteReason, field: string, value: FieldValue): void;
};

export type Found = { readonly field: string; readonly values: readonly FieldValue[] } | null;
/** The first of these fields that the row has; it counts as used from then on. */
export type First = (wanted: readonly string[]) => Found;

/** The fields of a row, and the names of those that were asked for and found. */
export function fieldsOfRow(row: FeedRow): { readonly first: First; readonly used: ReadonlySet<string> } {
  const used = new Set<string>();
  const first: First = (wanted) => {
    const field = wanted.find((name) => row.fields.has(name));
    if (field === undefined) return null;
    used.add(field);
    return { field, values: row.fields.get(field)! };
  };
  return { first, used };
}

/** Whole numbers and truth values of JSON are read as they are written; a group has its words under `content`. */
export function textOf(value: FieldValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const content = typeof value === "object" && value !== null ? (value as { content?: unknown }).content : undefined;
  return typeof content === "string" ? content : "";
}

/** The beginning of a value, for an example. */
export function shown(value: FieldValue): string {
  return textOf(value).toWellFormed().slice(0, 80);
}
