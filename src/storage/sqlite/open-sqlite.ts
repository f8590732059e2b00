import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import type { OpenVault } from "../ports/field-cipher.ts";
import type { Store } from "../ports.ts";
import { openStore } from "../sql/open-store.ts";
import type { Tables } from "../sql/schema.ts";
import { startCheckpointThread } from "./checkpoint-thread.ts";
import { type NodeSqlite, openNodeSqlite } from "./node-sqlite-database.ts";
import { PatientDialect } from "./patient-dialect.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { translateError } from "./translate-error.ts";

/** The system keeps the file's pages anyway. */
const besideCacheMb = 16;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** A file shorter than a header SQLite would take for a new one, and write over it. */
const shortestDatabase = 512;

/** Throws ProblemError STORE_DAMAGED where SQLite would throw away what is there. */
export function refuseRemains(path: string): void {
  const size = sizeOf(path);
  // It would take the file for new, and the log with all that was acknowledged last for nobody's.
  if (size === 0 && sizeOf(`${path}-wal`) > 0)
    throw new ProblemError({ code: "STORE_DAMAGED", detail: "rapport.sqlite is gone or empty, and rapport.sqlite-wal, which belongs to it, is not" });
  if (size > 0 && size < shortestDatabase)
    throw new ProblemError({ code: "STORE_DAMAGED", detail: `rapport.sqlite has ${size} bytes, and is no database` });
}

/** Makes folder and file if need be. Nobody but the owner reads it; the files beside it (WAL) take over its rights. */
export function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  refuseRemains(path);
  // Never one that is there: to close it would give up the locks that SQLite holds on it in another thread of this process.
  if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
  else closeSync(openSync(path, "a", 0o600));
}

/** Not ours, so nothing is written into it. */
function refuseForeign(raw: DatabaseSync): void {
  const tables = raw.prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'").all();
  if (tables.length > 0 && !tables.some(({ name }) => name === "kysely_migration"))
    throw new ProblemError({ code: "STORE_FOREIGN", detail: `rapport.sqlite holds no Rapport store but the table ${String(tables[0]!.name)}` });
}

/** What goes wrong with files and with SQLite, as a problem of the catalogue. */
export function problemOfOpening(error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!/^E[A-Z]+$/.test(code)) return translateError(error);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new ProblemError({ code: "STORE_FULL", detail: "the disk of the data folder took no more" }, { cause: error });
  const why = code === "EEXIST" || code === "ENOTDIR" ? "it, or a folder above it, is a file" : code === "EROFS" ? "its disk is read-only" : code;
  return new ProblemError({ code: "DATA_FOLDER_UNUSABLE", detail: `the data folder cannot be used (${why})` }, { cause: error });
}

/**
 * Opens the store in one file; `:memory:` keeps nothing and is for tests. Throws ProblemError DATA_FOLDER_UNUSABLE,
 * STORE_UNAVAILABLE, STORE_DAMAGED, STORE_FOREIGN, STORE_FULL or STORE_NEWER, and what `openVault` throws.
 * `beside`: for work beside answers, on a second connection of a process; what it reads it reads once, and the first one's thread puts
 * the log back.
 */
export async function openSqlite(path: string, openVault?: OpenVault, beside = false): Promise<Store> {
  let sqlite: NodeSqlite | null = null;
  try {
    if (path !== ":memory:") makeFile(path);
    sqlite = openNodeSqlite(path, false, refuseForeign, beside ? besideCacheMb : undefined);
    const { assertSound, onCommit } = sqlite;
    const store = await openStore(new Kysely<Tables>({ dialect: new PatientDialect(sqlite) }), sqliteDialect, undefined, openVault);
    const checkpoints = path === ":memory:" || beside ? null : startCheckpointThread(path);
    if (checkpoints !== null) onCommit(checkpoints.committed);
    return {
      ...store,
      async check() {
        assertSound();
        await store.check();
      },
      async close() {
        // Whoever closes last puts the log away.
        await checkpoints?.stop();
        await store.close();
      },
    };
  } catch (error) {
    if (sqlite?.raw.isOpen === true) sqlite.raw.close();
    throw problemOfOpening(error);
  }
}
