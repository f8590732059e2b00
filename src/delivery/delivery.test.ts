import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { LogSeq, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { type Problem, ProblemError, refuse, succeed } from "#domain/problem.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { LogEntry, NameOf, Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createDeliverMessages, type DeliverMessages, failingLimitMs, leaseMs } from "./deliver-messages.ts";
import { createGatherNews, maxWaiting } from "./gather-news.ts";
import { createManageWebhooks } from "./manage-webhooks.ts";
import { recordSources } from "./news-of-records.ts";
import type { Post } from "./send-message.ts";
import { webhookTypes } from "./webhook-types.ts";

const start = Date.UTC(2026, 4, 20, 12);
const shopId = "shop" as ShopId;
const customer: NameOf = { personId: "p-1" as PersonId, kind: "customer", externalId: "C-1" };
const device: NameOf = { personId: "p-2" as PersonId, kind: "anonymous", externalId: "a-2" };

type Sent = { readonly url: string; readonly id: string; readonly body: { type: string; timestamp: string; data: Record<string, unknown> } };
type Answer = { readonly status: number; readonly retryAfter?: string } | "unreachable";

let store: Store;
let now: number;
let ids: number;
let sent: Sent[];
let answer: (sent: Sent) => Answer | Promise<Answer>;
const clock = () => now;
const freshId = () => `id-${++ids}`;
const post: Post = async (url, { headers, body }) => {
  const message = { url, id: headers["webhook-id"]!, body: JSON.parse(body) as Sent["body"] };
  sent.push(message);
  const answered = await answer(message);
  if (answered === "unreachable") throw new ProblemError({ code: "OUTBOUND_FAILED", detail: "ECONNREFUSED" });
  return { status: answered.status, retryAfter: answered.retryAfter ?? null };
};

/** A server process: what it has in memory is lost with it. */
function openProcess() {
  const delivery: DeliverMessages = createDeliverMessages({
    ...{ webhooks: store.webhooks, post, clock, freshId },
    ...{ random: () => 0.5, onAttempt: () => {}, onFailure: (name) => expect.unreachable(name) },
  });
  const news = createGatherNews({ webhooks: store.webhooks, sources: recordSources(store), clock });
  return {
    async round() {
      const endpoints = await store.webhooks.active();
      await news.gather(endpoints);
      await delivery.deliver(endpoints);
      for (let turns = 0; turns < 20; turns++) await turn();
    },
    stop: delivery.stop,
  };
}
const manage = () =>
  createManageWebhooks({
    ...{ store, post, clock, freshId, randomBytes: (count: number) => new Uint8Array(count).fill(++ids) },
    checkUrl: async (url) => (url.includes("inside") ? refuse("OUTBOUND_REFUSED", "host") : succeed(null)),
  });

async function add(types: readonly string[], url = "https://example.com/hook"): Promise<string> {
  const added = await manage().add(shopId, { url, types });
  if (!added.ok) throw new Error(added.problem.detail);
  return added.value.endpoint.endpointId;
}
const decided = (name: NameOf, purpose: Purpose, granted: boolean, at = now): LogEntry => ({
  ...{ kind: "consent", messageId: freshId() as MessageId, name },
  decision: { personId: name.personId, purpose, granted, at, source: "person", notice: null, how: null },
});
const decide = (...entries: readonly LogEntry[]) => store.log.append(shopId, entries);
const stateOf = async (endpointId: string) => (await store.webhooks.get(shopId, endpointId))!;
const deliveriesOf = (endpointId: string) => store.webhooks.deliveries(endpointId, 2000);

beforeEach(async () => {
  store = await openSqlite(":memory:");
  now = start;
  ids = 0;
  sent = [];
  answer = () => ({ status: 204 });
});
afterEach(async () => store.close());

describe("what is told", () => {
  it("a decision on several purposes is one message, by the shop's own id, and only what came after", async () => {
    await decide(decided(customer, "email", true));
    await add(["consent.changed"]);
    await decide(decided(customer, "email", false, now - 1), decided(customer, "learn", false), decided(device, "learn", true));
    await openProcess().round();
    expect(sent).toHaveLength(2);
    expect(sent.map(({ body }) => body)).toEqual(
      expect.arrayContaining([
        {
          ...{ type: "consent.changed", timestamp: "2026-05-20T12:00:00.000Z" },
          data: { customerId: "C-1", purposes: { email: false, learn: false }, source: "person" },
        },
        {
          ...{ type: "consent.changed", timestamp: "2026-05-20T12:00:00.000Z" },
          data: { anonymousId: "a-2", purposes: { learn: true }, source: "person" },
        },
      ]),
    );
  });

  it("two accounts that are one, and that they are not; a device that joins an account without its name", async () => {
    await add(["identity.merged", "identity.unmerged"]);
    const second: NameOf = { personId: "p-3" as PersonId, kind: "customer", externalId: "C-3" };
    await decide(decided(customer, "learn", true), decided(second, "learn", true), decided(device, "learn", true));
    await decide({ kind: "link", messageId: freshId() as MessageId, name: second, root: customer, device: null, at: now });
    const session: NameOf = { personId: "p-4" as PersonId, kind: "anonymous", externalId: "a-2" };
    const held = { deviceId: device.personId, session };
    await decide({ kind: "link", messageId: freshId() as MessageId, name: device, root: customer, device: held, at: now });
    await decide({ kind: "unlink", messageId: freshId() as MessageId, name: second, rootId: customer.personId, at: now });
    await openProcess().round();
    const told = sent.map(({ body }) => JSON.stringify([body.type, body.data])).sort();
    expect(told).toEqual([
      '["identity.merged",{"customerId":"C-1","otherCustomerId":"C-3"}]',
      '["identity.merged",{"customerId":"C-1"}]',
      '["identity.unmerged",{"customerId":"C-1","otherCustomerId":"C-3"}]',
    ]);
  });

  it("feeds and requests for one's rights, from what is kept of them", async () => {
    const { feedId } = await store.feeds.put({
      feedId: "f-1",
      shopId,
      name: "main",
      location: "https://u:p@example.com/",
      everyMs: null,
      complete: true,
      createdAt: now,
    });
    await add(["feed.imported", "feed.failed", "rights.requested"]);
    const process = openProcess();
    await process.round();
    expect(sent).toEqual([]);
    const run = { startedAt: now, finishedAt: now, format: "rss", rows: 3, added: 1, changed: 0, unchanged: 1, removed: 0, noted: [] };
    const refused = [{ reason: "PRICE", rows: 1, examples: [] }];
    const end = (outcome: "applied" | "refused", problem: Problem | null) => ({
      ...{ run: { ...run, outcome, problem, refused }, etag: null, lastModified: null, staleAt: null },
    });
    const key = { shopId, feedId, token: "t", owns: true };
    await store.feeds.begin(key, now, null);
    await store.feeds.apply(key, false, now, () => end("applied", null));
    const request = { requestId: "r-1", shopId, kind: "access", platform: "shopify", personId: customer.personId, reference: "77" } as const;
    await store.rightsRequests.add({ ...request, at: now, dueAt: now + dayMs, state: "open" });
    now += 5_000;
    await process.round();
    await store.feeds.begin({ ...key, token: "u" }, now, null);
    const failure = { code: "OUTBOUND_FAILED", detail: "https://u:p@example.com/" } as const;
    await store.feeds.abandon({ ...key, token: "u" }, { ...end("refused", failure), run: { ...end("refused", failure).run, finishedAt: now } });
    now += 5_000;
    await process.round();
    await openProcess().round();
    const told = sent.map(({ body }): [string, unknown] => [body.type, body.data]).sort(([a], [b]) => (a < b ? -1 : 1));
    expect(told).toEqual([
      ["feed.failed", { feed: "main", error: "OUTBOUND_FAILED" }],
      ["feed.imported", { feed: "main", rows: 3, added: 1, changed: 0, unchanged: 1, removed: 0, leftOut: 1 }],
      ["rights.requested", { requestId: "r-1", kind: "access", platform: "shopify", dueAt: "2026-05-21T12:00:00.000Z" }],
    ]);
  });

  it("goes only to those who asked for it", async () => {
    const other = await add(["model.published"]);
    await decide(decided(customer, "email", false));
    const artefact = new Uint8Array();
    await store.models.publish(shopId, { name: "linear", builtAt: now, seq: 1 as LogSeq, card: {}, artefact });
    await store.models.publish("other" as ShopId, { name: "linear", builtAt: now, seq: 1 as LogSeq, card: {}, artefact });
    await openProcess().round();
    expect(sent.map(({ body }) => [body.type, body.data])).toEqual([
      ["model.published", { models: [{ name: "linear", version: 1, builtAt: "2026-05-20T12:00:00.000Z" }] }],
    ]);
    expect(await deliveriesOf(other)).toHaveLength(1);
  });

  it("tells new models at most once a minute, and the same models never again, whoever asks", async () => {
    await add(["model.published"]);
    const publish = () => store.models.publish(shopId, { name: "linear", builtAt: now, seq: 1 as LogSeq, card: {}, artefact: new Uint8Array() });
    const process = openProcess();
    await publish();
    await process.round();
    await publish();
    now += 1000;
    await process.round();
    expect(sent).toHaveLength(1);
    now += 60_000;
    await process.round();
    await process.round();
    now += 60_000;
    await process.round();
    await openProcess().round();
    expect(sent.map(({ body }) => (body.data.models as { version: number }[])[0]!.version)).toEqual([1, 2]);
  });

  it("has a name for every type that can be subscribed to, and refuses others", async () => {
    for (const types of [["nonsense"], [], ["consent.changed", "__proto__"]])
      expect(await manage().add(shopId, { url: "https://example.com/", types })).toMatchObject({ ok: false, problem: { code: "WEBHOOK_INVALID" } });
    expect(await manage().add(shopId, { url: "https://inside/", types: Object.keys(webhookTypes) })).toMatchObject({
      problem: { code: "OUTBOUND_REFUSED" },
    });
    const bad = { url: "https://example.com/", types: ["feed.failed"], secret: "short" };
    expect(await manage().add(shopId, bad)).toMatchObject({ problem: { code: "WEBHOOK_INVALID" } });
    await add(Object.keys(webhookTypes));
  });
});

describe("an attempt that fails", () => {
  it("is repeated with the same id until it arrives", async () => {
    const endpointId = await add(["consent.changed"]);
    await decide(decided(customer, "email", false));
    let tries = 0;
    answer = () => (++tries < 4 ? (tries === 2 ? "unreachable" : { status: 500 }) : { status: 200 });
    const process = openProcess();
    await process.round();
    await process.round();
    expect(tries).toBe(1);
    expect(await stateOf(endpointId)).toMatchObject({ failingSince: start, stopped: null });
    for (const waitMs of [5_000, 300_000, 1_800_000]) {
      now += waitMs - 1;
      await process.round();
      now += 1;
      await process.round();
    }
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect(await deliveriesOf(endpointId)).toMatchObject([{ state: "delivered", attempts: 4, status: 200, error: null }]);
    expect(await stateOf(endpointId)).toMatchObject({ failingSince: null, lastSuccessAt: now });
  });

  it("is given up after ten attempts, and can be sent again then", async () => {
    const endpointId = await add(["consent.changed"]);
    await decide(decided(customer, "email", false));
    answer = () => ({ status: 302 });
    const process = openProcess();
    for (let round = 0; round < 100; round++) {
      await process.round();
      now += 3_600_000;
    }
    expect(sent).toHaveLength(10);
    expect(await deliveriesOf(endpointId)).toMatchObject([{ state: "failed", attempts: 10, status: 302 }]);
    answer = () => ({ status: 200 });
    expect(await manage().resend(shopId, endpointId)).toEqual(succeed(1));
    await process.round();
    expect(sent.at(-1)!.id).toBe(sent[0]!.id);
  });

  it("waits as long as the receiver asks, with everything for it", async () => {
    await add(["consent.changed"]);
    await decide(decided(customer, "email", false));
    answer = () => ({ status: 429, retryAfter: "60" });
    const process = openProcess();
    await process.round();
    await decide(decided(device, "learn", false));
    now += 59_999;
    await process.round();
    expect(sent).toHaveLength(1);
    answer = () => ({ status: 200 });
    now += 1;
    await process.round();
    await process.round();
    expect(sent).toHaveLength(3);
  });

  it("with 410 stops the endpoint; started again it goes on where it was", async () => {
    const endpointId = await add(["consent.changed"]);
    await decide(decided(customer, "email", false));
    answer = () => ({ status: 410 });
    const process = openProcess();
    await process.round();
    await decide(decided(device, "learn", false));
    now += dayMs;
    await process.round();
    expect(sent).toHaveLength(1);
    expect((await stateOf(endpointId)).stopped).toBe("gone");
    answer = () => ({ status: 200 });
    await manage().start(shopId, endpointId);
    await process.round();
    expect(sent.slice(1).map(({ body }) => body.data.anonymousId)).toEqual(["a-2"]);
  });

  it("for five days without a success stops the endpoint, visibly", async () => {
    const endpointId = await add(["consent.changed"]);
    answer = () => "unreachable";
    const process = openProcess();
    while (now - start < failingLimitMs + dayMs) {
      await decide(decided(customer, "email", now % 2 === 0));
      await process.round();
      now += dayMs / 2 + 1;
    }
    expect(await stateOf(endpointId)).toMatchObject({ stopped: "failing", failingSince: start });
    expect(await store.webhooks.tally()).toMatchObject({ stopped: 1 });
    expect((await manage().list(shopId))[0]!.waiting).toBeGreaterThan(0);
  });
});

describe("several at once", () => {
  it("a slow endpoint holds up nobody else, and is asked a few at a time", async () => {
    await add(["consent.changed"], "https://slow.example/");
    await add(["consent.changed"], "https://quick.example/");
    const slow = Promise.withResolvers<Answer>();
    answer = ({ url }) => (url.includes("slow") ? slow.promise : { status: 200 });
    for (let one = 0; one < 30; one++) await decide(decided(one % 2 === 0 ? customer : device, "email", true, now + one));
    const process = openProcess();
    for (let round = 0; round < 10; round++) await process.round();
    const count = (name: string) => sent.filter(({ url }) => url.includes(name)).length;
    expect([count("slow"), count("quick")]).toEqual([5, 30]);
    slow.resolve({ status: 200 });
    for (let round = 0; round < 10; round++) await process.round();
    expect(count("slow")).toBe(30);
  });

  it("processes share the work: each message is sent by one", async () => {
    await add(["consent.changed"]);
    for (let one = 0; one < 40; one++) await decide(decided(one % 2 === 0 ? customer : device, "email", true, now + one));
    const processes = [openProcess(), openProcess(), openProcess()];
    for (let round = 0; round < 8; round++) await Promise.all(processes.map((process) => process.round()));
    expect(sent).toHaveLength(40);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(40);
  });

  it("a process that dies between sending and noting it has it sent again by another, with the same id", async () => {
    await add(["consent.changed"]);
    await decide(decided(customer, "email", false));
    answer = () => new Promise(() => {});
    await openProcess().round();
    answer = () => ({ status: 200 });
    const other = openProcess();
    now += leaseMs - 1;
    await other.round();
    expect(sent).toHaveLength(1);
    now += 1;
    await other.round();
    expect(sent.map(({ id }) => id)).toEqual([sent[0]!.id, sent[0]!.id]);
  });

  it("what waits for one endpoint is bounded; the rest stays in the log and is lost to nobody", async () => {
    const endpointId = await add(["consent.changed"]);
    answer = () => "unreachable";
    const total = maxWaiting + 50;
    await decide(...Array.from({ length: total }, (_, one) => decided(one % 2 === 0 ? customer : device, "email", true, now + one)));
    const process = openProcess();
    await process.round();
    expect(await store.webhooks.waiting(endpointId)).toBe(maxWaiting);
    answer = () => ({ status: 200 });
    now += 5_000;
    for (let round = 0; new Set(sent.map(({ id }) => id)).size < total && round < 1000; round++) await process.round();
    expect(new Set(sent.map(({ id }) => id)).size).toBe(total);
  }, 30_000);
});

describe("a secret that is replaced", () => {
  it("signs beside the old one until that ends", async () => {
    const endpointId = await add(["consent.changed"]);
    const rotated = await manage().rotate(shopId, endpointId, 3_600_000);
    expect(rotated).toMatchObject({ ok: true, value: { oldValidUntil: start + 3_600_000 } });
    expect((await stateOf(endpointId)).secrets.map(({ validUntil }) => validUntil)).toEqual([null, start + 3_600_000]);
    now += 3_600_000;
    await manage().rotate(shopId, endpointId, 10);
    expect((await stateOf(endpointId)).secrets.map(({ validUntil }) => validUntil)).toEqual([null, now + 10]);
    expect(await manage().rotate("other" as ShopId, endpointId, 1)).toMatchObject({ problem: { code: "WEBHOOK_UNKNOWN" } });
  });
});
