import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ShopEvent } from "#domain/event.ts";
import { firstSeq, type LogSeq, type MessageId, type PersonId, type ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { NewMessage, WebhookEndpoint } from "./ports/webhook-store.ts";
import type { LogEntry, NameOf, Store } from "./ports.ts";

const at = Date.UTC(2026, 0, 15);
let number = 0;
const fresh = (kind: string) => `${kind}-${++number}-${process.pid}`;

const nameOf = (id: string, kind: NameOf["kind"]): NameOf => ({ personId: `p-${id}` as PersonId, kind, externalId: id });
function decided(name: NameOf, purpose: Purpose, granted: boolean): LogEntry {
  const decision = { personId: name.personId, purpose, granted, at, source: "person", notice: null, how: null } as const;
  return { kind: "consent", messageId: fresh("m") as MessageId, name, decision };
}
const message = (messageId: string, personId: string | null = null): NewMessage => ({
  messageId,
  type: "consent.changed",
  body: `{"id":"${messageId}"}`,
  personId: personId as PersonId | null,
});

/** What every store must do for outgoing webhooks. */
export function testWebhooks(name: string, open: () => Promise<Store>): void {
  describe(`store contract: ${name}: webhooks`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => store.close());

    async function endpoint(shopId = fresh("shop") as ShopId): Promise<WebhookEndpoint> {
      const made: WebhookEndpoint = {
        endpointId: fresh("wh"),
        shopId,
        url: "https://example.com/",
        types: ["consent.changed", "model.published"],
        secrets: [{ secret: "whsec_a", validUntil: null }],
        createdAt: at,
        stopped: null,
        failingSince: null,
        lastSuccessAt: null,
        pausedUntil: 0,
        cursor: firstSeq,
      };
      expect(await store.webhooks.add(made, 3)).toBe(true);
      return made;
    }
    const hold = (lease: string, now = at, limit = 10) => ({ now, until: now + 1000, lease, limit });

    it("keeps endpoints apart by shop, and no more than a shop may have", async () => {
      const shopId = fresh("shop") as ShopId;
      const [first, second] = [await endpoint(shopId), await endpoint(shopId)];
      await endpoint(shopId);
      expect(await store.webhooks.add({ ...first, endpointId: fresh("wh") }, 3)).toBe(false);
      expect((await store.webhooks.list(shopId)).slice(0, 2)).toEqual([first, second]);
      expect(await store.webhooks.get("other" as ShopId, first.endpointId)).toBeNull();
      expect(await store.webhooks.remove("other" as ShopId, first.endpointId)).toBe(false);
      expect(await store.webhooks.remove(shopId, first.endpointId)).toBe(true);
      expect(await store.webhooks.get(shopId, first.endpointId)).toBeNull();
    });

    it("stops and starts them, and tells the active ones", async () => {
      const one = await endpoint();
      const isActive = async () => (await store.webhooks.active()).some(({ endpointId }) => endpointId === one.endpointId);
      await store.webhooks.noteFailure(one.endpointId, at, at + 5);
      await store.webhooks.noteFailure(one.endpointId, at + 9, at + 10);
      expect(await store.webhooks.get(one.shopId, one.endpointId)).toMatchObject({ failingSince: at, pausedUntil: at + 10 });
      await store.webhooks.setStopped(one.endpointId, "failing");
      expect(await isActive()).toBe(false);
      await store.webhooks.setStopped(one.endpointId, null);
      expect(await isActive()).toBe(true);
      expect(await store.webhooks.get(one.shopId, one.endpointId)).toMatchObject({ stopped: null, failingSince: null, pausedUntil: 0 });
      await store.webhooks.noteSuccess(one.endpointId, at + 20);
      await store.webhooks.setSecrets(one.endpointId, [{ secret: "whsec_b", validUntil: 7 }]);
      const kept = await store.webhooks.get(one.shopId, one.endpointId);
      expect(kept).toMatchObject({ lastSuccessAt: at + 20, secrets: [{ secret: "whsec_b", validUntil: 7 }] });
    });

    it("reads decisions and links from the log, never what anybody did", async () => {
      const shopId = fresh("shop") as ShopId;
      const [customer, device] = [nameOf(fresh("c"), "customer"), nameOf(fresh("d"), "anonymous")];
      const event: ShopEvent = {
        messageId: fresh("m") as MessageId,
        type: "view",
        name: "Product Viewed",
        occurredAt: at,
        receivedAt: at,
        lines: [],
        orderId: null,
        sessionId: null,
        recommendationId: null,
        currency: null,
        refused: [],
        impression: null,
      };
      const outcomes = await store.log.append(shopId, [
        decided(customer, "email", true),
        { kind: "event", name: device, event },
        decided(device, "learn", false),
      ]);
      const seqs = outcomes.map((outcome) => (outcome.kind === "appended" ? outcome.seq : null));
      const news = await store.webhooks.news(shopId, firstSeq, 10);
      expect(news).toMatchObject([
        { seq: seqs[0], kind: "consent", personId: customer.personId, at, decision: { purpose: "email", granted: true, source: "person" } },
        { seq: seqs[2], kind: "consent", personId: device.personId, decision: { purpose: "learn", granted: false } },
      ]);
      expect(news[0]!.name).toEqual({ kind: "customer", externalId: customer.externalId });
      expect(news[1]!.name).toEqual({ kind: "anonymous", externalId: device.externalId });
      expect(await store.webhooks.news(shopId, firstSeq, 1)).toHaveLength(1);
      expect(await store.webhooks.news(shopId, seqs[2] as LogSeq, 10)).toEqual([]);
    });

    it("moves the cursor and the queue together, once", async () => {
      const { endpointId } = await endpoint();
      expect(await store.webhooks.advance(endpointId, firstSeq, 5 as LogSeq, [message("a"), message("b")], at)).toBe(true);
      expect(await store.webhooks.advance(endpointId, firstSeq, 6 as LogSeq, [message("c")], at)).toBe(false);
      expect(await store.webhooks.enqueue(endpointId, message("a"), at)).toBe(false);
      expect(await store.webhooks.enqueue(endpointId, message("d"), at)).toBe(true);
      expect(await store.webhooks.waiting(endpointId)).toBe(3);
    });

    it("gives a message to one holder, until the lease ends", async () => {
      const { endpointId } = await endpoint();
      await store.webhooks.enqueue(endpointId, message("a", "p-1"), at);
      await store.webhooks.enqueue(endpointId, message("late"), at + 500);
      const both = await Promise.all([store.webhooks.claim(endpointId, hold("x")), store.webhooks.claim(endpointId, hold("y"))]);
      expect(both.flat()).toHaveLength(1);
      const [first] = both.flat();
      expect(first).toMatchObject({ endpointId, messageId: "a", body: '{"id":"a"}', personId: "p-1", attempts: 0 });
      expect(await store.webhooks.claim(endpointId, hold("z", at + 499))).toEqual([]);
      const again = await store.webhooks.claim(endpointId, hold("z", at + 1000));
      expect(again.map(({ messageId }) => messageId)).toEqual(["a", "late"]);
      // Whoever lost the lease changes nothing any more.
      expect(await store.webhooks.missed(first!, { at, status: 500, error: null }, at + 10)).toBe(false);
      await store.webhooks.release(first!);
      expect(await store.webhooks.claim(endpointId, hold("w", at + 1500))).toEqual([]);
      await store.webhooks.release(again[0]!);
      expect(await store.webhooks.claim(endpointId, hold("w", at + 1500))).toHaveLength(1);
    });

    it("sends in a while what was queued or held before the clock was set back by days", async () => {
      const { endpointId } = await endpoint();
      await store.webhooks.enqueue(endpointId, message("queued"), at);
      await store.webhooks.enqueue(endpointId, message("held"), at - 10);
      await store.webhooks.enqueue(endpointId, message("missed"), at - 20);
      const [missed, held] = await store.webhooks.claim(endpointId, { ...hold("x", at - 10), until: at + 25_000 });
      expect([missed!.messageId, held!.messageId]).toEqual(["missed", "held"]);
      await store.webhooks.missed(missed!, { at, status: 500, error: null }, at + 5_000);
      const claimed = async (now: number) =>
        (await store.webhooks.claim(endpointId, { ...hold("y", now), until: now + 25_000 })).map(({ messageId }) => messageId).sort();
      expect(await claimed(at - 5_000), "held by somebody, and due in a moment").toEqual([]);
      const hour = 3_600_000;
      expect(await claimed(at - hour)).toEqual(["held", "queued"]);
      expect(await claimed(at - hour + 1_000), "held again").toEqual([]);
      expect(await claimed(at - 72 * hour)).toEqual(["held", "missed", "queued"]);
    });

    it("forgets what arrived said and about whom, keeps what was given up, and what became of both for a while", async () => {
      const { endpointId } = await endpoint();
      for (const id of ["a", "b", "c"]) await store.webhooks.enqueue(endpointId, message(id, "p-1"), at);
      const [a, b, c] = await store.webhooks.claim(endpointId, hold("x"));
      await store.webhooks.delivered(a!, { at: at + 1, status: 204, error: null });
      expect(await store.webhooks.missed(b!, { at: at + 1, status: null, error: "OUTBOUND_FAILED: ECONNREFUSED" }, at + 50)).toBe(true);
      expect(await store.webhooks.missed(c!, { at: at + 2, status: 410, error: null }, null)).toBe(true);
      const deliveries = new Map((await store.webhooks.deliveries(endpointId, 10)).map((one) => [one.messageId, one]));
      expect(deliveries.get("a")).toMatchObject({ state: "delivered", attempts: 1, status: 204, dueAt: null, finishedAt: at + 1 });
      expect(deliveries.get("b")).toMatchObject({ state: "waiting", attempts: 1, error: "OUTBOUND_FAILED: ECONNREFUSED", dueAt: at + 50 });
      expect(deliveries.get("c")).toMatchObject({ state: "failed", status: 410, finishedAt: at + 2 });
      expect(await store.webhooks.waiting(endpointId)).toBe(1);
      expect(await store.webhooks.resend(endpointId, at + 60)).toBe(1);
      const again = await store.webhooks.claim(endpointId, hold("y", at + 60));
      expect(again.map(({ messageId, personId, body }) => [messageId, personId, body])).toEqual([
        ["b", "p-1", '{"id":"b"}'],
        ["c", "p-1", '{"id":"c"}'],
      ]);
      expect(await store.webhooks.forgetFinished(at + 2)).toBeGreaterThanOrEqual(1);
      expect((await store.webhooks.deliveries(endpointId, 10)).map(({ messageId }) => messageId).sort()).toEqual(["b", "c"]);
    });

    it("counts for whoever keeps the server running", async () => {
      const before = await store.webhooks.tally();
      const { endpointId, shopId } = await endpoint();
      await store.webhooks.enqueue(endpointId, message("a"), at);
      await store.webhooks.noteFailure(endpointId, at, at);
      const after = await store.webhooks.tally();
      expect([after.endpoints - before.endpoints, after.failing - before.failing, after.waiting - before.waiting]).toEqual([1, 1, 1]);
      await store.webhooks.setStopped(endpointId, "gone");
      expect((await store.webhooks.tally()).stopped - before.stopped).toBe(1);
      await store.webhooks.remove(shopId, endpointId);
      expect(await store.webhooks.tally()).toEqual(before);
    });
  });
}
