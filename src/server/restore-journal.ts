import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ProblemError } from "#domain/problem.ts";
import { type JournalContent, openErasureJournal, parseJournal } from "#privacy/forget/erasure-journal.ts";
import type { BackupManifest } from "#storage/ports/store-care.ts";
import { composeHouse, type HouseOptions } from "./compose.ts";
import { journalName, journalPath } from "./forgetting.ts";

// A backup knows nobody who was forgotten after it was made. So whoever restores one needs the journal that does, unless it is
// plain that nobody was.

/** A backup that is younger than this, of a shop that had forgotten nobody, is taken at its word. */
const youngMs = 24 * 3_600_000;

/** What a backup notes of the journal: how many stood in it, and where it is. */
export function forgottenSoFar(dataFolder: string): NonNullable<BackupManifest["forgotten"]> {
  const path = resolve(journalPath(dataFolder, process.env));
  const people = existsSync(path) ? parseJournal(readFileSync(path, "utf8")).entries.length : 0;
  return { people, journal: path };
}

export type RestoreJournal = {
  readonly content: JournalContent;
  /** How it is known that it tells all; in words, for whoever restores. */
  readonly told: string | null;
};

const ofShops = ({ entries, keys }: JournalContent, { shops }: BackupManifest): JournalContent => {
  const ids = new Set<string>(shops.map(({ shopId }) => shopId));
  return { entries: entries.filter(({ shop }) => ids.has(shop)), keys: keys.filter(({ shop }) => ids.has(shop)) };
};

/** Throws ProblemError JOURNAL_MISSING where nobody can tell who was forgotten since; FILE_MISSING, JOURNAL_DAMAGED. */
export function findJournal(
  manifest: BackupManifest,
  options: {
    readonly backup: string;
    readonly dataFolder: string;
    readonly given: string | undefined;
    readonly nobodySince: boolean;
    readonly now: number;
  },
): RestoreJournal {
  const { given } = options;
  if (given !== undefined && !existsSync(given)) throw new ProblemError({ code: "FILE_MISSING", detail: "the journal" });
  const recorded = manifest.forgotten?.journal ?? null;
  const places =
    given !== undefined
      ? [given]
      : [journalPath(options.dataFolder, process.env), ...(recorded === null ? [] : [recorded]), join(dirname(resolve(options.backup)), journalName)];
  const there = [...new Set(places.map((path) => resolve(path)))].filter((path) => existsSync(path));
  const contents = there.map((path) => ofShops(parseJournal(readFileSync(path, "utf8")), manifest));
  const entries = new Map(contents.flatMap((content) => content.entries).map((entry) => [entry.erasureId, entry]));
  const content: JournalContent = { entries: [...entries.values()], keys: contents.flatMap(({ keys }) => keys) };
  const due = Math.max(manifest.rows.erasures ?? 0, manifest.whole ? (manifest.forgotten?.people ?? 0) : 0);
  const isWhole = content.entries.length >= due;
  if (options.nobodySince) return { content, told: null };
  if (given !== undefined && !isWhole)
    throw new ProblemError({
      code: "JOURNAL_MISSING",
      detail: `this journal is older than the backup: ${content.entries.length} of ${due} people who were forgotten by then`,
    });
  if (content.entries.length > 0 && isWhole) return { content, told: null };
  // The installation it comes from stands on this machine, and has never had anything to write down.
  const stands = recorded !== null && existsSync(join(dirname(recorded), "rapport.sqlite")) && !existsSync(recorded);
  if (due === 0 && (given !== undefined || stands)) return { content, told: null };
  const age = Math.abs(options.now - Date.parse(manifest.createdAt));
  if (due === 0 && age < youngMs)
    return { content, told: "Nobody had been forgotten when this backup was made; if somebody was since, restore it with --journal FILE." };
  throw new ProblemError({
    code: "JOURNAL_MISSING",
    detail: due > 0 ? `${due} people had been forgotten when it was made` : `it was made ${Math.floor(age / 3_600_000)} hours ago`,
  });
}

/** The store cannot be opened yet. The server, once it can, does the same before it listens. */
const keyMissing: readonly string[] = ["KEY_FILE_MISSING", "VAULT_KEY_MISMATCH"];

/** Brings the journal to the restored store, and forgets whoever it names. `left`: still to be forgotten. */
export async function forgetAgain(options: HouseOptions, { content }: RestoreJournal): Promise<{ readonly begun: number; readonly left: number }> {
  if (content.entries.length === 0) return { begun: 0, left: 0 };
  const journal = openErasureJournal(journalPath(options.dataFolder, process.env));
  const known = journal.read();
  const ids = new Set(known.entries.map(({ erasureId }) => erasureId));
  const keys = new Set(known.keys.map(({ shop, key }) => `${shop} ${key}`));
  for (const key of content.keys) if (!keys.has(`${key.shop} ${key.key}`)) journal.addKey(key);
  for (const entry of content.entries) if (!ids.has(entry.erasureId)) journal.add(entry);
  const house = await composeHouse(options).catch((error: unknown) => {
    if (error instanceof ProblemError && keyMissing.includes(error.problem.code)) return null;
    throw error;
  });
  if (house === null) return { begun: 0, left: content.entries.length };
  try {
    const begun = await house.forget.replay();
    await house.forget.runAll();
    return { begun, left: (await house.store.forgetting.tally()).open };
  } finally {
    await house.store.close();
  }
}
