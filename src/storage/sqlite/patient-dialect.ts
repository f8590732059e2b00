import { setTimeout as sleep } from "node:timers/promises";
import { CompiledQuery, type DatabaseConnection, SqliteAdapter, SqliteDialect, SqliteDriver } from "kysely";
import type { NodeSqlite } from "./node-sqlite-database.ts";

/** As long as SQLite itself would wait for a lock. */
const patienceMs = 10_000;
const pauseMs = 1;
const writes = /^\s*(insert|update|delete|replace)\b/i;
const [commit, rollback] = [CompiledQuery.raw("commit"), CompiledQuery.raw("rollback")];

/** One at a time, in the order in which they came. */
function createTurns() {
  const waiting: (() => void)[] = [];
  let taken = false;
  return {
    async take(): Promise<void> {
      if (taken) await new Promise<void>((resolve) => waiting.push(resolve));
      taken = true;
    },
    /** Handed straight to the next. */
    leave(): void {
      const next = waiting.shift();
      if (next === undefined) taken = false;
      else next();
    },
  };
}

/**
 * SQLite waits for another connection's lock by putting its thread to sleep, and on a server that is the thread that answers. This driver asks
 * for the lock when a transaction begins, or a statement that writes by itself, and while somebody else has it (learning that publishes, a checkpoint) lets everybody else
 * go on.
 */
class PatientDriver extends SqliteDriver {
  readonly #sqlite: NodeSqlite;
  readonly #turns = createTurns();
  #patient: DatabaseConnection | null = null;

  constructor(sqlite: NodeSqlite) {
    super({ database: sqlite.database });
    this.#sqlite = sqlite;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    await this.#turns.take();
    const connection = await super.acquireConnection();
    this.#patient ??= this.#writePatiently(connection);
    return this.#patient;
  }

  /** A statement that writes by itself has a transaction of its own. */
  #writePatiently(connection: DatabaseConnection): DatabaseConnection {
    return {
      streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
      executeQuery: async <Row>(query: CompiledQuery) => {
        if (this.#sqlite.raw.isTransaction || !writes.test(query.sql)) return connection.executeQuery<Row>(query);
        await this.beginTransaction();
        try {
          const result = await connection.executeQuery<Row>(query);
          await connection.executeQuery(commit);
          return result;
        } catch (error) {
          await connection.executeQuery(rollback);
          throw error;
        }
      },
    };
  }

  override async releaseConnection(): Promise<void> {
    this.#turns.leave();
  }

  override async beginTransaction(): Promise<void> {
    const { begin, flushing } = this.#sqlite;
    const since = performance.now();
    while (!begin(performance.now() - since > patienceMs)) {
      // Whoever comes in between commits as everybody does, whatever this one was going to do.
      const own = flushing();
      flushing("full");
      this.#turns.leave();
      await sleep(pauseMs);
      await this.#turns.take();
      flushing(own);
    }
  }
}

/** The driver sees to it by itself that one connection serves one at a time. */
class PatientAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

export class PatientDialect extends SqliteDialect {
  readonly #sqlite: NodeSqlite;

  constructor(sqlite: NodeSqlite) {
    super({ database: sqlite.database });
    this.#sqlite = sqlite;
  }

  override createDriver(): SqliteDriver {
    return new PatientDriver(this.#sqlite);
  }

  override createAdapter(): SqliteAdapter {
    return new PatientAdapter();
  }
}
