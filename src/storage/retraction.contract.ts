import { expect, it } from "vitest";
import type { ShopEvent } from "#domain/event.ts";
import type { ItemId, LogSeq, MessageId, OrderId, PersonId, ShopId } from "#domain/ids.ts";
import { mintAllowed } from "#domain/mint-allowed.ts";
import { forgettingPrefix } from "./ports/forget-store.ts";
import type { LogEntry, NameOf, Store } from "./ports.ts";

const at = Date.UTC(2026, 0, 15);
const nameOf = (id: string): NameOf => ({ personId: `p-${id}` as PersonId, kind: "customer", externalId: id });
const event = (messageId: string): ShopEvent => ({
  messageId: messageId as MessageId,
  type: "purchase",
  name: "Order Completed",
  occurredAt: at,
  receivedAt: at,
  lines: [{ itemId: "mug" as ItemId, quantity: 1, unitPrice: 4.5 }],
  orderId: null,
  sessionId: null,
  recommendationId: null,
  currency: null,
  refused: [],
  impression: null,
});
const bought = (who: string, messageId: string): LogEntry => ({ kind: "event", name: nameOf(who), event: event(messageId) });
const retracted = (who: string, messageId: string, targets: readonly string[] | "everything"): LogEntry => ({
  kind: "retract",
  messageId: messageId as MessageId,
  name: nameOf(who),
  targets: targets as MessageId[] | "everything",
  at,
});

/** What every store must do with events that are taken back. */
export function testRetraction(storeOf: () => Store, freshShop: () => ShopId): void {
  const leave = (shop: ShopId, who: string) => mintAllowed(shop, "personalize", [nameOf(who).personId]);
  const idsOf = async (shop: ShopId, who: string, upTo?: LogSeq) => {
    const options = upTo === undefined ? {} : { upTo };
    const history = (await storeOf().log.history(leave(shop, who), { limit: 100, ...options })).map(({ messageId }) => messageId);
    const many = (await storeOf().log.histories([leave(shop, who)], options)).get(nameOf(who).personId) ?? [];
    expect(many.map(({ messageId }) => messageId)).toEqual(history);
    return history;
  };

  it("leaves out what was taken back, from the position of the retraction on", async () => {
    const shop = freshShop();
    const store = storeOf();
    await store.log.append(shop, [bought("a", "m1"), bought("a", "m2"), bought("b", "m3")]);
    const before = await store.log.head(shop);
    await store.log.append(shop, [retracted("a", "r1", ["m1", "m3", "never sent"])]);
    expect([await idsOf(shop, "a"), await idsOf(shop, "a", before), await idsOf(shop, "b")]).toEqual([["m2"], ["m1", "m2"], ["m3"]]);
    expect((await store.log.refs(shop, before, 9)).map(({ kind, personId, type }) => [kind, personId, type])).toEqual([["retract", "p-a", null]]);
    expect((await store.log.recent(shop, 1))[0]).toMatchObject({ kind: "retract", name: "taken back", itemIds: [] });
  });

  it("takes back once, only what stands before it, and not in other shops", async () => {
    const [shop, other] = [freshShop(), freshShop()];
    const store = storeOf();
    await store.log.append(other, [bought("a", "m1")]);
    await store.log.append(shop, [retracted("a", "r0", ["m1"]), bought("a", "m1"), bought("a", "m2"), retracted("a", "r1", ["m2"])]);
    const between = await store.log.head(shop);
    expect([await idsOf(shop, "a"), await idsOf(other, "a")]).toEqual([["m1"], ["m1"]]);
    await store.log.append(shop, [retracted("a", "r2", ["m2", "m1"]), retracted("a", "r2", [])]);
    expect([await idsOf(shop, "a"), await idsOf(shop, "a", between)]).toEqual([[], ["m1"]]);
    expect((await store.log.append(shop, [bought("a", "m1")]))[0]!.kind).toBe("duplicate");
  });

  it("takes back everything of one person that stands before it", async () => {
    const shop = freshShop();
    const { log, gorse, transfer } = storeOf();
    const ordered = (who: string, messageId: string): LogEntry => {
      const entry = bought(who, messageId) as Extract<LogEntry, { kind: "event" }>;
      return { ...entry, event: { ...entry.event, orderId: `o-${who}` as OrderId } };
    };
    await log.append(shop, [ordered("a", "m1"), ordered("b", "m2"), ordered("a", "m3"), ordered("b", "m4")]);
    const before = await log.head(shop);
    await log.append(shop, [retracted("a", `${forgettingPrefix}x`, "everything")]);
    await log.append(shop, [ordered("a", "m5"), retracted("a", `${forgettingPrefix}y`, [])]);
    expect([await idsOf(shop, "a"), await idsOf(shop, "a", before), await idsOf(shop, "b")]).toEqual([["m5"], ["m1", "m3"], ["m2", "m4"]]);
    expect((await log.refs(shop, before, 1)).map(({ kind, personId }) => [kind, personId])).toEqual([["retract", "p-a"]]);
    const told = await log.ordersToldTwice(shop, ["o-a" as OrderId]);
    expect(told.map(({ event, retracted }) => [event.messageId, retracted])).toEqual([
      ["m1", true],
      ["m3", true],
      ["m5", false],
    ]);
    expect(await gorse.takenBack(shop, ["m1", "m2", "m5"] as MessageId[])).toEqual(new Set(["m1"]));
    const exported = await transfer.entries(shop, 0 as LogSeq, await log.head(shop), 100);
    expect(exported.map(({ messageId }) => messageId)).toEqual(["m2", "m4", "m5"]);
  });

  it("takes many back at once", async () => {
    const shop = freshShop();
    const ids = Array.from({ length: 1200 }, (_, index) => `m${index}`);
    await storeOf().log.append(
      shop,
      ids.map((id) => bought("a", id)),
    );
    await storeOf().log.append(shop, [retracted("a", "all", ids.slice(1))]);
    expect(await idsOf(shop, "a")).toEqual(["m0"]);
  });
}
