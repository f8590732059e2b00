import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { EventLine } from "#domain/event.ts";
import type { CustomerId, ItemId, MessageId, OrderId, RecommendationId, ShopId } from "#domain/ids.ts";
import { createGate } from "#privacy/gate.ts";
import { createPersonIds, type PersonIds } from "#privacy/person-ids.ts";
import { createRecordConsents, type RecordConsents } from "#privacy/record-consents.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createIngest, type Ingest } from "./ingest.ts";
import type { IncomingMessage } from "./message.ts";

const now = 20_500 * dayMs;
let [store, personIds, ingest, record]: [Store, PersonIds, Ingest, RecordConsents] = [] as never;
let number = 0;

beforeAll(async () => {
  store = await openSqlite(":memory:");
  personIds = createPersonIds(store.shops);
  const deps = { store, personIds, clock: () => now, freshId: () => `id-${number++}` };
  ingest = createIngest(deps);
  record = createRecordConsents(deps);
});
afterAll(() => store.close());

async function freshShop(...customers: string[]): Promise<ShopId> {
  const shopId = `shop-${number++}` as ShopId;
  await store.shops.create({ shopId, name: shopId, currency: "GBP", createdAt: 0 }, { personKey: "secret", keyHashes: [] });
  for (const customer of customers) {
    const purposes = new Map([["personalize", true]] as const);
    await record(shopId, [{ names: { customerId: customer as CustomerId, anonymousId: null }, purposes, source: "person", notice: null, how: null }]);
  }
  return shopId;
}

type Told = { name: string; type: "purchase" | "return"; minute: number; lines: EventLine[]; recommendationId?: string };
const line = (item: string, quantity = 1, unitPrice = 2): EventLine => ({ itemId: item as ItemId, quantity, unitPrice });
const completed = (minute: number, ...lines: EventLine[]): Told => ({ name: "Order Completed", type: "purchase", minute, lines });
const updated = (minute: number, ...lines: EventLine[]): Told => ({ name: "Order Updated", type: "purchase", minute, lines });
const refunded = (minute: number, ...lines: EventLine[]): Told => ({ name: "Order Refunded", type: "return", minute, lines });
const cancelled = (minute: number, ...lines: EventLine[]): Told => ({ name: "Order Cancelled", type: "return", minute, lines });
const message = (told: Told, id: string, customer = "anna", orderId: string | null = "o1"): IncomingMessage => ({
  names: { customerId: customer as CustomerId, anonymousId: null },
  event: {
    messageId: id as MessageId,
    type: told.type,
    name: told.name,
    occurredAt: now - dayMs + told.minute * 60_000,
    lines: told.lines,
    orderId: orderId as OrderId | null,
    sessionId: null,
    recommendationId: (told.recommendationId ?? null) as RecommendationId | null,
    currency: "GBP",
  },
  seenItems: [],
  linksNames: false,
  stampedConsent: null,
  basis: "order-record",
});

/** What a history says in the end, without saying which entry says it. */
async function holds(shop: ShopId, customer = "anna"): Promise<string[]> {
  const gate = createGate({ consents: store.consents, identities: store.identities, preferences: store.preferences, clock: () => now, personIds });
  const leave = await gate.allow(shop, await gate.recognise(shop, { customerId: customer as CustomerId, anonymousId: null }), "personalize");
  const events = await store.log.history(leave!, { limit: 100 });
  return events.flatMap(({ type, lines }) =>
    lines.length === 0 ? [] : [`${type} ${lines.map((one) => `${one.itemId}×${one.quantity}`).join(" ")}`],
  );
}
async function endOf(...told: Told[]): Promise<string[]> {
  const shop = await freshShop("anna");
  for (const one of told) await ingest(shop, [message(one, `m${number++}`)]);
  return holds(shop);
}

describe("orders", () => {
  const whole = [line("mug", 2), line("pot")];

  it.each<[string, Told[], string[]]>([
    ["told by two channels", [completed(1, ...whole), completed(2, ...whole)], ["purchase mug×2 pot×1"]],
    ["updated", [completed(1, ...whole), updated(5, line("mug"))], ["purchase mug×1"]],
    ["updated, and the older version comes late", [updated(5, line("mug")), completed(1, ...whole)], ["purchase mug×1"]],
    ["updated without products", [completed(1, ...whole), updated(5)], ["purchase mug×2 pot×1"]],
    ["cancelled", [completed(1, ...whole), cancelled(2)], []],
    ["cancelled with all its products", [completed(1, ...whole), cancelled(2, ...whole)], []],
    ["cancelled in part", [completed(1, ...whole), cancelled(2, line("pot"))], ["purchase mug×2 pot×1", "return pot×1"]],
    ["cancelled before it was told", [cancelled(2), completed(1, ...whole)], []],
    ["cancelled, and taken back", [completed(1, ...whole), cancelled(2), updated(3, ...whole)], ["purchase mug×2 pot×1"]],
    [
      "cancelled with all its products, and taken back",
      [completed(1, ...whole), cancelled(2, ...whole), updated(3, ...whole)],
      ["purchase mug×2 pot×1"],
    ],
    ["cancelled after a refund", [completed(1, ...whole), refunded(2, line("pot")), cancelled(3)], []],
    ["refunded", [completed(1, ...whole), refunded(2)], ["purchase mug×2 pot×1", "return mug×2 pot×1"]],
    ["refunded before it was told", [refunded(2), completed(1, ...whole)], ["purchase mug×2 pot×1", "return mug×2 pot×1"]],
    [
      "refunded in part, then the rest",
      [completed(1, ...whole), refunded(2, line("mug")), refunded(3)],
      ["purchase mug×2 pot×1", "return mug×1", "return mug×1 pot×1"],
    ],
    [
      "the same refund told twice",
      [completed(1, ...whole), refunded(2, ...whole), refunded(3, ...whole), refunded(4)],
      ["purchase mug×2 pot×1", "return mug×2 pot×1"],
    ],
    ["refunded without an order", [refunded(2, line("mug"))], ["return mug×1"]],
  ])("%s", async (_what, told, expected) => {
    expect(await endOf(...told)).toEqual(expected);
  });

  it("is one in a batch, too, and a repeated message changes nothing", async () => {
    const shop = await freshShop("anna");
    const batch = [message(completed(1, ...whole), "web"), message(completed(2, ...whole), "webhook"), message(refunded(3), "refund")];
    expect((await ingest(shop, batch)).map(({ kind }) => kind)).toEqual(["ok", "ok", "ok"]);
    const head = await store.log.head(shop);
    expect((await ingest(shop, batch)).map(({ kind }) => kind)).toEqual(["drop", "drop", "drop"]);
    expect(await store.log.head(shop)).toBe(head);
    expect(await holds(shop)).toEqual(["purchase mug×2 pot×1", "return mug×2 pot×1"]);
  });

  it("of another person with the same number stays as it is, and so does what has no number", async () => {
    const shop = await freshShop("anna", "ben");
    await ingest(shop, [message(completed(1, ...whole), "a"), message(completed(1, ...whole), "b", "ben"), message(cancelled(2), "c", "ben")]);
    await ingest(shop, [message(completed(3, line("pot")), "d", "anna", null), message(completed(3, line("pot")), "e", "anna", null)]);
    expect([await holds(shop), await holds(shop, "ben")]).toEqual([["purchase mug×2 pot×1", "purchase pot×1", "purchase pot×1"], []]);
  });

  it("keeps what was bought from a recommendation item by item", async () => {
    const part = (item: string): Told => ({ ...completed(1, line(item)), name: "Recommendation bought", recommendationId: "r1" });
    expect(await endOf(part("mug"), part("pot"))).toEqual(["purchase mug×1", "purchase pot×1"]);
    expect(await endOf(part("mug"), part("pot"), cancelled(9))).toEqual([]);
  });

  it("told by many at once ends as one", async () => {
    const shop = await freshShop("anna");
    const told = [...Array.from({ length: 8 }, (_, minute) => completed(minute, ...whole)), updated(20, line("mug")), refunded(30)];
    await Promise.all(told.map((one, index) => ingest(shop, [message(one, `m${index}`)])));
    expect(await holds(shop)).toEqual(["purchase mug×1", "return mug×1"]);
  });

  it("property: whatever is told, in whatever order and however often, the same holds in the end", async () => {
    const lines = fc.array(fc.tuple(fc.constantFrom("mug", "pot", "lid"), fc.integer({ min: 1, max: 3 })), { maxLength: 3 });
    const told = fc
      .record({ kind: fc.constantFrom(completed, updated, refunded, refunded, cancelled), minute: fc.nat(5), lines })
      .map(({ kind, minute, lines: drawn }) => kind(minute, ...drawn.map(([item, quantity]) => line(item, quantity))));
    const runs = fc.array(told, { minLength: 1, maxLength: 5 }).chain((all) => {
      const numbered = all.map((one, index) => ({ one, id: `m${index}` }));
      const shuffled = () => fc.shuffledSubarray(numbered, { minLength: numbered.length });
      return fc.tuple(shuffled(), shuffled());
    });
    await fc.assert(
      fc.asyncProperty(runs, async (orders) => {
        const ends: string[][] = [];
        for (const order of orders) {
          const shop = await freshShop("anna");
          for (const { one, id } of order) await ingest(shop, [message(one, id)]);
          await ingest(shop, [message(order[0]!.one, order[0]!.id)]);
          ends.push((await holds(shop)).map((text) => text.split(" ").sort().join(" ")).sort());
        }
        expect(ends[0]).toEqual(ends[1]);
      }),
      { numRuns: 120 },
    );
  });
});
