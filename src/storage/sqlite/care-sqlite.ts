import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { Kysely, SqliteDialect } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import { damaged } from "../backup-format.ts";
import { fillFromBackup } from "../backup-restore.ts";
import { assertTables, ourTables, stepsTaken, tablesOf } from "../backup-tables.ts";
import { shopNamed, shopsIn, stepOf, writeBackup } from "../backup-write.ts";
import type { CheckedBackup, RestoreTarget, StoreCare, StoreFacts } from "../ports/store-care.ts";
import { isUpToDate, migrate, schemaSteps } from "../sql/migrations.ts";
import type { Tables } from "../sql/schema.ts";
import { findUnreadableRows, readShopFacts } from "../sql/shop-facts.ts";
import { type NodeSqlite, openNodeSqlite } from "./node-sqlite-database.ts";
import { makeFile, problemOfOpening, refuseRemains } from "./open-sqlite.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";

const over = ({ database }: NodeSqlite) => new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
/** Problems of one file that are worth reading; a damaged one has thousands. */
const mostFindings = 5;

/** A larger file is checked without comparing each index with its table, which takes half a minute a gigabyte. */
const mostBytesInFull = 1e9;

/** What SQLite finds wrong with its pages. */
function findDamage({ raw }: NodeSqlite, check: "integrity_check" | "quick_check"): readonly string[] {
  return raw
    .prepare(`pragma ${check}(${mostFindings})`)
    .all()
    .map((row) => String(row[check]))
    .filter((line) => line !== "ok");
}

/** On a disk that cannot be written SQLite cannot note that somebody reads; there nobody writes either. */
function openToRead(path: string): NodeSqlite {
  try {
    const sqlite = openNodeSqlite(path, true);
    try {
      sqlite.raw.prepare("select count(*) from sqlite_master").get();
      return sqlite;
    } catch (error) {
      sqlite.raw.close();
      throw error;
    }
  } catch (error) {
    const problem = problemOfOpening(error);
    const unwritable = problem instanceof ProblemError && problem.problem.code === "DATA_FOLDER_UNUSABLE";
    const log = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (!unwritable || log > 0) throw problem;
    return openNodeSqlite(new URL(`${pathToFileURL(path).href}?immutable=1`), true);
  }
}

/** The store in a file, to be looked at and copied; it is not made, not brought up to date, not written. */
export function careForSqlite(path: string): StoreCare {
  refuseRemains(path);
  if (!existsSync(path)) throw new ProblemError({ code: "FILE_MISSING", detail: `there is no store: ${basename(path)} is not in the data folder` });
  let sqlite: NodeSqlite;
  try {
    sqlite = openToRead(path);
  } catch (error) {
    throw problemOfOpening(error);
  }
  const db = over(sqlite);
  async function attempt<Value>(use: () => Promise<Value>): Promise<Value> {
    try {
      return await use();
    } catch (error) {
      throw problemOfOpening(error);
    }
  }
  return {
    kind: "sqlite",
    facts: () =>
      attempt(async (): Promise<StoreFacts> => {
        const integrity = findDamage(sqlite, statSync(path).size <= mostBytesInFull ? "integrity_check" : "quick_check");
        const steps = await stepsTaken(db, sqliteDialect);
        const there = [...(await tablesOf(db, sqliteDialect)).keys()];
        const known = steps?.every((step) => schemaSteps.includes(step)) === true;
        const ours = [...(await ourTables(known ? steps.at(-1) : undefined)).keys()];
        return {
          kind: "sqlite",
          steps,
          knownSteps: schemaSteps,
          integrity,
          missingTables: ours.filter((table) => !there.includes(table)),
          foreignTables: there.filter((table) => !ours.includes(table)),
          bytes: statSync(path).size,
          clock: null,
          database: null,
        };
      }),
    isUpToDate: () => attempt(async () => isUpToDate(await stepsTaken(db, sqliteDialect))),
    assertSound: ({ pages }) =>
      attempt(async () => {
        const found = pages ? findDamage(sqlite, "quick_check")[0] : undefined;
        if (found !== undefined)
          throw new ProblemError({ code: "STORE_DAMAGED", detail: `rapport.sqlite is damaged: ${found.replaceAll("\n", " ")}` });
        await assertTables(db, sqliteDialect);
      }),
    shopNamed: (name) =>
      attempt(async () => {
        await stepOf(db, sqliteDialect);
        return shopNamed(db, name);
      }),
    shopFacts: (now) => attempt(() => readShopFacts(db, now)),
    unreadableRows: () => attempt(() => findUnreadableRows(db)),
    backUp: (options, take) => attempt(() => db.transaction().execute((transaction) => writeBackup(transaction, sqliteDialect, options, take))),
    close: () => db.destroy(),
  };
}

function flushToDisk(path: string): void {
  const file = openSync(path, "r+");
  fsyncSync(file);
  closeSync(file);
}

/** Made at the end out of sorted rows, an index costs a tenth of what it costs row by row. Answers with what makes them. */
function dropIndexes({ raw }: NodeSqlite): () => void {
  const indexes = raw.prepare("select name, sql from sqlite_master where type = 'index' and sql is not null").all();
  for (const { name } of indexes) raw.exec(`drop index "${String(name)}"`);
  return () => {
    try {
      for (const { sql } of indexes) raw.exec(String(sql));
    } catch (error) {
      const translated = problemOfOpening(error);
      throw translated instanceof ProblemError ? translated : damaged("rows of it contradict each other", error);
    }
  };
}

/** A file that is not there yet, or a store with nothing in it. It is built beside that place and moved there when it is whole. */
export function restoreIntoSqlite(path: string): RestoreTarget {
  const building = `${path}.restoring`;
  const clear = () => {
    for (const ending of ["", "-wal", "-shm", "-journal"]) rmSync(building + ending, { force: true });
  };
  return {
    async holds() {
      if (!existsSync(path) && !existsSync(`${path}-wal`)) return null;
      if (existsSync(path) && statSync(path).size === 0 && !existsSync(`${path}-wal`)) return null;
      const care = careForSqlite(path);
      await care.close();
      const sqlite = openToRead(path);
      const db = over(sqlite);
      try {
        await stepOf(db, sqliteDialect);
        const shops = await shopsIn(db);
        return shops.length === 0 ? null : shops;
      } finally {
        await db.destroy();
      }
    },

    async fill(backup) {
      let db: Kysely<Tables> | null = null;
      try {
        clear();
        makeFile(building);
        const sqlite = openNodeSqlite(building);
        // Until it is whole it is worth nothing, so nothing is done for its safety before that.
        sqlite.raw.exec("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -262144");
        const open = over(sqlite);
        db = open;
        let checked: CheckedBackup;
        try {
          checked = await fillFromBackup(backup, sqliteDialect, {
            prepare: (step) => migrate(open, sqliteDialect, step),
            within: (fill) =>
              open.connection().execute(async (one) => {
                sqlite.raw.exec("begin");
                const rebuild = dropIndexes(sqlite);
                const filled = await fill(one);
                rebuild();
                sqlite.raw.exec("commit");
                return filled;
              }),
          });
          await migrate(open, sqliteDialect);
          sqlite.raw.exec("pragma wal_checkpoint(truncate)");
        } finally {
          await open.destroy();
          db = null;
        }
        flushToDisk(building);
        for (const ending of ["-wal", "-shm"]) rmSync(path + ending, { force: true });
        renameSync(building, path);
        flushFolder(dirname(path));
        return checked;
      } catch (error) {
        await db?.destroy();
        clear();
        throw problemOfOpening(error);
      }
    },
  };
}

/** The new name is on the disk, too. */
function flushFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Windows opens no folders; there the name is safe with the file.
  }
}
