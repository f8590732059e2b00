import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { EpochMs } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { NameDigest } from "#storage/ports/forget-store.ts";

/** One forgetting, as digests: nobody without the shop's key learns a name from it. */
export type JournalEntry = { readonly erasureId: string; readonly shop: ShopId; readonly at: EpochMs; readonly names: readonly NameDigest[] };
/** The key of the digests, sealed with a secret of the shop that only its store holds. */
export type JournalKey = { readonly shop: ShopId; readonly key: string };

export type JournalContent = { readonly entries: readonly JournalEntry[]; readonly keys: readonly JournalKey[] };

/**
 * Who was forgotten, outside the store: what a restored store does not know it is told from here. Lines are only added, and on
 * the disk before anybody is told that they were forgotten.
 */
export type ErasureJournal = {
  read(): JournalContent;
  addKey(key: JournalKey): void;
  add(entry: JournalEntry): void;
};

const version = 1;

/** Throws ProblemError JOURNAL_DAMAGED. What was cut off at the end, when the power went, had not been answered yet. */
export function parseJournal(text: string): JournalContent {
  const entries: JournalEntry[] = [];
  const keys: JournalKey[] = [];
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      if (index === lines.length - 1) continue;
      throw damaged(`line ${index + 1} is not JSON`, error);
    }
    const { v, shop, key, erasureId, at, names } = (value ?? {}) as Record<string, unknown>;
    if (v !== version || typeof shop !== "string") throw damaged(`line ${index + 1} is of no kind this version knows`);
    if (typeof key === "string") keys.push({ shop: shop as ShopId, key });
    else if (typeof erasureId === "string" && typeof at === "number" && Array.isArray(names) && names.every(isDigest))
      entries.push({ erasureId, shop: shop as ShopId, at, names: names as NameDigest[] });
    else throw damaged(`line ${index + 1} is of no kind this version knows`);
  }
  return { entries, keys };
}

const isDigest = (value: unknown): boolean => {
  const { kind, digest } = (value ?? {}) as Record<string, unknown>;
  return (kind === "customer" || kind === "anonymous") && typeof digest === "string" && digest !== "";
};

const damaged = (detail: string, cause?: unknown) => new ProblemError({ code: "JOURNAL_DAMAGED", detail }, { cause });

export function openErasureJournal(path: string): ErasureJournal {
  function append(line: object): void {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const isNew = !existsSync(path);
      const file = openSync(path, isNew ? "ax+" : "r+", 0o600);
      try {
        const end = endOfLines(file);
        ftruncateSync(file, end);
        writeSync(file, `${JSON.stringify({ v: version, ...line })}\n`, end);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      if (isNew) flushFolder(dirname(path));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      throw code === "" ? error : new ProblemError({ code: "FILE_UNWRITABLE", detail: `the erasure journal (${code})` }, { cause: error });
    }
  }
  return {
    read: () => (existsSync(path) ? parseJournal(readFileSync(path, "utf8")) : { entries: [], keys: [] }),
    addKey: append,
    add: append,
  };
}

/** Where the last whole line ends: what was cut off when the power went was never answered. */
function endOfLines(file: number): number {
  const piece = Buffer.alloc(4096);
  let end = fstatSync(file).size;
  while (end > 0) {
    const start = Math.max(0, end - piece.length);
    const read = readSync(file, piece, 0, end - start, start);
    const newline = piece.subarray(0, read).lastIndexOf(0x0a);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

function flushFolder(path: string): void {
  try {
    const folder = openSync(path, "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    // Windows opens no folders; there the name is safe with the file.
  }
}

/** For stores that are kept nowhere. */
export function memoryJournal(): ErasureJournal & { text(): string } {
  const lines: string[] = [];
  const append = (line: object) => void lines.push(JSON.stringify({ v: version, ...line }));
  const text = () => lines.map((line) => `${line}\n`).join("");
  return { text, read: () => parseJournal(text()), addKey: append, add: append };
}
