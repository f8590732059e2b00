import { Kysely, PostgresDialect, sql } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import { fillFromBackup } from "../backup-restore.ts";
import { assertTables, ourTables, stepsTaken, tablesOf } from "../backup-tables.ts";
import { shopNamed, shopsIn, stepOf, writeBackup } from "../backup-write.ts";
import type { RestoreTarget, StoreCare, StoreFacts } from "../ports/store-care.ts";
import { isUpToDate, migrate, schemaSteps } from "../sql/migrations.ts";
import type { Tables } from "../sql/schema.ts";
import { readShopFacts } from "../sql/shop-facts.ts";
import { readDatabaseFacts } from "./database-facts.ts";
import { openPool } from "./open-pool.ts";
import { dialect } from "./open-postgres.ts";
import { findUnreadableRows } from "./unreadable-rows.ts";

const migratorsOwn = /^kysely_/;
/** A backup may go to, or come from, something slow: a tape, a network, somebody who has stopped the pipe. */
const idleLimitMs = 600_000;
const open = (connectionString: string) =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool: openPool(connectionString, idleLimitMs) as never }) });

/** The store in a PostgreSQL database, to be looked at and copied; it is not made and not brought up to date. */
export function careForPostgres(connectionString: string): StoreCare {
  const db = open(connectionString);
  async function attempt<Value>(use: () => Promise<Value>): Promise<Value> {
    try {
      return await use();
    } catch (error) {
      throw dialect.translateError(error);
    }
  }
  return {
    kind: "postgres",
    facts: () =>
      attempt(async (): Promise<StoreFacts> => {
        const steps = await stepsTaken(db, dialect);
        const there = [...(await tablesOf(db, dialect)).keys()];
        const known = steps?.every((step) => schemaSteps.includes(step)) === true;
        const ours = [...(await ourTables(known ? steps.at(-1) : undefined)).keys()];
        const everOurs = new Set([...ours, ...(await ourTables()).keys()]);
        const { rows } = await sql<{
          bytes: number;
          clock: number;
        }>`select pg_database_size(current_database()) as bytes, extract(epoch from clock_timestamp())::double precision * 1000 as clock`.execute(db);
        return {
          kind: "postgres",
          steps,
          knownSteps: schemaSteps,
          // PostgreSQL checks its own pages as they are read.
          integrity: [],
          missingTables: steps === null ? [] : ours.filter((table) => !there.includes(table)),
          foreignTables: steps === null ? [] : there.filter((table) => !everOurs.has(table) && !migratorsOwn.test(table)).sort(),
          bytes: Number(rows[0]!.bytes),
          clock: Number(rows[0]!.clock),
          database: await readDatabaseFacts(db),
        };
      }),
    // PostgreSQL looks after its pages itself.
    assertSound: () => attempt(() => assertTables(db, dialect)),
    isUpToDate: () => attempt(async () => isUpToDate(await stepsTaken(db, dialect))),
    shopNamed: (name) =>
      attempt(async () => {
        await stepOf(db, dialect);
        return shopNamed(db, name);
      }),
    shopFacts: (now) => attempt(() => readShopFacts(db, now)),
    unreadableRows: () => attempt(() => findUnreadableRows(db)),
    backUp: (options, take) =>
      attempt(() =>
        db
          .transaction()
          .setIsolationLevel("repeatable read")
          .execute((transaction) => writeBackup(transaction, dialect, options, take)),
      ),
    close: () => db.destroy(),
  };
}

/** A schema without our tables, or a store with nothing in it. */
export function restoreIntoPostgres(connectionString: string): RestoreTarget {
  async function within<Value>(use: (db: Kysely<Tables>) => Promise<Value>): Promise<Value> {
    const db = open(connectionString);
    try {
      return await use(db);
    } catch (error) {
      throw dialect.translateError(error);
    } finally {
      await db.destroy();
    }
  }
  return {
    holds: () =>
      within(async (db) => {
        if ((await stepsTaken(db, dialect)) === null) return null;
        await stepOf(db, dialect);
        const shops = await shopsIn(db);
        return shops.length === 0 ? null : shops;
      }),
    fill: (backup) =>
      within(async (db) => {
        const checked = await fillFromBackup(backup, dialect, {
          async prepare(step) {
            // A store without shops is not without rows: it is made anew, in the step that the backup was written in.
            if ((await stepsTaken(db, dialect)) !== null) await dropEmptyStore(db);
            await migrate(db, dialect, step);
          },
          within: (fill) => db.transaction().execute(fill),
        });
        await migrate(db, dialect);
        return checked;
      }),
  };
}

/** Takes away our own tables, and only as long as nothing is in the store. */
async function dropEmptyStore(db: Kysely<Tables>): Promise<void> {
  const ours = await ourTables();
  await db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from shops`.execute(transaction);
    if (Number(rows[0]?.n) !== 0) throw new ProblemError({ code: "RESTORE_TARGET_TAKEN", detail: "somebody made a shop there just now" });
    for (const table of (await tablesOf(transaction, dialect)).keys())
      if (ours.has(table)) await sql`drop table ${sql.table(table)}`.execute(transaction);
    await sql`drop table kysely_migration`.execute(transaction);
    await sql`drop table kysely_migration_lock`.execute(transaction);
  });
}
