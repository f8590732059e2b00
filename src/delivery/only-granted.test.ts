import { describe, expect, it } from "vitest";
import type { CustomerId, ShopId } from "#domain/ids.ts";
import { createStillGranted } from "#privacy/consent/still-granted.ts";
import { furnish } from "#server/compose.ts";
import type { ClaimedMessage } from "#storage/ports/webhook-store.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createDeliverMessages } from "./deliver-messages.ts";
import { createGatherNews } from "./gather-news.ts";
import { onlyGranted } from "./only-granted.ts";

const shopId = "s" as ShopId;
const names = { customerId: "C-1" as CustomerId, anonymousId: null };

async function openShop() {
  let id = 0;
  const now = Date.UTC(2026, 4, 20);
  const clock = () => now;
  const freshId = () => `id-${++id}`;
  const house = furnish(await openSqlite(":memory:"), clock, freshId);
  await house.store.shops.create({ shopId, name: "s", currency: "EUR", createdAt: 0 }, { personKey: "k", keyHashes: [] });
  const endpoint = {
    ...{
      endpointId: "e",
      shopId,
      url: "https://example.com/",
      types: ["consent.changed"],
      secrets: [{ secret: `whsec_${"A".repeat(32)}`, validUntil: null }],
    },
    ...{ createdAt: 0, stopped: null, failingSince: null, lastSuccessAt: null, pausedUntil: 0, cursor: 0 as never },
  };
  await house.store.webhooks.add(endpoint, 10);
  const decide = (purposes: Record<string, boolean>) =>
    house.recordConsents(shopId, [{ names, purposes: new Map(Object.entries(purposes)) as never, source: "person", notice: null, how: null }]);
  const sent: unknown[] = [];
  const delivery = createDeliverMessages({
    ...{ webhooks: house.store.webhooks, clock, freshId, random: () => 0.5, onAttempt: () => {}, onFailure: (name) => expect.unreachable(name) },
    post: async (_url, { body }) => {
      sent.push((JSON.parse(body) as { data: { purposes: unknown } }).data.purposes);
      return { status: 204, retryAfter: null };
    },
    stillGranted: createStillGranted(house.store.consents),
  });
  const gather = createGatherNews({ webhooks: house.store.webhooks, sources: [], clock });
  return {
    ...{ house, decide, sent },
    enqueue: async () => gather.gather(await house.store.webhooks.active()),
    async send() {
      await delivery.deliver(await house.store.webhooks.active());
      await delivery.stop(1000);
    },
  };
}

describe("a withdrawal between queue and sending", () => {
  it("R8: a queued yes that was taken back is not sent; a no is", async () => {
    const shop = await openShop();
    await shop.decide({ email: true, sms: true, learn: false });
    await shop.enqueue();
    await shop.decide({ email: false });
    await shop.send();
    expect(shop.sent).toEqual([{ sms: true, learn: false }]);
    await shop.house.store.close();
  });

  it("R8: a message of nothing else is cancelled, and says why", async () => {
    const shop = await openShop();
    await shop.decide({ email: true });
    await shop.enqueue();
    await shop.decide({ email: false });
    await shop.send();
    expect(shop.sent).toEqual([]);
    expect(await shop.house.store.webhooks.deliveries("e", 10)).toMatchObject([{ state: "failed", error: "CONSENT_WITHDRAWN" }]);
    await shop.house.store.close();
  });

  it("R8: it is asked at the last moment, after the message was claimed", async () => {
    const shop = await openShop();
    await shop.decide({ email: true });
    await shop.enqueue();
    const [claimed] = await shop.house.store.webhooks.claim("e", { now: Date.UTC(2026, 4, 20), until: Date.UTC(2027, 0, 1), lease: "l", limit: 1 });
    const still = createStillGranted(shop.house.store.consents);
    expect(await onlyGranted(shopId, claimed as ClaimedMessage, still)).toEqual(claimed);
    await shop.decide({ email: false });
    expect(await onlyGranted(shopId, claimed as ClaimedMessage, still)).toBeNull();
    await shop.house.store.close();
  });
});
