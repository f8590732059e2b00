import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { bytesOf, firstBytes } from "./beginning-of.ts";
import type { SniffedFile } from "./sniff-file.ts";

export type PlainText = { readonly path: string; readonly gzipped: boolean; readonly note: string | null };

/**
 * Makes sure that a text file is UTF-8 with one kind of line end: reads it through once, and where it is not, writes
 * a copy that is. A file without a mark that is not UTF-8 is taken for Windows-1252, which is what spreadsheets write
 * (Latin-1 is part of it).
 */
export async function asUtf8(file: SniffedFile, folder: string): Promise<PlainText> {
  const marked = await encodingMark(file);
  const wide = marked === "utf-16le" || marked === "utf-16be";
  const ends = wide ? null : await inspectUtf8(file);
  // The JSON reader stumbles over a byte order mark, the CSV reader over mixed line ends.
  const readable = file.format === "json" ? marked === null : ends !== null && !ends.mac && !(ends.windows && ends.unix);
  if (ends !== null && readable) return { path: file.path, gzipped: file.gzipped, note: null };
  const encoding = ends !== null ? "utf-8" : wide ? marked : "windows-1252";
  const macOnly = ends?.mac === true && !ends.windows && !ends.unix;
  const path = join(folder, "utf8.txt");
  await pipeline(Readable.from(withUnixLineEnds(decoded(file, encoding, false), macOnly)), createWriteStream(path));
  return { path, gzipped: false, note: ends !== null ? null : `the file is not UTF-8: read as ${encoding}` };
}

/** Unpacks a gzipped file into the folder. */
export async function unpack(file: SniffedFile, folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await pipeline(createReadStream(file.path), createGunzip(), createWriteStream(path));
  return path;
}

/** Which line ends a text has: "\r\n", "\n" alone, "\r" alone. */
type LineEnds = { windows: boolean; unix: boolean; mac: boolean };

/** Null: not UTF-8. */
async function inspectUtf8(file: SniffedFile): Promise<LineEnds | null> {
  const found = { windows: false, unix: false, mac: false };
  try {
    for await (const text of decoded(file, "utf-8", true)) {
      found.windows ||= text.includes("\r\n");
      found.unix ||= /(?<!\r)\n/.test(text);
      found.mac ||= /\r(?!\n)/.test(text);
    }
    return found;
  } catch (error) {
    if (error instanceof TypeError && "code" in error && error.code === "ERR_ENCODING_INVALID_ENCODED_DATA") return null;
    throw error;
  }
}

/** Beside other line ends, a carriage return alone is a stray character in a cell. */
async function* withUnixLineEnds(texts: AsyncIterable<string>, macOnly: boolean): AsyncGenerator<string> {
  for await (const text of texts) yield text.replaceAll("\r\n", "\n").replaceAll("\r", macOnly ? "\n" : " ");
}

async function encodingMark(file: SniffedFile): Promise<"utf-8" | "utf-16le" | "utf-16be" | null> {
  const [first, second, third] = await firstBytes(file, 3);
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb && third === 0xbf ? "utf-8" : null;
}

/** The file's text in parts that never end between \\r and \\n. */
async function* decoded(file: SniffedFile, encoding: string, fatal: boolean): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal });
  let held = "";
  for await (const part of bytesOf(file)) {
    const text = held + decoder.decode(part, { stream: true });
    held = text.endsWith("\r") ? "\r" : "";
    yield held === "" ? text : text.slice(0, -1);
  }
  yield held + decoder.decode();
}
