import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, readSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { cleanTreePage, freePages } from "./clean-page.ts";
import { createFinder, type Hit } from "./find-bytes.ts";

export type ScanOrder = { readonly database: string; readonly needles: readonly string[] };
export type Scanned = {
  /** What is still there, in which file. */
  readonly hits: readonly { readonly needle: number; readonly file: string }[];
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Pages in whose unused parts something was wiped. */
  readonly cleaned: number;
  /** Somebody was reading all the time: the log of the database could not be emptied. */
  readonly busy: boolean;
};

const mostHits = 10_000;
const tries = 60;
const restMs = 50;
const rest = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, restMs);

function emptyLog(db: DatabaseSync): boolean {
  // Most of it while others write; what is left then keeps them waiting for a moment only.
  try {
    db.exec("pragma wal_checkpoint(passive)");
  } catch {
    // Somebody else does the same just now.
  }
  for (let tried = 0; tried < tries; tried++) {
    try {
      if (Number(db.prepare("pragma wal_checkpoint(truncate)").get()?.busy) === 0) return true;
    } catch {
      // Somebody is writing just now.
    }
    rest();
  }
  return false;
}

const pageSizeOf = (db: DatabaseSync) => (db.prepare("pragma page_size").get() as { page_size: number }).page_size;

/** Wipes the unused parts of pages, while nobody writes and nothing stands in the log. How many; null: there was no quiet moment. */
function clean(db: DatabaseSync, path: string, file: number, numbers: ReadonlySet<number>): number | null {
  for (let tried = 0; tried < tries; tried++) {
    emptyLog(db);
    try {
      db.exec("begin immediate");
    } catch {
      rest();
      continue;
    }
    if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
      db.exec("rollback");
      continue;
    }
    const size = pageSizeOf(db);
    const read = (number: number) => {
      const page = Buffer.alloc(size);
      readSync(file, page, 0, size, number * size);
      return page;
    };
    const free = freePages(read(0), read);
    let cleaned = 0;
    for (const number of numbers) {
      const page = read(number);
      if (free.has(number)) page.fill(0);
      else if (!cleanTreePage(page, number === 0)) continue;
      writeSync(file, page, 0, size, number * size);
      cleaned++;
    }
    fsyncSync(file);
    // A change, so that others do not write back what they remember of these pages.
    db.exec("update erasures set updated_at = updated_at where rowid = (select min(rowid) from erasures); commit");
    return cleaned;
  }
  return null;
}

/** Beside a letter or a digit it is a part of something else. */
const isWordByte = (byte: number | undefined) => byte !== undefined && (byte >= 0x80 || /[A-Za-z0-9_-]/.test(String.fromCharCode(byte)));

/**
 * Looks for texts in every byte of the database's file, its log, its free pages, and of the other files of its folder; what it finds
 * in parts of pages that hold nothing it wipes. Only for a process that does nothing else with the database (see scan-program.ts).
 */
export function scanFiles({ database, needles: texts }: ScanOrder): Scanned {
  const needles = texts.map((text) => Buffer.from(text, "utf8"));
  const finder = createFinder(needles);
  const name = basename(database);
  const db = new DatabaseSync(database);
  // Whoever writes waits no longer than this for the copying of the log.
  db.exec("pragma busy_timeout = 100");
  const file = openSync(database, "r+");
  try {
    const emptied = emptyLog(db);
    let found: Hit[] = [];
    let bytes = finder.findInFile(file, found, mostHits);
    let cleaned = 0;
    if (found.length > 0) {
      const size = pageSizeOf(db);
      cleaned = clean(db, database, file, new Set(found.map(({ offset }) => Math.floor(offset / size)))) ?? 0;
      emptyLog(db);
      found = [];
      bytes = finder.findInFile(file, found, mostHits);
    }
    const hits = found.map(({ needle }) => ({ needle, file: name }));
    const files = [{ name, bytes }];
    for (const entry of readdirSync(dirname(database), { withFileTypes: true })) {
      if (!entry.isFile() || entry.name === name) continue;
      const path = join(dirname(database), entry.name);
      const there: Hit[] = [];
      try {
        files.push({ name: entry.name, bytes: finder.findInPath(path, there, mostHits) });
      } catch {
        // Gone since, or nobody may read it: then it is not the store's.
        continue;
      }
      if (there.length === 0) continue;
      const isLog = entry.name.startsWith(name);
      const content = isLog ? null : readFileSync(path);
      for (const { needle, offset } of there)
        if (content === null || (!isWordByte(content[offset - 1]) && !isWordByte(content[offset + needles[needle]!.length])))
          hits.push({ needle, file: entry.name });
    }
    return { hits, files, cleaned, busy: !emptied };
  } finally {
    db.close();
    closeSync(file);
  }
}
