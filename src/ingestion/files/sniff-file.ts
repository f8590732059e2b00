import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { firstBytes } from "./beginning-of.ts";

export type FileFormat = "text" | "json" | "parquet";
export type SniffedFile = { readonly path: string; readonly format: FileFormat; readonly gzipped: boolean };

/** Tells by the first bytes what a file is, and refuses what cannot be read, saying what to do instead. */
export async function sniffFile(path: string): Promise<Result<SniffedFile>> {
  const name = basename(path);
  try {
    const found = await stat(path);
    if (found.isDirectory()) return refuse("FILE_UNREADABLE", `${name} is a folder; give one file`);
    if (found.size === 0) return refuse("FILE_UNREADABLE", `${name} is empty; export it again`);
    const first = await firstBytes({ path, gzipped: false }, 2);
    const gzipped = first[0] === 0x1f && first[1] === 0x8b;
    const head = await firstBytes({ path, gzipped }, 65_536);
    if (head.length === 0) return refuse("FILE_UNREADABLE", `${name} is empty inside; export it again`);
    const format = formatOf(head, name.toLowerCase().replace(/\.gz$/, ""));
    return format.ok ? succeed({ path, format: format.value, gzipped }) : format;
  } catch (error) {
    return refuseUnreadable(error, name);
  }
}

/** Words for what the file system or the unpacker said. */
export function refuseUnreadable(error: unknown, name: string): ReturnType<typeof refuse> {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") return refuse("FILE_MISSING", `there is no file ${name} there; check the path`);
  if (code === "EACCES" || code === "EPERM") return refuse("FILE_UNREADABLE", `${name} may not be read by this user; change its permissions`);
  if (code === "ENOSPC") return refuse("STORE_FULL", "the disk of the temporary folder is full; make room and run the same command again");
  if (code.startsWith("Z_")) return refuse("FILE_UNREADABLE", `${name} is compressed, but cut off or damaged; copy or export it again`);
  if (code === "") throw error;
  return refuse("FILE_UNREADABLE", `${name} cannot be read (${code}); copy it again`);
}

function formatOf(head: Buffer, name: string): Result<FileFormat> {
  const says = (...endings: string[]) => endings.some((ending) => name.endsWith(ending));
  if (head.subarray(0, 4).toString("latin1") === "PAR1") return succeed("parquet");
  if (says(".parquet", ".pq")) {
    return refuse("FILE_UNREADABLE", `${name} is named like a Parquet file but is none; if it is CSV or JSON, rename it, else export it again`);
  }
  if (head[0] === 0x50 && head[1] === 0x4b) {
    return refuse("FILE_UNREADABLE", `${name} is a zip archive or an Excel workbook; unpack it, or save the sheet as CSV`);
  }
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) {
    return refuse("FILE_UNREADABLE", `${name} is compressed with zstd; unpack it, or use gzip`);
  }
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (!utf16 && head.includes(0)) return refuse("FILE_UNREADABLE", `${name} is not text; give CSV, TSV, JSON, NDJSON or Parquet`);
  const start = head
    .toString(utf16 ? "utf16le" : "utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (start === "") return refuse("FILE_UNREADABLE", `${name} holds nothing but blanks; export it again`);
  if (start[0] === "{" || start[0] === "[") return succeed("json");
  if (says(".json", ".jsonl", ".ndjson")) {
    return refuse("FILE_UNREADABLE", `${name} is named like JSON but does not begin with { or [; if it is CSV, rename it`);
  }
  return succeed("text");
}
