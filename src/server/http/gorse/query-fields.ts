import type { FastifyRequest } from "fastify";
import { badRequest } from "./gorse-error.ts";

const defaultItems = 10;
/** More of a list than this comes on its next page; more recommendations are none. */
const maxPage = 10_000;
const maxOffset = 1_000_000;

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

const valuesOf = (request: FastifyRequest, name: string): string[] => [(request.query as Query)[name] ?? []].flat();

/** The first of the values, as Go reads a query; null where there is none. */
export function queryText(request: FastifyRequest, name: string): string | null {
  return valuesOf(request, name)[0] ?? null;
}

function wholeNumber(request: FastifyRequest, name: string, fallback: number): number {
  const text = queryText(request, name) ?? "";
  if (text === "") return fallback;
  const number = Number(text);
  if (!/^[+-]?\d{1,18}$/.test(text) || number < 0) throw badRequest(`${name}: a whole number, 0 or more, is expected`);
  return number;
}

/** `n`, at most a page of it. */
export const countOf = (request: FastifyRequest) => Math.min(maxPage, wholeNumber(request, "n", defaultItems));

/** `n`, `offset` and every category of query and path; the items must be in all of them. */
export function pageOf(request: FastifyRequest): { readonly n: number; readonly offset: number; readonly categories: readonly string[] } {
  const { category } = request.params as { readonly category?: string };
  const categories = [...valuesOf(request, "category"), category ?? ""].filter((one) => one !== "");
  return { n: countOf(request), offset: Math.min(maxOffset, wholeNumber(request, "offset", 0)), categories };
}

const unitMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const longestDelayMs = 3650 * 86_400_000;

/** A duration as Go writes it: `1h30m0s`, `1.5h`, `0`. */
export function durationMs(request: FastifyRequest, name: string): number {
  const text = queryText(request, name) ?? "";
  if (text === "" || text === "0") return 0;
  const [, sign, parts] = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text) ?? [];
  if (parts === undefined) throw badRequest(`${name}: not a duration such as 0h10m0s`);
  let ms = 0;
  for (const [, amount, unit] of parts.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) ms += Number(amount) * unitMs[unit!]!;
  return Math.round(Math.min(ms, longestDelayMs)) * (sign === "-" ? -1 : 1);
}

/** Cursors are opaque to clients; here they are the last key of the page before. */
export const cursorTo = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString("base64url");

/** Null at the beginning. */
export function cursorOf(request: FastifyRequest, size: number): readonly string[] | null {
  // gorsejs 0.4 sends its own spelling.
  const text = queryText(request, "cursor") || queryText(request, "Cursor") || "";
  if (text === "") return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (Array.isArray(key) && key.length === size && key.every((part) => typeof part === "string" && part.isWellFormed() && !part.includes("\0")))
      return key;
  } catch {
    // Said below.
  }
  throw badRequest("cursor: not one of a page before");
}
