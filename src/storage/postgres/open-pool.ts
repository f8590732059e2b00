import pg from "pg";
import { ProblemError } from "#domain/problem.ts";
import { translateError } from "./translate-error.ts";

/** The server's type number for 8-byte integers; they all fit a double here (times, positions, counts). */
const int8 = 20;

const maxConnections = 10;
/** Whoever finds so many waiting for a connection is told to come back later. */
const maxWaiting = 1_000;
/** So long somebody waits for a connection, in the pool and to the server. */
const connectLimitMs = 5_000;
/** So long a statement waits for what another transaction holds. */
const lockLimitMs = 8_000;
/** A process that stops in the middle of a transaction does not hold up the others for longer; shorter than they wait for its locks. */
const idleInTransactionLimitMs = 6_000;

/** PostgreSQL's text cannot hold the character U+0000, and no word needs it. */
const withoutNul = (value: unknown) => (typeof value === "string" && value.includes("\u0000") ? value.replaceAll("\u0000", "") : value);

export const clientSettings = (connectionString: string) =>
  ({
    connectionString,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    connectionTimeoutMillis: connectLimitMs,
    application_name: "rapport",
  }) as const;

/** What Kysely wants of a pool. */
export type BoundedPool = { connect(): Promise<pg.PoolClient>; end(): Promise<void>; readonly options: object };

/**
 * Connections to the server, no more than so many, with no more than so many waiting for one. Everything that goes wrong
 * comes out as a problem of the catalogue, and a connection that dies is replaced without anybody's doing.
 */
export function openPool(connectionString: string, idleLimitMs = idleInTransactionLimitMs): BoundedPool {
  const pool = new pg.Pool({
    ...clientSettings(connectionString),
    max: maxConnections,
    lock_timeout: lockLimitMs,
    idle_in_transaction_session_timeout: idleLimitMs,
    types: {
      getTypeParser: ((type: number, format?: "text" | "binary") =>
        type === int8 ? Number : pg.types.getTypeParser(type, format as "text")) as never,
    },
  });
  pool.on("connect", (client) => {
    // It may be cut while somebody holds it, too; whoever does is told by their query. Unheard, it would end the process.
    client.on("error", () => {});
    const query = client.query.bind(client) as (...words: unknown[]) => unknown;
    Object.assign(client, {
      query(text: unknown, values: unknown, ...rest: unknown[]) {
        const answer = query(text, Array.isArray(values) ? values.map(withoutNul) : values, ...rest);
        return answer instanceof Promise
          ? answer.catch((error: unknown) => {
              throw translateError(error);
            })
          : answer;
      },
    });
  });
  pool.on("error", () => {});
  return {
    options: pool.options,
    async connect() {
      if (pool.waitingCount >= maxWaiting) throw new ProblemError({ code: "OVERLOADED", detail: "too many requests are waiting for PostgreSQL" });
      try {
        return await pool.connect();
      } catch (error) {
        throw translateError(error);
      }
    },
    end: () => pool.end(),
  };
}
