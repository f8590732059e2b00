import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { runRapport, serveRapport } from "../../tests/support/rapport-process.ts";
import { tempFolder } from "../../tests/support/temp-folder.ts";

// A server as a user starts it, on SQLite; people with a long history are exported and forgotten one after the other, while others
// ask for recommendations at a steady pace.

const eventsPerPerson = 10_000;
const [others, eventsPerOther, items, perBatch] = [100, 50, 500, 500];
const asksPerSecond = 50;
const [warmUpMs, quietMs] = [5_000, 20_000];
const betweenMs = 500;
/** As a patient client asks how far it is; each asking is noted in the audit log. */
const pollMs = 100;

export type Forgotten = {
  readonly forgetMs: readonly number[];
  readonly exportMs: readonly number[];
  /** How long others waited for their recommendations: while nothing else went on, while a copy was written, while somebody was forgotten. */
  readonly quietMs: readonly number[];
  readonly copyingMs: readonly number[];
  readonly forgettingMs: readonly number[];
};
type Phase = "quiet" | "copying" | "forgetting" | "between";

export async function forgetPeople(people: number, tell: (line: string) => void): Promise<Forgotten> {
  const folder = tempFolder("trust");
  const created = await runRapport(["shop", "create", "Trust", "--data", folder.path, "--json"]);
  const { serverKey } = JSON.parse(created.stdout) as { serverKey: string };
  const server = await serveRapport(["--data", folder.path]);

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(server.address + path, {
      method,
      headers: { authorization: `Bearer ${serverKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return JSON.parse(text);
  }

  async function live(customerId: string, events: number): Promise<void> {
    await call("PUT", "/v1/consents", { customerId, purposes: { personalize: true, learn: true, measure: true } });
    for (let start = 0; start < events; start += perBatch) {
      const batch = Array.from({ length: Math.min(perBatch, events - start) }, (_, at) => ({
        type: "track",
        event: "Product Viewed",
        messageId: randomUUID(),
        userId: customerId,
        properties: { product_id: `item-${((start + at) * 7919 + customerId.length * 31) % items}`, name: "A thing", price: 9.5 },
      }));
      await call("POST", "/v1/batch", { batch });
    }
  }

  let phase: Phase = "between";
  /** Until `over`: how long each answer took, by what went on when it was asked for or when it came. */
  async function askSteadily(over: () => boolean): Promise<Record<Phase, number[]>> {
    const times: Record<Phase, number[]> = { quiet: [], copying: [], forgetting: [], between: [] };
    const underWay: Promise<void>[] = [];
    const start = performance.now();
    for (let index = 0; !over(); index++) {
      const waitMs = start + (index * 1000) / asksPerSecond - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const [sent, first] = [performance.now(), phase];
      const asked = call("POST", "/v1/recommendations", { customerId: `other-shopper-${index % others}`, surface: "for-you", n: 10 });
      underWay.push(
        asked.then(() => {
          for (const one of new Set([first, phase])) times[one].push(performance.now() - sent);
        }),
      );
    }
    await Promise.all(underWay);
    return times;
  }

  try {
    for (let person = 0; person < others; person++) await live(`other-shopper-${person}`, eventsPerOther);
    for (let person = 0; person < people; person++) {
      await live(`leaving-customer-${person}`, eventsPerPerson);
      tell(`${person + 1} of ${people} people with ${eventsPerPerson} events each`);
    }
    // Until what was sent is learnt: forgetting is measured, not learning.
    for (let tries = 0; tries < 600; tries++) {
      const health = (await call("GET", "/health")) as { learner: { lagEvents: number } };
      if (health.learner.lagEvents === 0) break;
      await sleep(200);
    }
    // The first answers are made by code that was never run before.
    phase = "between";
    const warmUpEnd = performance.now() + warmUpMs;
    await askSteadily(() => performance.now() > warmUpEnd);
    phase = "quiet";
    const quietEnd = performance.now() + quietMs;
    const { quiet } = await askSteadily(() => performance.now() > quietEnd);
    phase = "between";
    const [forgetMs, exportMs]: [number[], number[]] = [[], []];
    let done = false;
    const during = askSteadily(() => done);
    for (let person = 0; person < people; person++) {
      const customerId = `leaving-customer-${person}`;
      const exportStart = performance.now();
      phase = "copying";
      await call("GET", `/v1/privacy/export?customerId=${customerId}`);
      exportMs.push(performance.now() - exportStart);
      phase = "between";
      await sleep(betweenMs);
      phase = "forgetting";
      const start = performance.now();
      const { erasureId } = (await call("POST", "/v1/privacy/erasures", { customerId })) as { erasureId: string };
      for (;;) {
        const { state } = (await call("GET", `/v1/privacy/erasures/${erasureId}`)) as { state: string };
        if (state === "done") break;
        if (performance.now() - start > 120_000) throw new Error(`a forgetting stays ${state}`);
        await sleep(pollMs);
      }
      forgetMs.push(performance.now() - start);
      phase = "between";
      tell(`${person + 1} forgotten, ${Math.round(forgetMs.at(-1)!)} ms`);
    }
    done = true;
    const { copying, forgetting } = await during;
    return { forgetMs, exportMs, quietMs: quiet, copyingMs: copying, forgettingMs: forgetting };
  } finally {
    await server.stop();
    folder.remove();
  }
}
