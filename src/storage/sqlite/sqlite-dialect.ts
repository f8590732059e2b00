import { sql } from "kysely";
import type { Dialect } from "../sql/dialect.ts";
import { translateError } from "./translate-error.ts";

export const sqliteDialect: Dialect = {
  kind: "sqlite",
  bigInteger: "integer",
  bytes: "blob",
  maxParameters: 32_000,
  withGrowingKey: (table, column) => table.addColumn(column, "integer", (definition) => definition.primaryKey().autoIncrement()) as never,
  schemaOf: async () => undefined,
  // One writer at a time is what SQLite does anyway.
  // One writer at a time, from its first write on: what is read before that might be old when it writes.
  lockLog: async (transaction) => {
    await sql`update consumers set cursor = cursor where shop_id is null`.execute(transaction);
  },
  translateError,
};
