import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthReply } from "#server/contract/console.ts";
import { type ApiClient, bearer, createApiClient } from "../support/api-client.ts";
import { freshSchema, postgresUrl } from "../support/fresh-schema.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { waitUntil } from "../support/wait-until.ts";

// The log is locked by somebody else's transaction while clients send as fast as they are answered: they are told to come
// back, the process does not grow without bound, and once the lock is gone everything goes on.

const people = 50;
const floodMs = 12_000;
const senders = 200;
/** Without bounds it grows by as much every few seconds. */
const maxGrowthMb = 700;

if (postgresUrl === undefined) {
  describe("back-pressure", () => {
    it.skip("skipped: needs PostgreSQL (set RAPPORT_TEST_POSTGRES_URL)", () => {});
  });
} else {
  describe("back-pressure", () => {
    let schema: Awaited<ReturnType<typeof freshSchema>>;
    let server: RunningRapport;
    let api: ApiClient;
    let locker: pg.Client;

    beforeAll(async () => {
      schema = await freshSchema(postgresUrl!);
      const environment = { RAPPORT_DATABASE_URL: schema.url };
      const created = await runRapport(["shop", "create", "Flood", "--json"], environment);
      server = await serveRapport([], environment, true);
      api = createApiClient(server.address, bearer((JSON.parse(created.stdout) as { serverKey: string }).serverKey));
      for (let person = 0; person < people; person++)
        await api.put("/v1/consents", { customerId: `c-${person}`, purposes: { personalize: true, learn: true, measure: true } });
      locker = new pg.Client({ connectionString: schema.url });
      await locker.connect();
    });
    afterAll(async () => {
      await server?.killHard();
      await locker?.end();
      await schema?.drop();
    });

    const rssMb = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))![1]) / 1024;

    it("a store that stands still: 429 or 503 with Retry-After, bounded memory, and all goes on when it moves again", {
      timeout: 120_000,
    }, async () => {
      let number = 0;
      const statuses = new Map<number, number>();
      const unsaid: string[] = [];
      const faults = new Set<string>();
      const acknowledged: string[] = [];
      let over = false;
      async function flood(): Promise<void> {
        while (!over) {
          const batch = Array.from({ length: 400 }, () => ({
            type: "track",
            messageId: `f-${number++}`,
            userId: `c-${number % people}`,
            event: "Product Viewed",
            properties: { product_id: `item-${number % 20}`, name: "x".repeat(200) },
          }));
          const reply = await api.post("/v1/batch", { batch }).catch((error: Error) => {
            faults.add(`${error.name} ${String(error.cause)}`);
            return null;
          });
          const status = reply?.status ?? 0;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (status === 200) acknowledged.push(...batch.map(({ messageId }) => messageId));
          else {
            const waitSeconds = reply?.headers.get("retry-after") ?? null;
            if ((status !== 429 && status !== 503) || waitSeconds === null) unsaid.push(`${status} ${reply?.text ?? ""}`);
            // As a client does that keeps to what it is told; what it had is given up, so that there is always more.
            await sleep(1000 * Number(waitSeconds));
          }
        }
      }
      const before = rssMb();
      await locker.query("begin; lock table log in exclusive mode");
      const flooding = Promise.all(Array.from({ length: senders }, flood));
      let peak = before;
      let healthMs = 0;
      const end = performance.now() + floodMs;
      while (performance.now() < end) {
        peak = Math.max(peak, rssMb());
        const asked = performance.now();
        await api.get<HealthReply>("/health");
        healthMs = Math.max(healthMs, performance.now() - asked);
        await sleep(250);
      }
      await locker.query("rollback");
      await waitUntil("events are taken in again", () => ((statuses.get(200) ?? 0) > 20 ? true : null), 60_000);
      over = true;
      await flooding;
      peak = Math.max(peak, rssMb());
      expect({ faults: [...faults].slice(0, 3), unsaid: unsaid.slice(0, 3), statuses: Object.fromEntries(statuses) }).toMatchObject({
        faults: [],
        unsaid: [],
      });
      expect((statuses.get(429) ?? 0) + (statuses.get(503) ?? 0)).toBeGreaterThan(0);
      expect(peak - before).toBeLessThan(maxGrowthMb);
      // Whoever watches the server hears from it in time.
      expect(healthMs).toBeLessThan(6_000);
      const { rows } = await locker.query<{ id: string }>("select message_id as id from log where message_id like 'f-%'");
      const there = new Set(rows.map(({ id }) => id));
      expect(there.size).toBe(rows.length);
      expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
      process.stdout.write(
        `back-pressure: ${JSON.stringify(Object.fromEntries(statuses))} replies by status; RSS ${before.toFixed(0)} MB before, ${peak.toFixed(0)} MB at the most; /health within ${healthMs.toFixed(0)} ms\n`,
      );
    });
  });
}
