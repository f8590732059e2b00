import { createHash } from "node:crypto";
import { ProblemError } from "#domain/problem.ts";
import type { BackupManifest } from "./ports/store-care.ts";

// A backup is lines of JSON, packed with gzip: the manifest, then for each table its columns and a line a row, then the
// seal: how many lines there were and their checksum. Without the seal it is not whole. Bytes of models and of learnt
// counts follow their row in pieces, so that no line grows beyond bounds.

export const formatVersion = 1;
/** Of a blob, in one line of base64. */
const bytesPerPiece = 3 * 1024 * 1024;
/** Longer than any line that is written; what is longer is no backup. */
const longestLine = 64 * 1024 * 1024;
const newline = 0x0a;

export type Cell = string | number | null | Uint8Array;

export type BackupLine =
  | { readonly kind: "manifest"; readonly manifest: BackupManifest }
  | { readonly kind: "table"; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: "row"; readonly cells: readonly Cell[] };

export const damaged = (detail: string, cause?: unknown) => new ProblemError({ code: "BACKUP_DAMAGED", detail }, { cause });

/** One row as its lines. */
export function encodeRow(cells: readonly Cell[]): string {
  const pieces: string[] = [];
  const values = cells.map((cell) => {
    if (cell instanceof Uint8Array) {
      const bytes = Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength);
      for (let start = 0; start < bytes.length; start += bytesPerPiece)
        pieces.push(`${JSON.stringify(bytes.toString("base64", start, start + bytesPerPiece))}\n`);
      return { bytes: bytes.length };
    }
    return typeof cell === "number" && !Number.isFinite(cell) ? { number: String(cell) } : cell;
  });
  return `${JSON.stringify(values)}\n${pieces.join("")}`;
}

/** Counts and sums the lines as they go out; `seal` is the last of them. */
export function createSealer() {
  const sum = createHash("sha256");
  let bytes = 0;
  return {
    add(text: string): void {
      const buffer = Buffer.from(text);
      sum.update(buffer);
      bytes += buffer.length;
    },
    seal(): { readonly line: string; readonly sha256: string } {
      const sha256 = sum.digest("hex");
      return { line: `${JSON.stringify({ end: true, bytes, sha256 })}\n`, sha256 };
    },
  };
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let restLength = 0;
  for await (const given of chunks) {
    const chunk = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, end + 1);
      yield rest.length === 0 ? piece : Buffer.concat([...rest, piece]);
      rest = [];
      restLength = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      rest.push(chunk.subarray(start));
      restLength += chunk.length - start;
      if (restLength > longestLine) throw damaged("a line is longer than any that a backup has");
    }
  }
  if (restLength > 0) throw damaged("it ends in the middle of a line");
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch (error) {
    throw damaged("a line of it is not JSON", error);
  }
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is Record<string, number> => isObject(value) && Object.values(value).every(isCount);

const isForgotten = (value: unknown): boolean =>
  value === undefined || (isObject(value) && isCount(value.people) && typeof value.journal === "string");

function manifestOf(value: unknown): BackupManifest {
  if (!isObject(value) || value.format !== "rapport-backup") throw damaged("it does not begin as a backup of Rapport does");
  if (!isCount(value.formatVersion)) throw damaged("its manifest is not complete");
  if (value.formatVersion > formatVersion)
    throw new ProblemError({ code: "STORE_NEWER", detail: `the backup was written by Rapport ${String(value.rapport)}` });
  const { shops, files } = value;
  const isShop = (shop: unknown) =>
    isObject(shop) && [shop.shopId, shop.name, shop.currency].every((text) => typeof text === "string") && isCount(shop.head);
  const whole =
    Array.isArray(shops) &&
    shops.every(isShop) &&
    [value.rapport, value.createdAt, value.from, value.schemaStep].every((text) => typeof text === "string") &&
    isCounts(value.rows) &&
    isCounts(value.lastKeys) &&
    isForgotten(value.forgotten) &&
    isObject(files) &&
    Object.values(files).every((text) => typeof text === "string");
  if (!whole) throw damaged("its manifest is not complete");
  return value as unknown as BackupManifest;
}

/**
 * Reads the lines and checks all that can be checked without a store: the manifest, the number of rows of each table, the
 * checksum, and that nothing is missing at the end. Throws ProblemError BACKUP_DAMAGED or STORE_NEWER. What it has yielded
 * is to be trusted only when it has come to its end.
 */
export async function* readBackup(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<BackupLine, { readonly manifest: BackupManifest; readonly sha256: string }> {
  const sum = createHash("sha256");
  let bytes = 0;
  let manifest: BackupManifest | null = null;
  let section: { readonly table: string; readonly columns: readonly string[] } | null = null;
  const rows = new Map<string, number>();
  /** A row that waits for its bytes. */
  let open: { readonly cells: Cell[]; at: number; filled: number } | null = null;
  let sha256: string | null = null;

  function fill(value: unknown): void {
    const target = open!.cells[open!.at] as Buffer;
    if (typeof value !== "string") throw damaged("the bytes of a row are missing");
    const piece = Buffer.from(value, "base64");
    if (piece.length === 0 || open!.filled + piece.length > target.length) throw damaged("a row has other bytes than it says");
    piece.copy(target, open!.filled);
    open!.filled += piece.length;
  }
  /** Moves to the next cell that lacks bytes; false when there is none. */
  function lacksBytes(): boolean {
    while (open!.at < open!.cells.length) {
      const cell = open!.cells[open!.at];
      if (cell instanceof Uint8Array && open!.filled < cell.length) return true;
      open!.at++;
      open!.filled = 0;
    }
    return false;
  }

  try {
    for await (const line of linesOf(chunks)) {
      if (sha256 !== null) throw damaged("something follows its end");
      const value = parse(line);
      if (open === null && isObject(value) && value.end === true) {
        sha256 = sum.digest("hex");
        if (value.bytes !== bytes || value.sha256 !== sha256) throw damaged("its checksum does not fit: it is not what was written");
        continue;
      }
      sum.update(line);
      bytes += line.length;
      if (manifest === null) {
        manifest = manifestOf(value);
        yield { kind: "manifest", manifest };
      } else if (open !== null) {
        fill(value);
        if (lacksBytes()) continue;
        yield { kind: "row", cells: open.cells };
        open = null;
      } else if (isObject(value)) {
        const { table, columns } = value;
        if (typeof table !== "string" || !Array.isArray(columns) || !columns.every((name) => typeof name === "string") || rows.has(table))
          throw damaged("the beginning of a table cannot be read");
        section = { table, columns };
        rows.set(table, 0);
        yield { kind: "table", ...section };
      } else {
        if (section === null || !Array.isArray(value) || value.length !== section.columns.length) throw damaged("a row does not fit its table");
        rows.set(section.table, rows.get(section.table)! + 1);
        open = { cells: value.map(cellOf), at: 0, filled: 0 };
        if (lacksBytes()) continue;
        yield { kind: "row", cells: open.cells };
        open = null;
      }
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // What gzip finds is damage; what the disk, the store or a bug says goes its way.
    if (code.startsWith("Z_")) throw damaged(code === "Z_BUF_ERROR" ? "it breaks off" : "it cannot be unpacked", error);
    throw error;
  }
  if (manifest === null) throw damaged("it is empty");
  if (sha256 === null) throw damaged("it breaks off: its end is missing");
  for (const [table, count] of Object.entries(manifest.rows))
    if (count !== (rows.get(table) ?? 0)) throw damaged(`${table} has ${rows.get(table) ?? 0} rows, not ${count}`);
  return { manifest, sha256 };
}

function cellOf(value: unknown): Cell {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  if (isObject(value) && isCount(value.bytes) && value.bytes <= 2 ** 31) return Buffer.alloc(value.bytes);
  if (isObject(value) && typeof value.number === "string") return Number(value.number);
  throw damaged("a value of it cannot be read");
}
