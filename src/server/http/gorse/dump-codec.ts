import type { ItemId } from "#domain/ids.ts";
import type { GorseFeedback } from "#ingestion/gorse/feedback.ts";
import { fineTimeOf } from "#ingestion/gorse/fine-time.ts";
import type { GorseItem } from "#ingestion/gorse/item.ts";
import type { FineTime } from "#storage/ports/gorse-store.ts";
import type { DecodedUser } from "./decode-gorse.ts";
import { badRequest } from "./gorse-error.ts";
import { bytesField, doubleField, type Field, flagField, readFields, signed, textField, varintField } from "./protobuf.ts";

// Gorse's dump: a stream is announced by its marker, then each message comes as its length and its protobuf bytes.
// All numbers of the frame are 64 bits, little-endian.

export const streamMarkers = { users: -1n, items: -2n, feedback: -3n, end: 0n } as const;

/** Ours, far beyond Gorse's fields: a reader that does not know them passes over them. */
const ownLabels = 1000;
const ownUpdated = 1001;

export function frame(number: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(number);
  return bytes;
}

export const framed = (message: Buffer): Buffer => Buffer.concat([frame(BigInt(message.length)), message]);

const goZeroSeconds = -62_135_596_800n;

function timeField(number: number, time: FineTime): Buffer {
  const seconds = time === null ? goZeroSeconds : BigInt(Math.floor(time.ms / 1000));
  const nanos = time === null ? 0 : (time.ms - Number(seconds) * 1000) * 1_000_000 + time.nanos;
  return bytesField(number, Buffer.concat([varintField(1, seconds), varintField(2, BigInt(nanos))]));
}

function timeOf(bytes: Buffer): FineTime {
  let [seconds, nanos] = [0n, 0n];
  for (const field of readFields(bytes)) {
    if (typeof field.value !== "bigint") continue;
    if (field.number === 1) seconds = signed(field.value);
    if (field.number === 2) nanos = signed(field.value);
  }
  const time = fineTimeOf(Number(seconds) * 1000 + Math.floor(Number(nanos) / 1_000_000), Number(nanos) % 1_000_000);
  if (time === undefined) throw badRequest("a time of the dump is out of range");
  return time;
}

/** Does it read as a time, and as nothing else a text could be? An empty text is left out, so what is empty is 1970. */
function isTime(bytes: Buffer): boolean {
  try {
    const fields = readFields(bytes);
    return fields.every(({ number, value }) => typeof value === "bigint" && (number === 1 || number === 2));
  } catch {
    return false;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw badRequest("a text of the dump is not UTF-8");
  }
}

function jsonOf(bytes: Buffer): unknown {
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    throw badRequest("labels of the dump are not JSON");
  }
}

const bytesOf = (fields: readonly Field[]) => fields.filter((field): field is Field & { value: Buffer } => Buffer.isBuffer(field.value));
const lastOf = (fields: readonly Field[], number: number) => bytesOf(fields).findLast((field) => field.number === number)?.value ?? Buffer.alloc(0);

export function encodeUserMessage(user: DecodedUser): Buffer {
  return Buffer.concat([textField(1, user.userId), textField(2, user.labels), textField(3, user.comment)]);
}

export function decodeUserMessage(bytes: Buffer): Record<string, unknown> {
  const fields = readFields(bytes);
  return { UserId: textOf(lastOf(fields, 1)), Labels: jsonOf(lastOf(fields, 2)), Comment: textOf(lastOf(fields, 3)) };
}

export function encodeItemMessage(item: GorseItem): Buffer {
  return Buffer.concat([
    textField(2, item.itemId),
    flagField(3, item.isHidden),
    // A category may be empty and is there nevertheless.
    ...item.categories.map((category) => bytesField(4, Buffer.from(category))),
    timeField(5, item.at),
    textField(6, JSON.stringify(item.labels)),
    textField(7, item.comment),
  ]);
}

export function decodeItemMessage(bytes: Buffer): { readonly json: Record<string, unknown>; readonly at: FineTime } {
  const fields = readFields(bytes);
  const at = bytesOf(fields).some(({ number }) => number === 5) ? timeOf(lastOf(fields, 5)) : null;
  const json = {
    ItemId: textOf(lastOf(fields, 2)),
    IsHidden: fields.findLast(({ number, value }) => number === 3 && typeof value === "bigint")?.value === 1n,
    Categories: bytesOf(fields)
      .filter(({ number }) => number === 4)
      .map(({ value }) => textOf(value)),
    Labels: jsonOf(lastOf(fields, 6)),
    Comment: textOf(lastOf(fields, 7)),
  };
  return { json, at };
}

export function encodeFeedbackMessage(feedback: GorseFeedback & { readonly updatedAt: FineTime }): Buffer {
  return Buffer.concat([
    textField(2, feedback.feedbackType),
    textField(3, feedback.userId),
    textField(4, feedback.itemId),
    doubleField(5, feedback.value),
    timeField(6, feedback.at),
    textField(7, feedback.comment),
    ...(feedback.labels === "null" ? [] : [textField(ownLabels, feedback.labels)]),
    timeField(ownUpdated, feedback.updatedAt),
  ]);
}

/**
 * Gorse has moved the fields behind the item id as it grew: time and comment first (5, 6), then a value before them. A value is the only
 * number of eight bytes, wherever it stands. The comment comes behind the time, which Gorse never leaves out: the first that reads as a time
 * is it, and what follows is the comment, also where its few characters would read as a time themselves ("\u0010k" does).
 */
export function decodeFeedbackMessage(bytes: Buffer): { readonly json: Record<string, unknown>; readonly at: FineTime } {
  const fields = readFields(bytes);
  const value = fields.find((field) => typeof field.value === "number")?.value ?? 0;
  const rest = bytesOf(fields)
    .filter(({ number }) => number >= 5 && number < ownLabels)
    .sort((a, b) => a.number - b.number);
  const time = rest.find((field) => isTime(field.value));
  const comment = rest.find((field) => field !== time);
  const json = {
    FeedbackType: textOf(lastOf(fields, 2)),
    UserId: textOf(lastOf(fields, 3)),
    ItemId: textOf(lastOf(fields, 4)) as ItemId,
    Value: value,
    Labels: jsonOf(lastOf(fields, ownLabels)),
    Comment: comment === undefined ? "" : textOf(comment.value),
  };
  return { json, at: time === undefined ? null : timeOf(time.value) };
}
