import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthReply } from "#server/contract/console.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { type ApiClient, bearer, createApiClient, type Reply } from "../support/api-client.ts";
import { postgresUrl } from "../support/fresh-schema.ts";
import { createOwnPostgres, type OwnPostgres } from "../support/own-postgres.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { waitUntil } from "../support/wait-until.ts";

// PostgreSQL is restarted, crashes, and cuts connections in the middle of transactions, while a client goes on sending.
// Everything is answered; what was acknowledged is there, once; and everything goes on by itself.

const people = 20;

if (postgresUrl === undefined) {
  describe("PostgreSQL restarted", () => {
    it.skip("skipped: needs PostgreSQL (set RAPPORT_TEST_POSTGRES_URL)", () => {});
  });
} else {
  describe("PostgreSQL restarted", () => {
    let postgres: OwnPostgres;
    let server: RunningRapport;
    let api: ApiClient;
    const acknowledged = new Set<string>();
    const refusals = new Map<string, number>();
    const faults: string[] = [];
    let sent = 0;

    beforeAll(async () => {
      const own = await createOwnPostgres();
      if (own === null) throw new Error("the programs of PostgreSQL are missing");
      postgres = own;
      postgres.start();
      const environment = { RAPPORT_DATABASE_URL: postgres.url };
      const created = await runRapport(["shop", "create", "Restart", "--json"], environment);
      server = await serveRapport([], environment, true);
      api = createApiClient(server.address, bearer((JSON.parse(created.stdout) as { serverKey: string }).serverKey));
      for (let person = 0; person < people; person++)
        await api.put("/v1/consents", { customerId: `c-${person}`, purposes: { personalize: true, learn: true, measure: true } });
    });
    afterAll(async () => {
      await server?.killHard();
      postgres?.remove();
    });

    const query = async <Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      try {
        return (await client.query<Row>(text, [...values])).rows;
      } finally {
        await client.end();
      }
    };

    /** Batches until told to stop; what is refused is sent again, under the same message ids. */
    async function send(isOver: () => boolean): Promise<void> {
      let batch: { messageId: string }[] = [];
      while (!isOver() || batch.length > 0) {
        if (batch.length === 0) {
          batch = Array.from({ length: 10 }, () => {
            const number = sent++;
            return {
              type: "track",
              messageId: `r-${number}`,
              userId: `c-${number % people}`,
              event: "Product Viewed",
              properties: { product_id: `item-${number % 7}` },
            };
          });
        }
        const reply: Reply<IngestReply & ErrorReply> = await api.post("/v1/batch", { batch });
        if (reply.status === 200) {
          const { accepted, dropped } = reply.body;
          if (accepted + (dropped.DUPLICATE ?? 0) !== batch.length) faults.push(reply.text);
          for (const { messageId } of batch) acknowledged.add(messageId);
          batch = [];
          continue;
        }
        const { code } = reply.body.error;
        refusals.set(code, (refusals.get(code) ?? 0) + 1);
        if (reply.status !== 503 || reply.headers.get("retry-after") === null) faults.push(`${reply.status} ${code}`);
        await sleep(100);
      }
    }

    async function whileSending(work: () => Promise<void>): Promise<void> {
      let over = false;
      const sending = Promise.all([send(() => over), send(() => over), send(() => over)]);
      await sleep(500);
      await work();
      const before = acknowledged.size;
      await waitUntil("events are taken in again", () => (acknowledged.size > before + 50 ? true : null));
      over = true;
      await sending;
      expect(faults).toEqual([]);
      const ids = (await query<{ id: string }>("select message_id as id from log where message_id like 'r-%'")).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const there = new Set(ids);
      expect([...acknowledged].filter((id) => !there.has(id))).toEqual([]);
    }
    const learnt = () =>
      waitUntil("everything learnt", async () => {
        const { status, body } = await api.get<HealthReply>("/health");
        return status === 200 && body.learner.role === "leader" && body.learner.lagEvents === 0 ? true : null;
      });

    it("in order: requests are told to come back, nothing acknowledged is lost, learning goes on", async () => {
      await whileSending(async () => {
        postgres.stop("fast");
        const { status, body } = await api.get<HealthReply>("/health");
        expect([status, body.status, body.store.ok]).toEqual([503, "degraded", false]);
        const asked = await api.post<ErrorReply>("/v1/recommendations", { surface: "for-you", customerId: "c-1", n: 3 });
        expect([asked.status, asked.body.error.code]).toEqual([503, "STORE_UNAVAILABLE"]);
        expect((await api.get("/metrics")).status).toBe(200);
        await sleep(1_000);
        postgres.start();
      });
      await learnt();
    });

    it("by a crash", async () => {
      await whileSending(async () => {
        postgres.stop("immediate");
        await sleep(500);
        postgres.start();
      });
      await learnt();
    });

    it("connections cut in the middle of transactions, again and again", async () => {
      const refusedBefore = refusals.get("STORE_UNAVAILABLE") ?? 0;
      await whileSending(async () => {
        for (let round = 0; round < 10; round++) {
          await query("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'rapport%' and pid <> pg_backend_pid()");
          await sleep(200);
        }
      });
      await learnt();
      expect([...refusals.keys()]).toEqual(["STORE_UNAVAILABLE"]);
      process.stdout.write(
        `PostgreSQL restarted: ${acknowledged.size} events acknowledged, none lost; ${refusals.get("STORE_UNAVAILABLE")} requests told to come back (${(refusals.get("STORE_UNAVAILABLE") ?? 0) - refusedBefore} by cut connections)\n`,
      );
    });

    it("the server itself is still the one that was started", async () => {
      expect(server.output()).not.toContain("at ");
      expect(await server.stop()).toBe(0);
    });
  });
}
