import { type ItemId, isUsableId } from "#domain/ids.ts";
import type { GorseFeedback } from "#ingestion/gorse/feedback.ts";
import { parseFineTime } from "#ingestion/gorse/fine-time.ts";
import type { GorseItem } from "#ingestion/gorse/item.ts";
import type { FineTime } from "#storage/ports/gorse-store.ts";
import { isRecord } from "../decode-fields.ts";
import { badRequest } from "./gorse-error.ts";

// Reads Gorse's payloads as Go's JSON decoder does: names in any case, what is missing or null is Go's zero, a wrong type is a 400.

/** Deeper JSON is no label but an attack on whoever walks through it. */
const maxDepth = 200;

type Fields = ReadonlyMap<string, unknown>;

function fieldsOf(value: unknown, what: string): Fields {
  if (!isRecord(value)) throw badRequest(`${what}: a JSON object is expected`);
  return new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw badRequest(`${what}: a JSON array is expected`);
  return value;
}

function textOf(fields: Fields, name: string): string | null {
  const value = fields.get(name.toLowerCase());
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw badRequest(`${name}: a string is expected`);
  return value.toWellFormed();
}

function flagOf(fields: Fields, name: string): boolean | null {
  const value = fields.get(name.toLowerCase());
  if (value === undefined || value === null) return null;
  if (typeof value !== "boolean") throw badRequest(`${name}: a boolean is expected`);
  return value;
}

function numberOf(fields: Fields, name: string): number | null {
  const value = fields.get(name.toLowerCase());
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isFinite(value)) throw badRequest(`${name}: a number is expected`);
  return value;
}

function textsOf(fields: Fields, name: string): string[] | null {
  const value = fields.get(name.toLowerCase());
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) throw badRequest(`${name}: an array of strings is expected`);
  return value.map((one) => {
    if (one !== null && typeof one !== "string") throw badRequest(`${name}: an array of strings is expected`);
    return one === null ? "" : one.toWellFormed();
  });
}

function timeOf(fields: Fields, name: string): FineTime | undefined {
  const text = textOf(fields, name);
  if (text === null) return undefined;
  const time = parseFineTime(text);
  if (time === undefined) throw badRequest(`${name}: not a time`);
  return time;
}

function labelsOf(fields: Fields): unknown {
  const labels = fields.get("labels") ?? null;
  let level: unknown[] = [labels];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw badRequest("Labels: nested too deeply");
    if (level.some((one) => typeof one === "number" && !Number.isFinite(one))) throw badRequest("Labels: a number is out of range");
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return labels;
}

/** Throws what the client is told when a text cannot be an id here. */
export function usableId(text: string, name: string): string {
  if (!isUsableId(text) || text.includes("/")) throw badRequest(`invalid ${name}: 1 to 256 characters, none of them "/" or a control character`);
  return text;
}

const idOf = (fields: Fields, name: string) => usableId(textOf(fields, name) ?? "", name);

export type UserPatch = { readonly labels: string | null; readonly comment: string | null };
export type DecodedUser = { readonly userId: string; readonly labels: string; readonly comment: string };

export function decodeUser(value: unknown): DecodedUser {
  const fields = fieldsOf(value, "user");
  return { userId: idOf(fields, "UserId"), labels: JSON.stringify(labelsOf(fields)), comment: textOf(fields, "Comment") ?? "" };
}

export function decodeUserPatch(value: unknown): UserPatch {
  const fields = fieldsOf(value, "user");
  const labels = labelsOf(fields);
  return { labels: labels === null ? null : JSON.stringify(labels), comment: textOf(fields, "Comment") };
}

export function decodeItem(value: unknown): GorseItem {
  const fields = fieldsOf(value, "item");
  return {
    itemId: idOf(fields, "ItemId") as ItemId,
    isHidden: flagOf(fields, "IsHidden") ?? false,
    categories: textsOf(fields, "Categories") ?? [],
    at: timeOf(fields, "Timestamp") ?? null,
    labels: labelsOf(fields),
    comment: textOf(fields, "Comment") ?? "",
  };
}

/** What the patch does not name stays as it is. */
export function patchItem(value: unknown, item: GorseItem): GorseItem {
  const fields = fieldsOf(value, "item");
  const at = timeOf(fields, "Timestamp");
  return {
    ...item,
    isHidden: flagOf(fields, "IsHidden") ?? item.isHidden,
    categories: textsOf(fields, "Categories") ?? item.categories,
    at: at === undefined ? item.at : at,
    labels: labelsOf(fields) ?? item.labels,
    comment: textOf(fields, "Comment") ?? item.comment,
  };
}

export function decodeFeedback(value: unknown): GorseFeedback {
  const fields = fieldsOf(value, "feedback");
  return {
    feedbackType: idOf(fields, "FeedbackType"),
    userId: idOf(fields, "UserId"),
    itemId: idOf(fields, "ItemId") as ItemId,
    value: numberOf(fields, "Value") ?? 0,
    at: timeOf(fields, "Timestamp") ?? null,
    labels: JSON.stringify(labelsOf(fields)),
    comment: textOf(fields, "Comment") ?? "",
  };
}
