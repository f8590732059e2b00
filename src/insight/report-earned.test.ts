import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { EventType, Impression, ShopEvent } from "#domain/event.ts";
import type { ItemId, MessageId, PersonId, RecommendationId, ShopId } from "#domain/ids.ts";
import { createGate } from "#privacy/gate.ts";
import { createPersonIds } from "#privacy/person-ids.ts";
import type { LogEntry, NameOf, Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createReportEarned } from "./report-earned.ts";

const shop = "shop" as ShopId;
const now = 20_500 * dayMs;
let store: Store;
let number = 0;
const nameOf = (who: string): NameOf => ({ personId: who as PersonId, kind: "customer", externalId: who });
const impression: Impression = { surface: "for-you", model: "linear", modelVersion: 1, personalized: true, propensities: [1, 1] };

function entry(
  who: string,
  type: EventType,
  items: readonly string[],
  daysAgo: number,
  recommendationId: string | null,
  more: Partial<ShopEvent> = {},
): LogEntry {
  const at = now - daysAgo * dayMs;
  const lines = items.map((one) => ({ itemId: one as ItemId, quantity: 2, unitPrice: type === "purchase" ? 5 : null }));
  const shown = { impression: type === "impression" ? impression : null, recommendationId: recommendationId as RecommendationId | null };
  const event: ShopEvent = {
    messageId: `m-${number++}` as MessageId,
    type,
    name: type,
    occurredAt: at,
    receivedAt: at,
    lines,
    orderId: null,
    sessionId: null,
    currency: null,
    refused: [],
    ...shown,
    ...more,
  };
  return { kind: "event", name: nameOf(who), event };
}
const measured = (who: string): LogEntry => ({
  kind: "consent",
  messageId: `c-${number++}` as MessageId,
  name: nameOf(who),
  decision: { personId: who as PersonId, purpose: "measure", granted: true, at: 0, source: "person", notice: null, how: null },
});

beforeAll(async () => {
  store = await openSqlite(":memory:");
});
afterAll(() => store.close());

describe("what recommendations earned", () => {
  it("counts shown, clicked and bought, each recommendation once, for people who allow measuring", async () => {
    await store.log.append(shop, [
      measured("anna"),
      entry("anna", "impression", ["mug", "pot"], 10, "r1"),
      entry("anna", "click", ["mug"], 9.9, "r1"),
      entry("anna", "view", ["mug"], 9.8, "r1"),
      entry("anna", "purchase", ["mug", "unrelated"], 9, null),
      entry("anna", "impression", ["pot"], 5, "r2"),
      entry("anna", "purchase", ["lid"], 4, "r2"),
      entry("anna", "impression", ["jar"], 20, "r3"),
      entry("anna", "click", ["jar"], 19.9, "r3"),
      entry("anna", "purchase", ["jar"], 1, null),
      entry("anna", "impression", ["old"], 400, "r4"),
      entry("ben", "impression", ["mug"], 3, "r5"),
    ]);
    const gate = createGate({
      consents: store.consents,
      identities: store.identities,
      preferences: store.preferences,
      clock: () => now,
      personIds: createPersonIds(store.shops),
    });
    const report = createReportEarned({ store, gate, clock: () => now });
    expect(await report(shop, 30)).toEqual([{ surface: "for-you", personalized: true, shown: 3, clicked: 2, bought: 1, revenue: 10 }]);
    expect((await report(shop, 500))[0]!.shown).toBe(4);
    expect(await report("other" as ShopId, 30)).toEqual([]);
  });
});
