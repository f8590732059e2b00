import { median, round } from "../support/median.ts";
import { report } from "../support/report.ts";
import { startBenchServer } from "../support/start-bench-server.ts";

// How soon an answer knows what has just happened, over HTTP and one request after the other: the time from the
// acknowledgement of an event to the end of the first answer that shows it, and the same for a sign-in that brings a
// device's history to a customer who had none.

const rounds = Number(process.env.RAPPORT_BENCH_ROUNDS ?? 400);
const goalMs = 50;

const server = await startBenchServer();

async function send(path: string, key: string, body: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(`${server.address}${path}`, { method: path === "/v1/consents" ? "PUT" : "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}
const { writeKey, serverKey } = server.keys;

type Answer = { readonly items: readonly { readonly reasons: readonly { readonly kind: string; readonly item?: string }[] }[] };

/** The items of their own past that the answer gives as reasons. */
async function ask(customerId: string): Promise<Set<string | undefined>> {
  const request = { customerId, surface: "for-you", n: 10, explain: "full", preview: true };
  const { items } = (await send("/v1/recommendations", serverKey, request)) as Answer;
  return new Set(items.flatMap(({ reasons }) => reasons.filter(({ kind }) => kind === "event").map(({ item }) => item)));
}

/** Milliseconds until an answer names `itemId` as a reason, and how many answers that took. */
async function untilSeen(customerId: string, itemId: string): Promise<{ ms: number; answers: number }> {
  const start = performance.now();
  for (let answers = 1; answers <= 100; answers++) {
    if ((await ask(customerId)).has(itemId)) return { ms: performance.now() - start, answers };
  }
  throw new Error(`100 answers to ${customerId} knew nothing of ${itemId}`);
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;
}

const product = (id: string) => ({ type: "track", event: "Product Added", properties: { product_id: id, quantity: 1 } });
const consents = { purposes: { personalize: true } };
const events: { ms: number; answers: number }[] = [];
const logins: { ms: number; answers: number }[] = [];
try {
  // Items that are sold say something about others; one that nobody buys would never be a reason.
  const telling: string[] = [];
  for (const itemId of server.items) {
    const answer = (await send("/v1/recommendations", serverKey, { surface: "similar", item: itemId, n: 1, preview: true })) as Answer;
    if (answer.items.length > 0) telling.push(itemId);
    if (telling.length === 20) break;
  }
  for (let number = 0; number < rounds; number++) {
    const [customerId, anonymousId] = [`fresh-${number}`, `fresh-device-${number}`];
    const [first, second] = [telling[number % telling.length]!, telling[(number + 7) % telling.length]!];
    await send("/v1/consents", writeKey, { customerId, ...consents });
    await send("/v1/track", writeKey, { ...product(first), userId: customerId });
    events.push(await untilSeen(customerId, first));

    const login = `login-${number}`;
    await send("/v1/consents", writeKey, { anonymousId, ...consents });
    await send("/v1/track", writeKey, { ...product(second), anonymousId });
    await ask(login);
    await send("/v1/identify", writeKey, { userId: login, anonymousId });
    logins.push(await untilSeen(login, second));
  }
} finally {
  await server.stop();
}

const figures: Record<string, number> = {};
for (const [what, measured] of [["event", events] as const, ["login", logins] as const]) {
  const times = measured.map(({ ms }) => ms);
  figures[`${what}, p50 ms`] = round(median(times), 1);
  figures[`${what}, p99 ms`] = round(percentile(times, 0.99), 1);
  figures[`${what}, first answer knew`] = round(measured.filter(({ answers }) => answers === 1).length / measured.length, 3);
}
report("freshness", { rounds, goalMs, shop: "demo (seed 20260)", items: server.items.length, store: "sqlite" }, figures);
