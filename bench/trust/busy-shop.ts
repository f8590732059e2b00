import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningRapport, runRapport, serveRapport } from "../../tests/support/rapport-process.ts";
import { tempFolder } from "../../tests/support/temp-folder.ts";

const [items, perBatch] = [500, 500];
const [others, eventsPerOther] = [100, 50];
const asksPerSecond = 50;

export type BusyShop = {
  readonly server: RunningRapport;
  /** Rejects where the answer is no success. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Lets a customer agree to everything and look at things. */
  live(customerId: string, events: number): Promise<void>;
  /** Until what was sent is learnt. */
  learnt(): Promise<void>;
  /** Until `over`: how long each answer to others took, ms, by what went on when it was asked for or when it came. */
  askSteadily<Phase extends string>(phaseNow: () => Phase, over: () => boolean): Promise<ReadonlyMap<Phase, readonly number[]>>;
  close(): Promise<void>;
};

/** A server as a user starts it, on SQLite, with a hundred customers who can be recommended to at a steady pace. */
export async function openBusyShop(): Promise<BusyShop> {
  const folder = tempFolder("trust");
  const created = await runRapport(["shop", "create", "Trust", "--data", folder.path, "--json"]);
  const { serverKey } = JSON.parse(created.stdout) as { serverKey: string };
  const server = await serveRapport(["--data", folder.path]);

  const shop: BusyShop = {
    server,
    async call(method, path, body) {
      const response = await fetch(server.address + path, {
        method,
        headers: { authorization: `Bearer ${serverKey}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
      return JSON.parse(text);
    },

    async live(customerId, events) {
      await shop.call("PUT", "/v1/consents", { customerId, purposes: { personalize: true, learn: true, measure: true } });
      for (let start = 0; start < events; start += perBatch) {
        const batch = Array.from({ length: Math.min(perBatch, events - start) }, (_, at) => ({
          type: "track",
          event: "Product Viewed",
          messageId: randomUUID(),
          userId: customerId,
          properties: { product_id: `item-${((start + at) * 7919 + customerId.length * 31) % items}`, name: "A thing", price: 9.5 },
        }));
        await shop.call("POST", "/v1/batch", { batch });
      }
    },

    async learnt() {
      for (let tries = 0; tries < 600; tries++) {
        const health = (await shop.call("GET", "/health")) as { learner: { lagEvents: number } };
        if (health.learner.lagEvents === 0) return;
        await sleep(200);
      }
      throw new Error("learning did not end in two minutes");
    },

    async askSteadily<Phase extends string>(phaseNow: () => Phase, over: () => boolean) {
      const times = new Map<Phase, number[]>();
      const underWay: Promise<void>[] = [];
      const start = performance.now();
      for (let index = 0; !over(); index++) {
        const waitMs = start + (index * 1000) / asksPerSecond - performance.now();
        if (waitMs > 0) await sleep(waitMs);
        const [sent, first] = [performance.now(), phaseNow()];
        const asked = shop.call("POST", "/v1/recommendations", { customerId: `other-shopper-${index % others}`, surface: "for-you", n: 10 });
        underWay.push(
          asked.then(() => {
            const took = performance.now() - sent;
            for (const phase of new Set([first, phaseNow()])) times.set(phase, [...(times.get(phase) ?? []), took]);
          }),
        );
      }
      await Promise.all(underWay);
      return times;
    },

    async close() {
      await server.stop();
      folder.remove();
    },
  };
  for (let person = 0; person < others; person++) await shop.live(`other-shopper-${person}`, eventsPerOther);
  return shop;
}
