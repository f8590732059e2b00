import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, readSync, statSync, writeSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { cleanTreePage, freePages } from "./clean-page.ts";
import { createFinder, type Hit } from "./find-bytes.ts";

// A program of its own: a process that opens the database's file beside SQLite gives up SQLite's locks on it when it closes
// the file (https://www.sqlite.org/howtocorrupt.html, section 2.2), and a server must not.

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

try {
  // Customers are answered first.
  setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Where it may not be said, it is not.
}

const mostHits = 10_000;
const tries = 60;
const restMs = 50;
const rest = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, restMs);

const order = JSON.parse(readFileSync(0, "utf8")) as ScanOrder;
const needles = order.needles.map((needle) => Buffer.from(needle, "utf8"));
const finder = createFinder(needles);
const wal = `${order.database}-wal`;
const walBytes = () => statSync(wal, { throwIfNoEntry: false })?.size ?? 0;

const db = new DatabaseSync(order.database);
// Whoever writes waits no longer than this for the copying of the log.
db.exec("pragma busy_timeout = 100");
const file = openSync(order.database, "r+");

function emptyLog(): boolean {
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

/** Wipes the unused parts of pages, while nobody writes and nothing stands in the log. How many; null: there was no quiet moment. */
function clean(numbers: ReadonlySet<number>): number | null {
  for (let tried = 0; tried < tries; tried++) {
    emptyLog();
    try {
      db.exec("begin immediate");
    } catch {
      rest();
      continue;
    }
    if (walBytes() > 0) {
      db.exec("rollback");
      continue;
    }
    const size = (db.prepare("pragma page_size").get() as { page_size: number }).page_size;
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

const pagesOf = (hits: readonly Hit[]) => {
  const size = (db.prepare("pragma page_size").get() as { page_size: number }).page_size;
  return new Set(hits.map(({ offset }) => Math.floor(offset / size)));
};

const name = basename(order.database);
const emptied = emptyLog();
let found: Hit[] = [];
let bytes = finder.findInFile(file, found, mostHits);
let cleaned = 0;
if (found.length > 0) {
  cleaned = clean(pagesOf(found)) ?? 0;
  emptyLog();
  found = [];
  bytes = finder.findInFile(file, found, mostHits);
}
const hits = found.map(({ needle }) => ({ needle, file: name }));
const files = [{ name, bytes }];

/** Beside a letter or a digit it is a part of something else. */
const isWordByte = (byte: number | undefined) => byte !== undefined && (byte >= 0x80 || /[A-Za-z0-9_-]/.test(String.fromCharCode(byte)));

for (const entry of readdirSync(dirname(order.database), { withFileTypes: true })) {
  if (!entry.isFile() || entry.name === name) continue;
  const path = join(dirname(order.database), entry.name);
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

db.close();
closeSync(file);
process.stdout.write(JSON.stringify({ hits, files, cleaned, busy: !emptied } satisfies Scanned));
