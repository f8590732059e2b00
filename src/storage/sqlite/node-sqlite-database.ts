import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import { insertEach, isForEachRow } from "./for-each-row.ts";
import { type Bindable, type Compiled, iterateRows, readRows } from "./read-rows.ts";
import { isDamage, translateError } from "./translate-error.ts";

/** Statements are compiled once and kept; a hundred differ at the most, the rest are lists of another length. */
const maxKeptStatements = 300;

/** So long a statement waits for another connection's lock, and its thread with it. */
const lockPatienceMs = 10_000;

const changesTables = /^\s*(create|alter|drop)\b/i;

export type NodeSqlite = {
  readonly database: SqliteDatabase;
  readonly raw: DatabaseSync;
  /** Throws ProblemError STORE_DAMAGED once a damaged page was met. */
  assertSound(): void;
  /** The one who is told after each commit. */
  onCommit(listener: () => void): void;
  /** Begins a transaction that writes; false, at once, while another connection does, or with `last` an error. */
  begin(last: boolean): boolean;
  /** Whether a commit waits for the disk: what it is, after it was set where something is given. */
  flushing(set?: Flushing): Flushing;
};

export type Flushing = "normal" | "full";
const busy = 5;
const isBusy = (error: unknown): boolean => error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === busy;

/** Lets Kysely's SQLite dialect drive the SQLite that is built into Node. Its errors come out as problems of the catalogue. `look`: before anything is written. */
export function openNodeSqlite(path: string | URL, readOnly = false, look: (raw: DatabaseSync) => void = () => {}, cacheMb = 64): NodeSqlite {
  const raw = new DatabaseSync(path, { readOnly });
  try {
    raw.exec(`pragma busy_timeout = ${lockPatienceMs}; pragma cache_size = ${-1024 * cacheMb}; pragma temp_store = memory`);
    look(raw);
    // Acknowledged means durable: FULL makes a commit wait for the disk. WAL lets readers go on meanwhile.
    // What is deleted is overwritten: a row that was forgotten is not to be read in a free page.
    // Pages that change again and again go back into the file every 8000 pages of WAL (32 MB), not every 1000; a server has them put back
    // by a thread, sooner.
    if (!readOnly) raw.exec("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 8000; pragma secure_delete = on");
  } catch (error) {
    raw.close();
    throw error;
  }
  const kept = new Map<string, Compiled>();
  let damage: ProblemError | null = null;
  let committed = () => {};

  function compile(text: string): Compiled {
    const known = kept.get(text);
    if (known !== undefined) {
      kept.delete(text);
      kept.set(text, known);
      return known;
    }
    // What a kept statement answers with may be another thing from here on.
    if (changesTables.test(text)) kept.clear();
    const statement = raw.prepare(text);
    const names = statement.columns().map(({ name }) => name);
    statement.setReturnArrays(true);
    const compiled = { statement, names };
    kept.set(text, compiled);
    if (kept.size > maxKeptStatements) kept.delete(kept.keys().next().value!);
    return compiled;
  }

  /** What is built on a damaged page damages more, so nothing is written any longer; what can be read still is. */
  function translate(error: unknown): unknown {
    if (damage !== null) return damage;
    const translated = translateError(error);
    if (isDamage(error)) {
      damage = translated as ProblemError;
      raw.exec("pragma query_only = on");
    }
    return translated;
  }

  function attempt<Value>(use: () => Value): Value {
    try {
      return use();
    } catch (error) {
      throw translate(error);
    }
  }

  const database: SqliteDatabase = {
    close: () => raw.close(),
    prepare(text: string): SqliteStatement {
      const compiled = attempt(() => compile(text));
      const { statement, names } = compiled;
      const eachRow = isForEachRow(text);
      return {
        reader: eachRow || names.length > 0,
        all: (parameters) =>
          attempt(() => (eachRow ? insertEach(statement, parameters as readonly Bindable[][]) : readRows(compiled, text, parameters as Bindable[]))),
        run: (parameters) => {
          // On a full disk SQLite rolls back by itself; rolling back once more would hide why.
          if (text === "rollback" && !raw.isTransaction) return { changes: 0, lastInsertRowid: 0 };
          const done = attempt(() => statement.run(...(parameters as Bindable[])));
          if (text === "commit") committed();
          return done;
        },
        iterate: (parameters) => iterateRows(compiled, parameters as Bindable[]),
      };
    },
  };
  let begins: StatementSync | null = null;
  return {
    database,
    raw,
    begin(last) {
      begins ??= raw.prepare("begin immediate");
      raw.exec("pragma busy_timeout = 0");
      try {
        begins.run();
        return true;
      } catch (error) {
        if (!last && isBusy(error)) return false;
        throw translate(error);
      } finally {
        raw.exec(`pragma busy_timeout = ${lockPatienceMs}`);
      }
    },
    flushing(set) {
      if (set !== undefined) raw.exec(`pragma synchronous = ${set}`);
      return raw.prepare("pragma synchronous").get()?.synchronous === 1 ? "normal" : "full";
    },
    onCommit(listener) {
      committed = listener;
    },
    assertSound() {
      if (damage !== null) throw new ProblemError(damage.problem, { cause: damage });
    },
  };
}
