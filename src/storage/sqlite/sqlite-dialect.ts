import { CompiledQuery } from "kysely";
import type { Dialect } from "../sql/dialect.ts";
import { insertLogInto, unlessKnown } from "../sql/insert-log.ts";
import { logColumns } from "../sql/log-row.ts";
import { forEachRow, type InsertedRow } from "./for-each-row.ts";
import { translateError } from "./translate-error.ts";

const flushLater = CompiledQuery.raw("pragma synchronous = normal");
const flushAlways = CompiledQuery.raw("pragma synchronous = full");
const lock = CompiledQuery.raw("update consumers set cursor = cursor where shop_id is null");
/** A statement a row: it is compiled once whatever their number, and SQLite is quicker at it than at many rows in one. */
const insert = forEachRow(`${insertLogInto} (${logColumns.map(() => "?").join(", ")}) ${unlessKnown}`);

export const sqliteDialect: Dialect = {
  kind: "sqlite",
  bigInteger: "integer",
  bytes: "blob",
  maxParameters: 32_000,
  withGrowingKey: (table, column) => table.addColumn(column, "integer", (definition) => definition.primaryKey().autoIncrement()) as never,
  schemaOf: async () => undefined,
  // One writer at a time is what SQLite does anyway, from its first write on: what is read before that might be old when it writes.
  lockLog: async (transaction) => {
    await transaction.executeQuery(lock);
  },
  async insertLog(transaction, rows) {
    const inserted = await transaction.executeQuery<InsertedRow>(CompiledQuery.raw(insert, rows as never));
    return inserted.rows.map(({ seq }) => seq);
  },
  // For as long as nobody else has the connection.
  withoutFlush: (db, work) =>
    db.connection().execute(async (connection) => {
      await connection.executeQuery(flushLater);
      try {
        return await connection.transaction().execute(work);
      } finally {
        await connection.executeQuery(flushAlways);
      }
    }),
  translateError,
};
