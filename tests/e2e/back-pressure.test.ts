import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthReply } from "#server/contract/console.ts";
import { maxBytes } from "#server/http/limit-in-flight.ts";
import { type ApiClient, bearer, createApiClient } from "../support/api-client.ts";
import { freshSchema, postgresUrl } from "../support/fresh-schema.ts";
import { type LiveMemory, liveMemory, withMemoryProbe } from "../support/live-memory.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { waitUntil } from "../support/wait-until.ts";

// The log is locked by somebody else's transaction while clients send as fast as they are answered: they are told to come
// back, the process does not grow without bound, and once the lock is gone everything goes on.

const people = 50;
const senders = 200;
const messagesEach = 400;
/** Long enough that the first have waited their time and been sent away, and others have taken their place. */
const floodMs = 12_000;
/** Who asks how a server is, gives up after so long. */
const healthWithinMs = 10_000;

/**
 * Whatever waits belongs to a request that is under way, and these are bounded in bytes. A byte of a body that was read, checked
 * and made into rows takes nine at the most.
 */
const timesItsBytes = 12;
const mostLiveMb = (maxBytes * timesItsBytes) / 2 ** 20;
/** V8 collects at the latest when there is four times what was alive; the youngest objects have a room of their own. */
const mostRssMb = (live: number) => 4 * live + 96;
/** Caches, compiled code, connections: what one who has been through it keeps. */
const keptMb = 32;

type Answer = { readonly status: number; readonly retryAfter: string | null; readonly text: string };

/** A sender as cheap as can be: it shares the machine with the server, and has its body ready. */
function createSender(address: string, key: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: senders });
  const { hostname, port } = new URL(address);
  const send = (body: string) =>
    new Promise<Answer>((resolve, reject) => {
      const headers = { authorization: bearer(key), "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const sent = request({ agent, hostname, port, method: "POST", path: "/v1/batch", headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.once("error", reject);
        response.once("end", () => resolve({ status: response.statusCode!, retryAfter: response.headers["retry-after"] ?? null, text }));
      });
      sent.once("error", reject).end(body);
    });
  return { send, close: () => agent.destroy() };
}

let made = 0;
function makeBatch(): { readonly ids: readonly string[]; readonly body: string } {
  const batch = Array.from({ length: messagesEach }, () => ({
    type: "track",
    messageId: `f-${made++}`,
    userId: `c-${made % people}`,
    event: "Product Viewed",
    properties: { product_id: `item-${made % 20}`, name: "x".repeat(200) },
  }));
  return { ids: batch.map(({ messageId }) => messageId), body: JSON.stringify({ batch }) };
}

if (postgresUrl === undefined) {
  describe("back-pressure", () => {
    it.skip("skipped: needs PostgreSQL (set RAPPORT_TEST_POSTGRES_URL)", () => {});
  });
} else {
  describe("back-pressure", () => {
    let schema: Awaited<ReturnType<typeof freshSchema>>;
    let server: RunningRapport;
    let sender: ReturnType<typeof createSender>;
    let api: ApiClient;
    let locker: pg.Client;

    beforeAll(async () => {
      schema = await freshSchema(postgresUrl!);
      const environment = { RAPPORT_DATABASE_URL: schema.url };
      const created = await runRapport(["shop", "create", "Flood", "--json"], environment);
      const { serverKey } = JSON.parse(created.stdout) as { serverKey: string };
      server = await serveRapport([], { ...environment, ...withMemoryProbe }, true);
      sender = createSender(server.address, serverKey);
      api = createApiClient(server.address, bearer(serverKey));
      for (let person = 0; person < people; person++)
        await api.put("/v1/consents", { customerId: `c-${person}`, purposes: { personalize: true, learn: true, measure: true } });
      // Compiled and loaded is what is needed for a batch.
      expect((await sender.send(makeBatch().body)).status).toBe(200);
      locker = new pg.Client({ connectionString: schema.url });
      await locker.connect();
    }, 120_000);
    afterAll(async () => {
      sender?.close();
      await server?.killHard();
      await locker?.end();
      await schema?.drop();
    });

    it("a store that stands still: 429 or 503 with Retry-After, bounded memory, and all goes on when it moves again", {
      timeout: 240_000,
    }, async () => {
      const statuses = new Map<number, number>();
      const unsaid: string[] = [];
      const faults = new Set<string>();
      const acknowledged: string[] = [];
      let over = false;
      async function flood(): Promise<void> {
        let batch = makeBatch();
        while (!over) {
          const reply = await sender.send(batch.body).catch((error: NodeJS.ErrnoException) => {
            faults.add(`${error.name} ${error.code}`);
            return null;
          });
          if (reply === null) return;
          const { status, retryAfter, text } = reply;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (status === 200) {
            acknowledged.push(...batch.ids);
            batch = makeBatch();
            continue;
          }
          if ((status !== 429 && status !== 503) || retryAfter === null) unsaid.push(`${status} ${text}`);
          // As a client does that keeps to what it is told.
          await sleep(1000 * Math.max(1, Number(retryAfter)));
        }
      }
      const before = await liveMemory(server);
      await locker.query("begin; lock table log in exclusive mode");
      const flooding = Promise.all(Array.from({ length: senders }, flood));
      const during: LiveMemory[] = [];
      let healthMs = 0;
      for (const end = performance.now() + floodMs; performance.now() < end; ) {
        await sleep(500);
        const asked = performance.now();
        await api.get<HealthReply>("/health");
        healthMs = Math.max(healthMs, performance.now() - asked);
        during.push(await liveMemory(server));
      }
      await locker.query("rollback");
      await waitUntil("events are taken in again", () => ((statuses.get(200) ?? 0) > 20 ? true : null), 120_000);
      over = true;
      await flooding;
      const after = await liveMemory(server);
      const live = Math.max(...during.map(({ liveMb }) => liveMb)) - before.liveMb;
      const rss = Math.max(...during.map(({ rssMb }) => rssMb)) - before.rssMb;
      process.stdout.write(
        `back-pressure: ${JSON.stringify(Object.fromEntries(statuses))} replies by status; needed ${before.liveMb.toFixed(0)} MB before, ` +
          `${live.toFixed(0)} MB more in the flood (at most ${mostLiveMb}), ${(after.liveMb - before.liveMb).toFixed(0)} MB more after it; ` +
          `RSS ${before.rssMb.toFixed(0)} MB and ${rss.toFixed(0)} MB more; /health within ${healthMs.toFixed(0)} ms\n`,
      );
      expect({ faults: [...faults], unsaid: unsaid.slice(0, 3), statuses: Object.fromEntries(statuses) }).toMatchObject({ faults: [], unsaid: [] });
      expect((statuses.get(429) ?? 0) + (statuses.get(503) ?? 0)).toBeGreaterThan(0);
      expect(live).toBeLessThan(mostLiveMb);
      expect(rss).toBeLessThan(mostRssMb(live));
      expect(after.liveMb - before.liveMb).toBeLessThan(keptMb);
      expect(healthMs).toBeLessThan(healthWithinMs);
      const { rows } = await locker.query<{ id: string }>("select message_id as id from log where message_id like 'f-%'");
      const there = new Set(rows.map(({ id }) => id));
      expect(there.size).toBe(rows.length);
      expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
    });
  });
}
