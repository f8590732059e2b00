import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ProblemError } from "#domain/problem.ts";
import type { Bytes } from "./decode-text.ts";

/** Calls an address; comes from outside, since the server may not call everything that the operator may. */
export type FetchFeed = (
  url: string,
  init: { readonly headers: Readonly<Record<string, string>> },
) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Bytes;
  discard(): void;
}>;

/** What was said of the version that is known already. */
export type KnownVersion = { readonly etag: string | null; readonly lastModified: string | null };

export type OpenedFeed = KnownVersion & {
  /** Null: nothing is new. */
  readonly bytes: Bytes | null;
  readonly charset: string | null;
  /** The address of a page, for what is relative to it; null for a file. */
  readonly url: string | null;
};

/** A server that sends nothing for so long is not waited for. */
const idleMs = 60_000;

/** Opens a file, or fetches an http(s) address. Throws ProblemError FILE_MISSING, FILE_UNREADABLE, FEED_UNREACHABLE, or the fetch's own. */
export async function openLocation(location: string, known: KnownVersion, fetchFeed: FetchFeed): Promise<OpenedFeed> {
  return isAddress(location) ? openAddress(location, known, fetchFeed) : openFile(location, known);
}

export const isAddress = (location: string): boolean => /^https?:\/\//i.test(location);

async function openFile(location: string, known: KnownVersion): Promise<OpenedFeed> {
  const path = /^file:\/\//i.test(location) ? fileURLToPath(location) : location;
  const found = await stat(path).catch(() => null);
  if (found === null) throw new ProblemError({ code: "FILE_MISSING", detail: path });
  if (!found.isFile() && !found.isFIFO() && !found.isCharacterDevice())
    throw new ProblemError({ code: "FILE_UNREADABLE", detail: `${path} is no file` });
  const etag = `${found.size}-${found.mtimeMs}`;
  const isKnown = found.isFile() && known.etag === etag;
  return { bytes: isKnown ? null : readFile(path), charset: null, url: null, etag, lastModified: null };
}

async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | null)?.code;
    if (code === undefined) throw error;
    throw new ProblemError({ code: "FILE_UNREADABLE", detail: `${path} (${code})` }, { cause: error });
  }
}

async function openAddress(location: string, known: KnownVersion, fetchFeed: FetchFeed): Promise<OpenedFeed> {
  const url = URL.parse(location);
  if (url === null) throw new ProblemError({ code: "FEED_UNREACHABLE", detail: "the address cannot be read" });
  const headers: Record<string, string> = { accept: "application/xml, text/xml, text/csv, text/tab-separated-values, text/html;q=0.9, */*;q=0.8" };
  if (url.username !== "" || url.password !== "") {
    headers.authorization = `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}`;
    url.username = "";
    url.password = "";
  }
  if (known.etag !== null) headers["if-none-match"] = known.etag;
  if (known.lastModified !== null) headers["if-modified-since"] = known.lastModified;
  const reply = await fetchFeed(url.href, { headers });
  const header = (name: string): string | null => {
    const value = reply.headers[name];
    return typeof value === "string" ? value : null;
  };
  if (reply.status === 304) {
    reply.discard();
    return { bytes: null, charset: null, url: url.href, ...known };
  }
  if (reply.status !== 200) {
    reply.discard();
    throw new ProblemError({ code: "FEED_UNREACHABLE", detail: `the server answered with status ${reply.status}` });
  }
  const charset = /;\s*charset\s*=\s*"?([A-Za-z0-9._-]+)/i.exec(header("content-type") ?? "")?.[1] ?? null;
  return { bytes: noLongPauses(reply.body), charset, url: url.href, etag: header("etag"), lastModified: header("last-modified") };
}

async function* noLongPauses(body: Bytes): AsyncGenerator<Uint8Array> {
  const reader = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const pause = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new ProblemError({ code: "FEED_UNREACHABLE", detail: `nothing came for ${idleMs / 1000} s` })), idleMs);
      });
      const next = await Promise.race([reader.next(), pause]).finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not waited for: a body that hangs would hang here too.
    void Promise.resolve(reader.return?.()).catch(() => {});
  }
}
