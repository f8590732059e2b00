import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import type { Store } from "../ports.ts";
import type { Dialect } from "../sql/dialect.ts";
import { openStore } from "../sql/open-store.ts";
import type { Tables } from "../sql/schema.ts";
import { openNodeSqlite } from "./node-sqlite-database.ts";

const sqliteFull = 13;
const sqliteIoError = 10;
const sqliteReadOnly = 8;
const sqliteBusy = 5;
const sqliteCorrupt = 11;
const sqliteCannotOpen = 14;
const sqliteNotADatabase = 26;

function translateError(error: unknown): unknown {
  if (error instanceof ProblemError || !(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error;
  // The low byte is the kind; the rest tells its variety.
  const kind = error.errcode & 0xff;
  if (kind === sqliteFull || kind === sqliteIoError) {
    return new ProblemError({ code: "STORE_FULL", detail: "the disk of the data folder took no more" }, { cause: error });
  }
  if (kind === sqliteReadOnly || kind === sqliteCannotOpen) {
    return new ProblemError({ code: "DATA_FOLDER_UNUSABLE", detail: "the data folder cannot be written" }, { cause: error });
  }
  if (kind === sqliteBusy) {
    return new ProblemError({ code: "STORE_UNAVAILABLE", detail: "another process holds the store" }, { cause: error });
  }
  if (kind === sqliteCorrupt || kind === sqliteNotADatabase) {
    return new ProblemError({ code: "STORE_UNAVAILABLE", detail: "the store's file is damaged or is no Rapport store" }, { cause: error });
  }
  return error;
}

const dialect: Dialect = {
  kind: "sqlite",
  bigInteger: "integer",
  bytes: "blob",
  maxParameters: 32_000,
  withGrowingKey: (table, column) => table.addColumn(column, "integer", (definition) => definition.primaryKey().autoIncrement()) as never,
  schemaOf: async () => undefined,
  // One writer at a time is what SQLite does anyway.
  lockLog: async () => {},
  translateError,
};

/**
 * Opens the store in one file; `:memory:` keeps nothing and is for tests. Throws ProblemError DATA_FOLDER_UNUSABLE,
 * STORE_UNAVAILABLE or STORE_NEWER.
 */
export async function openSqlite(path: string): Promise<Store> {
  try {
    if (path !== ":memory:") {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // Nobody but the owner reads it; the files beside it (WAL) take over its rights.
      closeSync(openSync(path, "a", 0o600));
    }
    const { database } = openNodeSqlite(path);
    return await openStore(new Kysely<Tables>({ dialect: new SqliteDialect({ database }) }), dialect);
  } catch (error) {
    if (error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code)) {
      throw new ProblemError({ code: "DATA_FOLDER_UNUSABLE", detail: `the data folder cannot be used (${error.code})` }, { cause: error });
    }
    throw translateError(error);
  }
}
