import { join } from "node:path";
import { ProblemError } from "#domain/problem.ts";
import { type BackupLine, readBackup } from "#storage/backup-format.ts";
import type { OpenVault } from "#storage/ports/field-cipher.ts";
import type { BackupManifest, BackupOptions, CheckedBackup, RestoreTarget, StoreCare } from "#storage/ports/store-care.ts";
import type { Store } from "#storage/ports.ts";
import { careForPostgres, restoreIntoPostgres } from "#storage/postgres/care-postgres.ts";
import { type HeldDatabase, holdDatabase } from "#storage/postgres/hold-database.ts";
import { openPostgres } from "#storage/postgres/open-postgres.ts";
import { schemaSteps } from "#storage/sql/migrations.ts";
import { careForSqlite, restoreIntoSqlite } from "#storage/sqlite/care-sqlite.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { scanStoreFiles } from "#storage/sqlite/scan-store-files.ts";
import { type CopiedStore, copyStore } from "#storage/transfer/copy-store.ts";
import { discardPostgres, discardSqlite } from "#storage/transfer/discard-store.ts";

// Which database an installation keeps its data in, and what is done to it from outside. Nobody else names one.

export type StoreOptions = {
  /** Folder of the embedded store. */
  readonly dataFolder: string;
  /** Address of a PostgreSQL database, instead of the embedded store. */
  readonly databaseUrl: string | undefined;
  /** A second connection of a server, for work beside answers: keeps little in memory, and leaves the care for the files to the first. */
  readonly beside?: boolean | undefined;
};

export const databaseFile = ({ dataFolder }: Pick<StoreOptions, "dataFolder">): string => join(dataFolder, "rapport.sqlite");

export function openStoreOf(options: StoreOptions, openVault: OpenVault): Promise<Store> {
  const { databaseUrl, beside } = options;
  return databaseUrl === undefined ? openSqlite(databaseFile(options), openVault, beside) : openPostgres(databaseUrl, openVault);
}

/** Looks for texts in every byte of the embedded store's files; null where the files are another server's. */
export function scanFilesOf(options: StoreOptions) {
  const database = databaseFile(options);
  return options.databaseUrl === undefined ? (needles: readonly string[]) => scanStoreFiles({ database, needles }) : null;
}

/** Which key of the installation a store belongs to; null: it has none yet. Opens nothing that is sealed. */
export async function storeKeyId(options: StoreOptions): Promise<string | null> {
  let found: string | null = null;
  const enough = new Error("the id of the key is all that was asked for");
  const ask: OpenVault = async (rootKeyId) => {
    found = rootKeyId;
    throw enough;
  };
  const opening = openStoreOf(options, ask);
  await opening.catch((error: unknown) => {
    if (error !== enough) throw error;
  });
  return found;
}

/** The store alone, looked at from outside: for backups and check-ups. */
export function careForStore(options: StoreOptions): StoreCare {
  return options.databaseUrl === undefined ? careForSqlite(databaseFile(options)) : careForPostgres(options.databaseUrl);
}

/** Where a backup is restored to. */
export function restoreTarget(options: StoreOptions): RestoreTarget {
  return options.databaseUrl === undefined ? restoreIntoSqlite(databaseFile(options)) : restoreIntoPostgres(options.databaseUrl);
}

/** The last step of the schema that this version knows. */
export const newestStep = schemaSteps.at(-1)!;
export type { CopiedStore };

/** Keeps servers from leading on a database meanwhile; null where one does. */
export const holdStore = (databaseUrl: string): Promise<HeldDatabase | null> => holdDatabase(databaseUrl);

/** All of one store into another that is empty. */
export async function copyBetweenStores(
  from: StoreOptions,
  to: StoreOptions,
  options: BackupOptions,
  onStep: (words: string) => void,
): Promise<CopiedStore> {
  const care = careForStore(from);
  const discard = async () => (to.databaseUrl === undefined ? discardSqlite(databaseFile(to)) : discardPostgres(to.databaseUrl));
  try {
    return await copyStore(care, restoreTarget(to), options, { look: () => careForStore(to), discard }, onStep);
  } finally {
    await care.close();
  }
}

/** Reads a backup to its end. Throws ProblemError BACKUP_DAMAGED or STORE_NEWER. */
export async function checkBackup(backup: AsyncIterable<Uint8Array>): Promise<CheckedBackup> {
  const lines = readBackup(backup);
  for (;;) {
    const line = await lines.next();
    if (line.done === true) return line.value;
  }
}

/** What a backup says of itself; whether it is whole nobody knows yet. */
export async function peekBackup(backup: AsyncIterable<Uint8Array>): Promise<BackupManifest> {
  for await (const line of readBackup(backup)) return (line as BackupLine & { kind: "manifest" }).manifest;
  throw new ProblemError({ code: "BACKUP_DAMAGED", detail: "it is empty" });
}
