import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { ProblemError } from "#domain/problem.ts";
import type { Store } from "../ports.ts";
import type { Dialect } from "../sql/dialect.ts";
import { openStore } from "../sql/open-store.ts";
import type { Tables } from "../sql/schema.ts";

/** The server's type number for 8-byte integers; they all fit a double here (times, positions, counts). */
const int8 = 20;

/** Any number that nobody else takes: the first half of the advisory lock's key. */
const logLock = 7_262_001;

function translateError(error: unknown): unknown {
  if (error instanceof ProblemError || !(error instanceof Error) || !("code" in error)) return error;
  const code = String(error.code);
  // Class 53: out of disk, memory or connections. 08 and 57: the connection or the server went away.
  if (code === "53100") return new ProblemError({ code: "STORE_FULL", detail: "PostgreSQL's disk took no more" }, { cause: error });
  if (/^(53|08|57)/.test(code) || ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "28P01", "28000", "3D000"].includes(code)) {
    return new ProblemError({ code: "STORE_UNAVAILABLE", detail: `PostgreSQL cannot be reached (${code})` }, { cause: error });
  }
  return error;
}

const dialect: Dialect = {
  kind: "postgres",
  bigInteger: "bigint",
  bytes: "bytea",
  maxParameters: 60_000,
  withGrowingKey: (table, column) => table.addColumn(column, "bigserial", (definition) => definition.primaryKey()) as never,
  async schemaOf(db) {
    const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(db);
    return rows[0]?.schema;
  },
  async lockLog(transaction, shopId) {
    await sql`select pg_advisory_xact_lock(${logLock}, hashtext(${shopId}))`.execute(transaction);
  },
  translateError,
};

/** PostgreSQL's text cannot hold the character U+0000, and no word needs it. */
const withoutNul = (value: unknown) => (typeof value === "string" && value.includes("\u0000") ? value.replaceAll("\u0000", "") : value);

/** Opens the store in a PostgreSQL database. Throws ProblemError STORE_UNAVAILABLE or STORE_NEWER. */
export async function openPostgres(connectionString: string): Promise<Store> {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    types: {
      getTypeParser: ((type: number, format?: "text" | "binary") =>
        type === int8 ? Number : pg.types.getTypeParser(type, format as "text")) as never,
    },
  });
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...words: unknown[]) => unknown;
    Object.assign(client, {
      query: (text: unknown, values: unknown, ...rest: unknown[]) => query(text, Array.isArray(values) ? values.map(withoutNul) : values, ...rest),
    });
  });
  // A connection that dies while idle is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => {});
  return openStore(new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }), dialect);
}
