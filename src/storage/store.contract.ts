import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Allowed, Use } from "#domain/allowed.ts";
import type { ShopEvent } from "#domain/event.ts";
import { firstSeq, type ItemId, type LogSeq, type MessageId, type PersonId, type RecommendationId, type ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { mintAllowed } from "#domain/mint-allowed.ts";
import type { Purpose } from "#domain/purpose.ts";
import { testAudit } from "./audit.contract.ts";
import { testConnections } from "./connections.contract.ts";
import { testConsentRecords } from "./consent-records.contract.ts";
import { testFeeds } from "./feeds.contract.ts";
import { testForgetting } from "./forget.contract.ts";
import { testGorse } from "./gorse.contract.ts";
import { testIdentities } from "./identity.contract.ts";
import type { LogEntry, NameOf, Store } from "./ports.ts";
import { testPreferences } from "./preferences.contract.ts";
import { testPrivacyLinks } from "./privacy-links.contract.ts";
import { testRetraction } from "./retraction.contract.ts";
import { testRights } from "./rights.contract.ts";
import { testVault } from "./vault.contract.ts";
import { testWebhooks } from "./webhooks.contract.ts";

// What every store must do. An implementation plugs itself in with `open`; `reopen` comes back to what it kept.

const at = Date.UTC(2026, 0, 15);
let shopNumber = 0;
const freshShop = () => `shop-${++shopNumber}-${process.pid}` as ShopId;
const nameOf = (id: string, kind: NameOf["kind"] = "customer"): NameOf => ({ personId: `p-${id}` as PersonId, kind, externalId: id });

function event(messageId: string, more: Partial<ShopEvent> = {}): ShopEvent {
  return {
    messageId: messageId as MessageId,
    type: "purchase",
    name: "Order Completed",
    occurredAt: at,
    receivedAt: at,
    lines: [{ itemId: "mug" as ItemId, quantity: 2, unitPrice: 4.5 }],
    orderId: null,
    sessionId: null,
    recommendationId: null,
    currency: "GBP",
    refused: [],
    impression: null,
    ...more,
  };
}
const bought = (who: string, messageId: string, more: Partial<ShopEvent> = {}): LogEntry => ({
  kind: "event",
  name: nameOf(who),
  event: event(messageId, more),
});
function decided(who: string, messageId: string, purpose: Purpose, granted: boolean): LogEntry {
  const decision = { personId: nameOf(who).personId, purpose, granted, at, source: "person", notice: "v1", how: "banner" } as const;
  return { kind: "consent", messageId: messageId as MessageId, name: nameOf(who), decision };
}
const item = (id: string, more: Partial<CatalogueItem> = {}): CatalogueItem => ({
  itemId: id as ItemId,
  title: `Title of ${id}`,
  description: null,
  categories: ["Kitchen", "Mugs"],
  brand: null,
  price: 4.5,
  currency: "GBP",
  stock: null,
  available: true,
  url: null,
  imageUrl: null,
  attributes: {},
  releasedAt: null,
  source: "shop",
  createdAt: at,
  updatedAt: at,
  ...more,
});

export function testStore(name: string, open: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());
    const leave = (shop: ShopId, who: string, purpose: Use = "personalize") => mintAllowed(shop, purpose, [nameOf(who).personId]);

    it("answers", () => store.check());

    describe("log", () => {
      it("appends in order and hands the events back as they were", async () => {
        const shop = freshShop();
        const outcomes = await store.log.append(shop, [bought("a", "m1", { occurredAt: at + 5 }), bought("a", "m2"), bought("b", "m3")]);
        expect(outcomes.map((outcome) => outcome.kind)).toEqual(["appended", "appended", "appended"]);
        const refs = await store.log.refs(shop, firstSeq, 10);
        expect(refs.map((ref) => [ref.kind, ref.personId, ref.type])).toEqual([
          ["event", "p-a", "purchase"],
          ["event", "p-a", "purchase"],
          ["event", "p-b", "purchase"],
        ]);
        expect(await store.log.head(shop)).toBe(refs[2]!.seq);
        expect([await store.log.countAfter(shop, firstSeq), await store.log.countAfter(shop, refs[1]!.seq)]).toEqual([3, 1]);
        const history = await store.log.history(leave(shop, "a"), { limit: 10 });
        expect(history.map((logged) => logged.messageId)).toEqual(["m2", "m1"]);
        expect(history[0]).toEqual({ ...event("m2"), personId: "p-a", seq: refs[1]!.seq });
      });

      it("reads what was appended lazily, whoever waited for it", async () => {
        const shop = freshShop();
        const shown = (id: string) => bought("a", id, { type: "impression", recommendationId: id as RecommendationId });
        const asked = (id: string) => {
          void store.log.append(shop, [shown(id)], { lazily: true });
          return store.log;
        };
        const ids = async () => (await asked("i1").history(leave(shop, "a"), { limit: 9 })).map(({ messageId }) => messageId);
        expect(await ids()).toEqual(["i1"]);
        expect((await asked("i2").recommendationOf(shop, "i2" as RecommendationId))?.personId).toBe("p-a");
        expect((await asked("i3").recent(shop, 1))[0]).toMatchObject({ seq: await store.log.head(shop), kind: "event" });
        expect(await asked("i4").tally(leave(shop, "a"))).toMatchObject([{ type: "impression", count: 4 }]);
        expect((await asked("i5").size(shop)).events).toBe(5);
        expect(await asked("i6").countAfter(shop, firstSeq)).toBe(6);
        void asked("i7");
        expect(await store.transfer.entries(shop, firstSeq, 1e9 as LogSeq, 100)).toHaveLength(7);
      });

      it("takes a message id once, within a call and over calls, for each shop", async () => {
        const shop = freshShop();
        const first = await store.log.append(shop, [bought("a", "same"), bought("b", "same", { type: "view" })]);
        expect(first.map((outcome) => outcome.kind)).toEqual(["appended", "duplicate"]);
        expect((await store.log.append(shop, [bought("a", "same")]))[0]!.kind).toBe("duplicate");
        expect((await store.log.append(freshShop(), [bought("a", "same")]))[0]!.kind).toBe("appended");
        expect(await store.log.refs(shop, firstSeq, 10)).toHaveLength(1);
      });

      it("gives every concurrent caller their own outcomes", async () => {
        const shop = freshShop();
        const calls = Array.from({ length: 40 }, (_, call) => store.log.append(shop, [bought("a", `c${call}`), bought("a", `c${call % 7}`)]));
        const outcomes = (await Promise.all(calls)).flat();
        expect(outcomes.filter((outcome) => outcome.kind === "appended")).toHaveLength(40);
        const seqs = (await store.log.refs(shop, firstSeq, 100)).map((ref) => ref.seq);
        expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
        expect(new Set(seqs).size).toBe(40);
      });

      it("keeps impressions, refused purposes and every line", async () => {
        const shop = freshShop();
        const shown = event("i", {
          type: "impression",
          recommendationId: "r1" as RecommendationId,
          refused: ["learn", "share"],
          lines: Array.from({ length: 30 }, (_, index) => ({ itemId: `ä"${index}` as ItemId, quantity: index, unitPrice: index % 2 ? 0.1 : null })),
          impression: { surface: "for-you", model: "linear", modelVersion: 3, personalized: true, propensities: [1, 0.5] },
        });
        await store.log.append(shop, [{ kind: "event", name: nameOf("a"), event: shown }]);
        expect((await store.log.history(leave(shop, "a"), { limit: 1 }))[0]).toMatchObject(shown);
        expect(await store.log.recommendationOf(shop, "r1" as RecommendationId)).toEqual({
          personId: "p-a",
          itemIds: shown.lines.map((line) => line.itemId),
        });
        expect(await store.log.recommendationOf(shop, "r2" as RecommendationId)).toBeNull();
      });

      it("hands out nothing that refused the purpose, and nothing without leave", async () => {
        const shop = freshShop();
        await store.log.append(shop, [bought("a", "m1", { refused: ["personalize"] }), bought("a", "m2", { refused: ["learn"] })]);
        expect((await store.log.history(leave(shop, "a"), { limit: 9 })).map((logged) => logged.messageId)).toEqual(["m2"]);
        expect((await store.log.history(leave(shop, "a", "learn"), { limit: 9 })).map((logged) => logged.messageId)).toEqual(["m1"]);
        const forged = { shopId: shop, purpose: "personalize", personIds: ["p-a"] } as unknown as Allowed<"personalize">;
        await expect(store.log.history(forged, { limit: 9 })).rejects.toThrow("without leave");
        await expect(store.log.histories([forged], {})).rejects.toThrow("without leave");
      });

      it("cuts a history by position, type, time and length", async () => {
        const shop = freshShop();
        const entries = [0, 1, 2, 3, 4].map((day) => bought("a", `m${day}`, { occurredAt: at + day, type: day % 2 ? "view" : "purchase" }));
        await store.log.append(shop, entries);
        const seqs = (await store.log.refs(shop, firstSeq, 10)).map((ref) => ref.seq);
        const ids = async (options: Parameters<Store["log"]["history"]>[1]) =>
          (await store.log.history(leave(shop, "a"), options)).map((logged) => logged.messageId);
        expect(await ids({ limit: 2 })).toEqual(["m3", "m4"]);
        expect(await ids({ limit: 9, upTo: seqs[1] as LogSeq })).toEqual(["m0", "m1"]);
        expect(await ids({ limit: 9, types: ["view"] })).toEqual(["m1", "m3"]);
        expect(await ids({ limit: 9, since: at + 3 })).toEqual(["m3", "m4"]);
      });

      it("counts a history by type and origin, as it may be read", async () => {
        const shop = freshShop();
        await store.log.append(shop, [
          bought("a", "order:1", { occurredAt: at + 7 }),
          bought("a", "order:2", { occurredAt: at + 3 }),
          bought("a", "Order:3", { occurredAt: at + 4 }),
          bought("a", "outcome:1", { refused: ["learn"] }),
          bought("a", "m1", { type: "view", refused: ["personalize"] }),
          bought("b", "m2"),
        ]);
        const tally = async (purpose: "personalize" | "learn" | "access") =>
          (await store.log.tally(leave(shop, "a", purpose))).map(({ type, origin, count }) => [type, origin, count]);
        const orders = ["purchase", "order", 2];
        const others = [
          ["purchase", null, 1],
          ["purchase", "outcome", 1],
          ["view", null, 1],
        ];
        expect(await tally("access")).toEqual([orders, ...others]);
        expect(await tally("personalize")).toEqual([orders, ...others.slice(0, 2)]);
        expect(await tally("learn")).toEqual([orders, others[0], others[2]]);
        expect((await store.log.tally(leave(shop, "a", "access")))[0]).toEqual({
          type: "purchase",
          origin: "order",
          count: 2,
          from: at + 3,
          to: at + 7,
        });
        const forged = { shopId: shop, purpose: "access", personIds: ["p-a"] } as unknown as Allowed<"access">;
        await expect(store.log.tally(forged)).rejects.toThrow("without leave");
      });

      it("reads many histories at once, and one shop never sees another's", async () => {
        const [shop, other] = [freshShop(), freshShop()];
        await store.log.append(shop, [bought("a", "m1"), bought("b", "m2"), bought("a", "m3")]);
        await store.log.append(other, [bought("a", "m4")]);
        const histories = await store.log.histories([leave(shop, "a"), leave(shop, "b"), leave(shop, "nobody")], {});
        expect([...histories].map(([person, events]) => [person, events.map((logged) => logged.messageId)]).sort()).toEqual([
          ["p-a", ["m1", "m3"]],
          ["p-b", ["m2"]],
        ]);
      });

      it("shows the latest entries without names", async () => {
        const shop = freshShop();
        await store.log.append(shop, [decided("anna@example.org", "d", "learn", true), bought("anna@example.org", "m1")]);
        const recent = await store.log.recent(shop, 10);
        expect(recent.map((entry) => entry.kind)).toEqual(["event", "consent"]);
        expect(recent[0]!.itemIds).toEqual(["mug"]);
        expect(JSON.stringify(recent)).not.toContain("example.org");
        expect(await store.log.size(shop)).toEqual({ entries: 2, events: 1, from: at, to: at });
      });
    });

    testFeeds(() => store);
    describe("retraction", () => testRetraction(() => store, freshShop));

    testGorse(() => store, freshShop);
    describe("preferences", () => testPreferences(() => store, freshShop));
    describe("links", () => testIdentities(() => store, freshShop));
    describe("consent records", () => testConsentRecords(() => store, freshShop));
    testVault(() => store, freshShop);
    testAudit(() => store, freshShop);

    describe("consents", () => {
      it("the latest decision counts; the ones before stay readable by position", async () => {
        const shop = freshShop();
        await store.log.append(shop, [decided("a", "1", "learn", true), decided("a", "2", "measure", false)]);
        const before = await store.log.head(shop);
        await store.log.append(shop, [decided("a", "3", "learn", false), decided("b", "4", "learn", true)]);
        const person = nameOf("a").personId;
        const now = (await store.consents.current(shop, [person])).get(person)!;
        expect([now.get("learn")!.granted, now.get("measure")!.granted, now.has("email")]).toEqual([false, false, false]);
        expect((await store.consents.asOf(shop, [person], before)).get(person)!.get("learn")).toMatchObject({
          granted: true,
          notice: "v1",
          how: "banner",
        });
        expect(await store.consents.granted(shop, "learn")).toEqual(["p-b"]);
        expect(await store.consents.tally(shop)).toEqual([
          { purpose: "learn", granted: 1, refused: 1 },
          { purpose: "measure", granted: 0, refused: 1 },
        ]);
        expect((await store.consents.current(freshShop(), [person])).size).toBe(0);
      });

      it("a repeated message decides nothing", async () => {
        const shop = freshShop();
        await store.log.append(shop, [decided("a", "1", "learn", true)]);
        await store.log.append(shop, [decided("a", "1", "learn", false)]);
        expect(await store.consents.granted(shop, "learn")).toEqual(["p-a"]);
      });
    });

    describe("identities", () => {
      it("knows people once something is stored about them, and the devices linked to them", async () => {
        const shop = freshShop();
        const device = nameOf("device", "anonymous");
        expect(await store.identities.cluster(shop, device.personId)).toBeNull();
        await store.log.append(shop, [{ kind: "event", name: device, event: event("m1") }]);
        expect(await store.identities.cluster(shop, device.personId)).toEqual({ rootId: "p-device", memberIds: ["p-device"] });
        const hands = { deviceId: device.personId, session: { ...device, personId: "p-device-anna" as PersonId } };
        const link: LogEntry = { kind: "link", messageId: "l1" as MessageId, name: device, root: nameOf("anna"), device: hands, at };
        await store.log.append(shop, [bought("anna", "m2"), link]);
        expect(await store.identities.cluster(shop, nameOf("anna").personId)).toEqual({
          rootId: "p-anna",
          memberIds: ["p-anna", "p-device", "p-device-anna"],
        });
        expect(await store.identities.cluster(shop, device.personId)).toEqual({
          rootId: "p-anna",
          memberIds: ["p-device", "p-anna", "p-device-anna"],
        });
        expect(await store.identities.count(shop)).toBe(1);
        expect(await store.identities.list(shop, "customer", 5)).toEqual([nameOf("anna")]);
        expect(await store.identities.nameOf(shop, device.personId)).toEqual(device);
      });
    });

    describe("catalogue", () => {
      it("puts, replaces, adds only what is missing, and tells that it changed", async () => {
        const shop = freshShop();
        expect(await store.catalogue.revision(shop)).toBe(0);
        const attributes = { color: "red", size: ["M"], gorse: { Labels: { genre: ["\u0000ä\ud800"] } } };
        const described = { title: "100% wool", price: null, available: false, attributes, releasedAt: at - 1 };
        await store.catalogue.put(shop, [item("b"), item("a", { title: "first" }), item("a", described)]);
        const revision = await store.catalogue.revision(shop);
        expect(revision).toBeGreaterThan(0);
        await store.catalogue.addMissing(shop, [item("a", { title: "worse", source: "event" }), item("c", { source: "event" })]);
        expect(await store.catalogue.revision(shop)).toBeGreaterThan(revision);
        const all = await store.catalogue.all(shop);
        expect(all).toEqual([item("a", described), item("b"), item("c", { source: "event" })]);
        expect(await store.catalogue.count(shop, null)).toBe(3);
        expect(await store.catalogue.count(shop, "wool")).toBe(1);
        expect(await store.catalogue.get(shop, ["c", "nope"] as ItemId[])).toEqual(new Map([["c", all[2]]]));
        const list = (after: string | null, query: string | null) => store.catalogue.list(shop, { after: after as ItemId | null, limit: 2, query });
        expect((await list(null, null)).map((one) => one.itemId)).toEqual(["a", "b"]);
        expect((await list("b", null)).map((one) => one.itemId)).toEqual(["c"]);
        expect((await list(null, "0% WOOL")).map((one) => one.itemId)).toEqual(["a"]);
        expect(await list(null, "%_")).toEqual([]);
      });
    });

    describe("models and consumers", () => {
      it("publishes versions and hands the latest back byte for byte", async () => {
        const shop = freshShop();
        expect(await store.models.latest(shop, "linear")).toBeNull();
        const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 256);
        for (const seq of [1, 2, 3, 4]) {
          const model = { name: "linear", builtAt: at, seq: seq as LogSeq, card: { people: seq }, artefact: bytes };
          expect(await store.models.publish(shop, model)).toBe(seq);
        }
        const latest = (await store.models.latest(shop, "linear"))!;
        expect({ ...latest, artefact: [...latest.artefact] }).toEqual({
          name: "linear",
          version: 4,
          builtAt: at,
          seq: 4,
          card: { people: 4 },
          artefact: [...bytes],
        });
        expect(await store.models.latestVersion(shop, "linear")).toBe(4);
        expect(await store.models.cards(shop)).toEqual([{ name: "linear", version: 4, builtAt: at, seq: 4, card: { people: 4 } }]);
      });

      it("publishes nothing that knows less of the log than what is published, unless the log itself holds no more", async () => {
        const shop = freshShop();
        const outcomes = await store.log.append(shop, [bought("anna", "m1"), bought("anna", "m2"), bought("anna", "m3")]);
        const [first, second, third] = outcomes.map((outcome) => (outcome as { seq: LogSeq }).seq) as [LogSeq, LogSeq, LogSeq];
        const made = (seq: number) => ({ name: "linear", builtAt: at, seq: seq as LogSeq, card: {}, artefact: Uint8Array.of(seq % 256) });
        expect(await store.models.publish(shop, made(first))).toBe(1);
        expect(await store.models.publish(shop, made(third))).toBe(2);
        expect(await store.models.publish(shop, made(second))).toBe(2);
        expect((await store.models.latest(shop, "linear"))!.seq).toBe(third);
        expect(await store.models.publish(shop, { ...made(first), name: "popular" })).toBe(1);
        // What stood at its end is gone.
        expect(await store.models.publish(shop, made(third + 5))).toBe(3);
        expect(await store.models.publish(shop, made(third))).toBe(4);
      });

      it("moves a consumer's cursor and state together, and only from where the caller saw it", async () => {
        const shop = freshShop();
        expect(await store.consumers.load(shop, "learn")).toEqual({ cursor: 0, state: null, epoch: 0 });
        expect(await store.consumers.save(shop, "learn", firstSeq, 5 as LogSeq, Uint8Array.of(1, 2))).toBe(true);
        expect(await store.consumers.save(shop, "learn", firstSeq, 6 as LogSeq, Uint8Array.of(3))).toBe(false);
        expect(await store.consumers.save(shop, "learn", 5 as LogSeq, 9 as LogSeq, Uint8Array.of(4))).toBe(true);
        const kept = await store.consumers.load(shop, "learn");
        expect([kept.cursor, ...kept.state!]).toEqual([9, 4]);
      });
    });

    describe("shops", () => {
      it("creates a shop once by name and finds it by key", async () => {
        const shopId = freshShop();
        const shop = { shopId, name: `Name of ${shopId}`, currency: "PKR", createdAt: at };
        const secrets = {
          personKey: "secret",
          keyHashes: [
            { hash: `w-${shopId}`, scope: "write" as const },
            { hash: `s-${shopId}`, scope: "server" as const },
          ],
        };
        expect(await store.shops.create(shop, secrets)).toBe(true);
        expect(await store.shops.create({ ...shop, shopId: freshShop() }, { personKey: "", keyHashes: [{ hash: "x", scope: "write" }] })).toBe(false);
        expect(await store.shops.byKeyHash(`s-${shopId}`)).toEqual({ shop, scope: "server" });
        expect(await store.shops.byKeyHash("x")).toBeNull();
        expect(await store.shops.byName(shop.name)).toEqual(shop);
        expect(await store.shops.personKey(shopId)).toBe("secret");
        expect(await store.shops.list()).toContainEqual(shop);
      });
    });
  });
  testConnections(name, open);
  testWebhooks(name, open);
  testPrivacyLinks(name, open);
  testRights(name, open);
  testForgetting(name, open);
}
