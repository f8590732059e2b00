import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { beginningOf, bytesOf } from "./beginning-of.ts";
import { looksLikeNumber, looksLikeTime } from "./cell-shapes.ts";
import { readCsvDialect } from "./csv-dialect.ts";
import { columnNamed } from "./read-interactions-columns.ts";
import type { SniffedFile } from "./sniff-file.ts";

/**
 * Research data often comes without column names, and a first line that is all numbers cannot be one of names. Then a
 * copy with the names 1, 2, 3 … on top is made, so that everything after has one kind of file. The same where the
 * caller speaks of columns by number. Null: the file has names.
 */
export async function withNumberedHeader(file: SniffedFile, asked: readonly string[], folder: string): Promise<string | null> {
  if (file.format !== "text") return null;
  const { columns, delimiter, skip } = readCsvDialect(await beginningOf(file, 262_144));
  // The dialect tells equal names apart as "3 (2)".
  const cells = columns.map((name) => name.replace(/ \(\d+\)$/, ""));
  const allValues = cells.length > 1 && cells.every((cell) => looksLikeNumber(cell) || looksLikeTime(cell));
  const byNumber = asked.length > 0 && asked.every((name) => /^[1-9]\d?$/.test(name) && columnNamed(columns.map(named), name) === null);
  if (skip > 0 || !(allValues || byNumber)) return null;
  const path = join(folder, "numbered.csv");
  await pipeline(Readable.from(headed(file, columns.map((_, index) => index + 1).join(delimiter))), createWriteStream(path));
  return path;
}

const named = (name: string) => ({ name });

async function* headed(file: SniffedFile, header: string): AsyncGenerator<Buffer> {
  yield Buffer.from(`${header}\n`);
  yield* bytesOf(file);
}
