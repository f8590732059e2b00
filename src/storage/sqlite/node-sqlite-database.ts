import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";

type Bindable = null | number | bigint | string | Uint8Array;

/** Statements are compiled once and kept; a hundred differ at the most, the rest are lists of another length. */
const maxKeptStatements = 300;

/** Lets Kysely's SQLite dialect drive the SQLite that is built into Node. */
export function openNodeSqlite(path: string): { database: SqliteDatabase; raw: DatabaseSync } {
  const raw = new DatabaseSync(path);
  // Acknowledged means durable: FULL makes a commit wait for the disk. WAL lets readers go on meanwhile.
  raw.exec(
    "pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536; pragma temp_store = memory",
  );
  const kept = new Map<string, StatementSync>();

  function compile(text: string): StatementSync {
    const known = kept.get(text);
    if (known !== undefined) {
      kept.delete(text);
      kept.set(text, known);
      return known;
    }
    const statement = raw.prepare(text);
    kept.set(text, statement);
    if (kept.size > maxKeptStatements) kept.delete(kept.keys().next().value!);
    return statement;
  }

  const database: SqliteDatabase = {
    close: () => raw.close(),
    prepare(text: string): SqliteStatement {
      const statement = compile(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as Bindable[])),
        run: (parameters) => {
          // On a full disk SQLite rolls back by itself; rolling back once more would hide why.
          if (text === "rollback" && !raw.isTransaction) return { changes: 0, lastInsertRowid: 0 };
          return statement.run(...(parameters as Bindable[]));
        },
        iterate: (parameters) => statement.iterate(...(parameters as Bindable[])),
      };
    },
  };
  return { database, raw };
}
