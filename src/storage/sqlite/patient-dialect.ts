import { setTimeout as sleep } from "node:timers/promises";
import { type DatabaseConnection, SqliteAdapter, SqliteDialect, SqliteDriver } from "kysely";
import type { NodeSqlite } from "./node-sqlite-database.ts";

/** As long as SQLite itself would wait for a lock. */
const patienceMs = 10_000;
const pauseMs = 1;

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
 * for the lock when a transaction begins, and while somebody else has it (learning that publishes, a checkpoint) lets everybody else
 * go on.
 */
class PatientDriver extends SqliteDriver {
  readonly #sqlite: NodeSqlite;
  readonly #turns = createTurns();

  constructor(sqlite: NodeSqlite) {
    super({ database: sqlite.database });
    this.#sqlite = sqlite;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    await this.#turns.take();
    return super.acquireConnection();
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
