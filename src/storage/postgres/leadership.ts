import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Leadership } from "../ports/leadership.ts";
import { clientSettings } from "./open-pool.ts";

/** Any number that nobody else takes: the first half of the advisory lock's key; the schema is the other. */
const leaderLock = 7_262_002;
export const tryToLead = `select pg_try_advisory_lock(${leaderLock}, hashtext(coalesce(current_schema(), ''))) as held`;
/** Between two tries to get it, and between two looks whether it is still held. */
const beatMs = 1_000;
/** An answer that takes longer is none. */
const answerLimitMs = 4_000;
/** The server ends a session that has been silent for longer: its process hangs, or the network between is gone. */
const silenceLimitMs = 8_000;

/**
 * Whoever holds an advisory lock of the database leads. It belongs to a connection of its own, which does nothing else:
 * the server gives it free at the moment that connection ends, and a connection that is lost is a leadership that is lost.
 */
export function createPostgresLeadership(connectionString: string): Pick<Leadership, "campaign"> {
  return {
    campaign(onChange) {
      const stopping = new AbortController();
      let leads = false;
      let heardAt = Number.NEGATIVE_INFINITY;
      let current: pg.Client | null = null;

      function lead(now: boolean): void {
        if (leads === now) return;
        leads = now;
        onChange(now);
      }

      /** One connection's life: tries until it has the lock, then looks that it still has; returns when the connection ends. */
      async function stand(client: pg.Client): Promise<void> {
        const ended = new Promise<never>((_resolve, reject) => {
          client.once("error", reject);
          client.once("end", () => reject(new Error("ended")));
        });
        ended.catch(() => lead(false));
        const ask = async (text: string) => {
          const limit = new AbortController();
          const late = sleep(answerLimitMs, undefined, { signal: limit.signal }).then(() => Promise.reject(new Error("no answer")));
          late.catch(() => {});
          try {
            const { rows } = await Promise.race([client.query<{ held: boolean }>(text), ended, late]);
            heardAt = performance.now();
            return rows;
          } finally {
            limit.abort();
          }
        };
        await Promise.race([client.connect(), ended]);
        await ask(`set idle_session_timeout = ${silenceLimitMs}`);
        await ask("set tcp_keepalives_idle = 5");
        await ask("set tcp_keepalives_interval = 2");
        await ask("set tcp_keepalives_count = 3");
        while (!stopping.signal.aborted) {
          if (leads) await ask("select true as held");
          else {
            const [row] = await ask(tryToLead);
            if (row?.held === true && !stopping.signal.aborted) lead(true);
          }
          await Promise.race([sleep(beatMs, undefined, { signal: stopping.signal }).catch(() => {}), ended]);
        }
      }

      async function run(): Promise<void> {
        while (!stopping.signal.aborted) {
          const client = new pg.Client({ ...clientSettings(connectionString), application_name: "rapport leader" });
          current = client;
          try {
            await stand(client);
          } catch {
            // Lost, or never had: stand again on a new connection.
          }
          lead(false);
          // Not waited for: a server that does not answer does not say goodbye either.
          client.end().catch(() => {});
          if (!stopping.signal.aborted) await sleep(beatMs, undefined, { signal: stopping.signal }).catch(() => {});
        }
      }

      const running = run();
      return {
        // Whoever wakes after a long stop may have been replaced, and is only about to hear of it.
        leads: () => leads && performance.now() - heardAt < silenceLimitMs,
        async stop() {
          stopping.abort();
          await Promise.race([running, sleep(answerLimitMs, undefined, { ref: false })]);
          await Promise.race([current?.end().catch(() => {}), sleep(1_000, undefined, { ref: false })]);
        },
      };
    },
  };
}
