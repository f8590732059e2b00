import { expect, it } from "vitest";
import { visitGapMs, visitLimitMs } from "#domain/data-use.ts";
import type { EventType } from "#domain/event.ts";
import type { ItemId, MessageId, PersonId, SessionId, ShopId } from "#domain/ids.ts";
import { mintAllowed } from "#domain/mint-allowed.ts";
import type { PreferenceChange } from "#domain/preference.ts";
import type { LogEntry, NameOf, Store } from "./ports.ts";

const at = Date.UTC(2026, 0, 15);
const [anna, device] = ["p-anna", "p-device"] as PersonId[];
const name: NameOf = { personId: anna!, kind: "customer", externalId: "anna" };
const change = (more: Partial<PreferenceChange>): PreferenceChange => ({
  personId: anna!,
  action: "set",
  kind: "less",
  key: "mug",
  value: "",
  at,
  by: "person",
  ...more,
});

function did(messageId: string, type: EventType, agoMs: number, session: string | null = null): LogEntry {
  const times = { occurredAt: at - agoMs, receivedAt: at };
  const lines = [{ itemId: "mug" as ItemId, quantity: 1, unitPrice: null }];
  const ids = { orderId: null, sessionId: session as SessionId | null, recommendationId: null };
  return {
    kind: "event",
    name,
    event: { messageId: messageId as MessageId, type, name: type, ...times, lines, ...ids, currency: null, refused: [], impression: null },
  };
}

/** What every store must do with people's choices, and with the windows that the dial opens onto a history. */
export function testPreferences(storeOf: () => Store, freshShop: () => ShopId): void {
  it("keeps one choice a kind and key, under each name, and the record of how it came to be", async () => {
    const { preferences } = storeOf();
    const shop = freshShop();
    const wishes = [
      change({}),
      change({ value: "again", at: at + 1 }),
      change({ kind: "dial", key: "", value: "page", personId: device! }),
      change({ key: "plate" }),
    ];
    await preferences.change(shop, wishes);
    await preferences.change(shop, [change({ action: "clear", key: "plate", by: "shop" }), change({ action: "clear", key: "never set" })]);
    await preferences.change(shop, [change({ action: "delete-event", kind: "event", key: "m1", by: "page" })]);
    expect(await preferences.of(shop, [anna!, device!])).toEqual([
      { personId: anna, kind: "less", key: "mug", value: "again", at: at + 1 },
      { personId: device, kind: "dial", key: "", value: "page", at },
    ]);
    expect(await preferences.of(shop, [])).toEqual([]);
    expect(await preferences.of(freshShop(), [anna!])).toEqual([]);
    expect([await preferences.any(shop, "dial"), await preferences.any(shop, "pause")]).toEqual([true, false]);
    const told = (await preferences.changes(shop, [anna!])).map(({ action, key, by }) => `${action} ${key} ${by}`);
    expect(told).toEqual([
      "set mug person",
      "set mug person",
      "set plate person",
      "clear plate shop",
      "clear never set person",
      "delete-event m1 page",
    ]);
  });

  it("hands out the rows of the window alone, and nothing that is not to be used", async () => {
    const store = storeOf();
    const shop = freshShop();
    await store.log.append(shop, [
      did("now", "view", 0),
      did("search", "search", visitGapMs),
      did("early", "view", 2 * visitGapMs),
      did("before", "view", 3 * visitGapMs + 1),
      did("old", "purchase", 3 * visitLimitMs),
      did("s-old", "view", visitLimitMs + 1, "s"),
      did("s-new", "view", visitLimitMs, "s"),
    ]);
    const read = async (level: "visit" | "purchases" | null, session: string | null, purpose: "personalize" | "access" = "personalize") => {
      const window = level === null ? null : { level, visit: { sessionId: session as SessionId | null, now: at } };
      const events = await store.log.history(mintAllowed(shop, purpose, [anna!], window), { limit: 99, types: ["view", "purchase"] });
      return events.map(({ messageId }) => messageId);
    };
    expect(await read("visit", null)).toEqual(["early", "now"]);
    expect(await read("visit", "s")).toEqual(["s-new"]);
    expect(await read("purchases", null)).toEqual(["old", "early", "now"]);
    expect(await read("purchases", "none")).toEqual(["old"]);
    expect(await read(null, null)).toHaveLength(6);
    await store.preferences.change(shop, [change({ kind: "unused", key: "early", value: "gift" })]);
    // It is still an act of the visit for nobody: what lies before it is another visit's.
    expect(await read("visit", null)).toEqual(["now"]);
    expect(await read(null, null)).toHaveLength(5);
    expect(await read(null, null, "access")).toHaveLength(6);
    const one = await store.log.history(mintAllowed(shop, "access", [anna!]), { limit: 9, messageIds: ["early" as MessageId] });
    expect(one.map(({ messageId }) => messageId)).toEqual(["early"]);
  });
}
