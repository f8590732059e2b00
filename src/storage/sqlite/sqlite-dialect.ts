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
  lockLog: async () => {},
  translateError,
};
