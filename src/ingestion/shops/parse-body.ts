import { type Result, refuse, succeed } from "#domain/problem.ts";
import { type Fields, isRecord } from "./read-fields.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Whole numbers beyond 2^53 keep their digits as text: platforms' ids have up to twenty. */
function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return context.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
}

/** A signed body as the object it must be. */
export function parseBody(body: Buffer): Result<Fields> {
  try {
    const value: unknown = JSON.parse(utf8.decode(body), keepDigits as (key: string, value: unknown) => unknown);
    return isRecord(value) ? succeed(value) : refuse("BODY_NOT_JSON", "the body is no JSON object");
  } catch {
    // Not UTF-8, no JSON, or nested without end.
    return refuse("BODY_NOT_JSON", "body");
  }
}
