import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { AnonymousId, CustomerId, ItemId, MessageId, OrderId, SessionId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { parseRetention } from "#domain/retention.ts";
import type { IncomingMessage } from "#ingestion/message.ts";
import { furnish, type House } from "#server/compose.ts";
import { type ForgetKeeping, keepingIn, keepingNothing } from "#server/forgetting.ts";
import type { Store } from "#storage/ports.ts";
import { openPostgres } from "#storage/postgres/open-postgres.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { scanStoreFiles } from "#storage/sqlite/scan-store-files.ts";
import { freshSchema, postgresUrl } from "../../../tests/support/fresh-schema.ts";
import { verifySigned } from "../vault/verify-signed.ts";

const start = Date.UTC(2026, 4, 20, 12);
const shopId = "shop-1" as ShopId;
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type World = { readonly house: House; pass(ms: number): void; readonly keeping: ForgetKeeping };

async function openWorld(store: Store, keeping = keepingNothing()): Promise<World> {
  let now = start;
  let number = 0;
  const house = furnish(
    store,
    () => now,
    () => `id-${number++}`,
    undefined,
    parseRetention("")!,
    keeping,
  );
  await store.shops.create({ shopId, name: "Shop", currency: "EUR", createdAt: start }, { personKey: "secret", keyHashes: [] });
  closing.push(() => store.close());
  return { house, keeping, pass: (ms) => (now += ms) };
}
const inMemory = async () => openWorld(await openSqlite(":memory:"));

async function inFile() {
  const folder = mkdtempSync(join(tmpdir(), "rapport-forget-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, "rapport.sqlite");
  const world = await openWorld(
    await openSqlite(database),
    keepingIn(folder, (needles) => scanStoreFiles({ database, needles })),
  );
  return { ...world, folder };
}

const customer = (id: string): PersonName => ({ customerId: id as CustomerId, anonymousId: null });
const device = (id: string): PersonName => ({ customerId: null, anonymousId: id as AnonymousId });
const both = (id: string, deviceId: string): PersonName => ({ customerId: id as CustomerId, anonymousId: deviceId as AnonymousId });

let count = 0;
function message(names: PersonName, item: string, more: Partial<IncomingMessage["event"]> = {}): IncomingMessage {
  return {
    names,
    event: {
      messageId: `message-${count++}` as MessageId,
      type: "purchase",
      name: "Order Completed",
      occurredAt: start - 1000,
      lines: [{ itemId: item as ItemId, quantity: 1, unitPrice: 3 }],
      orderId: null,
      sessionId: null,
      recommendationId: null,
      currency: null,
      ...more,
    },
    seenItems: [],
    linksNames: false,
    stampedConsent: null,
    basis: "consent",
  };
}
const yes = ({ house }: World, names: PersonName) =>
  house.recordConsents(shopId, [
    {
      names,
      purposes: new Map([
        ["personalize", true],
        ["learn", true],
        ["measure", true],
      ]),
      source: "person",
      notice: "v1",
      how: "banner",
    },
  ]);
const learn = async ({ house }: World) => {
  await house.learner.learn(shopId, { judged: false });
  await house.learner.close();
};
const forget = async ({ house }: World, names: PersonName) => {
  const { erasureId } = await house.forget.begin(shopId, names);
  await house.forget.runAll();
  return erasureId;
};
const stateOf = async ({ house }: World, id: string) => (await house.forget.status(shopId, id))?.state;

/** Others, so that there is something to learn. */
async function fill(world: World, people = 12): Promise<void> {
  for (let at = 0; at < people; at++) {
    const names = customer(`other-${at}`);
    await yes(world, names);
    await world.house.ingest(
      shopId,
      [1, 2, 3].map((step) => message(names, `item-${(at * step) % 7}`, { messageId: `other-${at}-${step}` as MessageId })),
    );
  }
}

const artefacts = async ({ house }: World) => {
  const cards = await house.store.models.cards(shopId);
  const found: Record<string, string> = {};
  for (const { name } of cards) found[name] = Buffer.from((await house.store.models.latest(shopId, name))!.artefact).toString("base64");
  return { found, counts: Buffer.from((await house.store.consumers.load(shopId, "learn")).state!).toString("base64") };
};

describe("forgetting a person", () => {
  it("R34: leaves counts and models that are, byte for byte, those of a shop that never met them", async () => {
    const [world, control] = [await inMemory(), await inMemory()];
    for (const one of [world, control]) await fill(one);
    await yes(world, customer("leaver"));
    await world.house.ingest(
      shopId,
      ["item-1", "item-2", "item-6", "only-theirs"].map((item) => message(customer("leaver"), item)),
    );
    for (const one of [world, control]) {
      await one.house.store.catalogue.put(shopId, []);
      await learn(one);
    }
    await control.house.store.catalogue.addMissing(shopId, []);
    expect((await artefacts(world)).counts).not.toEqual((await artefacts(control)).counts);
    const id = await forget(world, customer("leaver"));
    expect(await stateOf(world, id)).toBe("done");
    expect(await artefacts(world)).toEqual(await artefacts(control));
  });

  it("R33: leaves no byte of a canary in any file of the store", async () => {
    const world = await inFile();
    await fill(world, 60);
    const canary = "CANARY";
    const names = both(`${canary}-customer`, `${canary}-device`);
    await yes(world, names);
    await world.house.recordConsents(shopId, [
      { names, purposes: new Map([["email", false]]), source: "person", notice: `${canary}-notice`, how: `${canary}-how` },
    ]);
    for (let at = 0; at < 300; at++)
      await world.house.ingest(shopId, [
        message(names, `item-${at % 7}`, {
          messageId: `${canary}-message-${at}` as MessageId,
          name: `${canary} event`,
          orderId: `${canary}-order-${at}` as OrderId,
          sessionId: `${canary}-session` as SessionId,
        }),
        message(customer(`other-${at % 60}`), `item-${at % 7}`),
      ]);
    await world.house.store.gorse.putUsers(shopId, [
      {
        personId: (await world.house.personIds.of(shopId, "customer", `${canary}-customer`)).personId,
        userId: `${canary}-customer`,
        labels: `["${canary}"]`,
        comment: canary,
      },
    ]);
    await learn(world);
    expect(hitsIn(world.folder, canary)).not.toEqual([]);
    const id = await forget(world, names);
    expect(await world.house.forget.status(shopId, id)).toMatchObject({ state: "done", findings: [] });
    expect(hitsIn(world.folder, canary)).toEqual([]);
  });

  it("R33: comes to an end for whoever is called by a word that stands in every store", async () => {
    const called = ["undefined", "anonymous", "customer", "personalize", "restriction", "messageId", "rights_requests"];
    for (const world of [await inFile(), await inMemory()]) {
      await fill(world, 4);
      for (const name of ["other-0", ...called])
        await world.house.rights.open(shopId, { kind: "restriction", names: customer(name), source: "shop", verifiedBy: "shop" });
      for (const name of called) {
        await yes(world, both(name, name));
        await world.house.ingest(shopId, [message(both(name, name), "item-1")]);
      }
      const ids = [];
      for (const name of called) ids.push(await forget(world, customer(name)));
      for (const [at, id] of ids.entries())
        expect(await world.house.forget.status(shopId, id), called[at]).toMatchObject({ state: "done", findings: [] });
    }
  });

  it("R36: nothing survives but keyed digests and a certificate that names nobody and verifies by the public key alone", async () => {
    const world = await inMemory();
    await fill(world);
    const personId = (await world.house.personIds.of(shopId, "customer", "leaver")).personId;
    await yes(world, customer("leaver"));
    const id = await forget(world, customer("leaver"));
    const certificate = (await world.house.forget.certificate(shopId, id))!;
    expect(JSON.stringify(certificate)).not.toMatch(new RegExp(`leaver|${personId}`));
    expect(certificate).toMatchObject({ type: "rapport-erasure-certificate", erasureId: id, chainPosition: null });
    expect(verifySigned(certificate, await world.house.vault.signer.publicKeys(shopId))).toMatchObject({ verified: true });
    expect(verifySigned({ ...certificate, completedAt: "now" }, await world.house.vault.signer.publicKeys(shopId))).toMatchObject({
      verified: false,
    });
    expect(await world.house.store.forgetting.textRemains([personId, "leaver"])).toEqual([]);
    expect((await world.house.store.forgetting.digestsOf(shopId, id)).length).toBe(1);
  });

  it("R33: nothing about them is taken in again, whatever it comes with, until they say yes themselves", async () => {
    const world = await inMemory();
    await yes(world, both("leaver", "phone"));
    await world.house.ingest(shopId, [message(both("leaver", "phone"), "item-1")]);
    await forget(world, customer("leaver"));
    const dropped = { kind: "drop", reason: "NO_CONSENT" };
    const later = { occurredAt: start + 5000 };
    world.pass(10_000);
    const stamped = { ...message(customer("leaver"), "item-1", later), stampedConsent: new Map([["learn", true]]) } as IncomingMessage;
    const order = { ...message(customer("leaver"), "item-1", later), basis: "order-record" as const };
    expect(await world.house.ingest(shopId, [message(customer("leaver"), "item-1"), stamped, order, message(device("phone"), "item-1")])).toEqual([
      dropped,
      dropped,
      dropped,
      dropped,
    ]);
    await world.house.recordConsents(shopId, [
      { names: customer("leaver"), purposes: new Map([["learn", true]]), source: "shop-asserted", notice: null, how: "import" },
    ]);
    await world.house.store.shops.setStandingConsent(shopId, { purposes: ["learn"], notice: null });
    expect(await world.house.ingest(shopId, [message(customer("leaver"), "item-1", later)])).toEqual([dropped]);
    await yes(world, customer("friend"));
    await world.house.ingest(shopId, [message(customer("friend"), "item-1")]);
    await world.house.identities.merge(shopId, customer("leaver"), customer("friend"));
    expect(await world.house.identities.show(shopId, customer("leaver"))).toBeNull();
    await yes(world, customer("leaver"));
    expect(await world.house.ingest(shopId, [message(customer("leaver"), "item-1", later)])).toMatchObject([{ kind: "ok" }]);
    expect(await world.house.ingest(shopId, [message(device("phone"), "item-1", later)])).toEqual([dropped]);
  });

  it("R33: forgets who holds a device and leaves the one who held it before, or holds it now, alone", async () => {
    const world = await inMemory();
    for (const names of [both("anna", "tablet"), both("ben", "tablet")]) {
      await yes(world, names);
      world.pass(1000);
    }
    const at = start + 500;
    await world.house.ingest(shopId, [message(both("anna", "tablet"), "item-1", { occurredAt: at })]);
    await world.house.ingest(shopId, [message(both("ben", "tablet"), "item-2", { occurredAt: at + 1000 })]);
    const id = await forget(world, customer("anna"));
    expect(await stateOf(world, id)).toBe("done");
    expect(await world.house.identities.show(shopId, customer("anna"))).toBeNull();
    expect((await world.house.identities.show(shopId, customer("ben")))?.names).toContainEqual({ kind: "customer", id: "ben" });
    world.pass(5000);
    expect(await world.house.ingest(shopId, [message(device("tablet"), "item-3", { occurredAt: at + 3000 })])).toMatchObject([{ kind: "ok" }]);
    const { personId, memberIds } = (await world.house.gate.recognise(shopId, customer("ben")))!;
    expect(memberIds.length).toBeGreaterThan(1);
    expect(await world.house.gate.allow(shopId, { personId, memberIds, known: true }, "personalize")).not.toBeNull();
  });

  it("R33: answers somebody unknown as it answers anybody, and twice is once", async () => {
    const world = await inMemory();
    await yes(world, customer("leaver"));
    const first = await world.house.forget.begin(shopId, customer("leaver"));
    const again = await world.house.forget.begin(shopId, customer("leaver"));
    const nobody = await world.house.forget.begin(shopId, customer("nobody"));
    expect(again.erasureId).toBe(first.erasureId);
    expect(Object.keys(nobody)).toEqual(Object.keys(first));
    expect(nobody.state).toBe(first.state);
    await world.house.forget.runAll();
    expect([await stateOf(world, first.erasureId), await stateOf(world, nobody.erasureId)]).toEqual(["done", "done"]);
    expect(await stateOf(world, "made-up")).toBeUndefined();
  });

  it("R33: a device that only a decision ties to somebody goes with them, unless it is somebody else's too", async () => {
    const world = await inMemory();
    const { store } = world.house;
    const kept = async (names: PersonName) => {
      const { personId } = (await world.house.personIds.ofNames(shopId, names))[0]!;
      return [...((await store.consents.current(shopId, [personId])).get(personId)?.keys() ?? [])].length;
    };
    await yes(world, both("leaver", "lone-device"));
    await yes(world, both("leaver", "family-device"));
    await yes(world, both("stayer", "family-device"));
    await yes(world, both("leaver", "passed-on-device"));
    await world.house.ingest(shopId, [message(both("stayer", "passed-on-device"), "item-1")]);
    const id = await forget(world, customer("leaver"));
    expect(await stateOf(world, id)).toBe("done");
    expect([await kept(customer("leaver")), await kept(device("lone-device"))]).toEqual([0, 0]);
    expect([await kept(customer("stayer")), await kept(device("family-device")), await kept(device("passed-on-device"))]).toEqual([3, 3, 3]);
    expect(await store.forgetting.textRemains(["lone-device", "leaver"], true)).toEqual([]);
    // Whoever has the device alone says nothing for the customer.
    await yes(world, both("owner", "tablet"));
    await forget(world, device("tablet"));
    expect([await kept(customer("owner")), await kept(device("tablet"))]).toEqual([3, 0]);
  });

  it("R33: while it is under way they are a stranger, and what somebody writes meanwhile is found and deleted", async () => {
    const world = await inMemory();
    await yes(world, customer("leaver"));
    await world.house.ingest(shopId, [message(customer("leaver"), "item-1")]);
    const { erasureId } = await world.house.forget.begin(shopId, customer("leaver"));
    expect((await world.house.gate.recognise(shopId, customer("leaver")))?.known).toBe(false);
    await yes(world, customer("leaver"));
    const { personId } = await world.house.personIds.of(shopId, "customer", "leaver");
    for (let taken = 0; taken < 5; taken++) {
      await world.house.forget.run({ steps: 1 });
      // As a part of the house would that knows nothing of forgetting.
      await world.house.store.connections.keepOrder(shopId, {
        orderId: "o-1" as OrderId,
        personId,
        changedAt: 1,
        state: "paid",
        digest: "d",
      } as never);
    }
    await world.house.forget.runAll();
    expect(await stateOf(world, erasureId)).not.toBe("done");
    world.pass(5000);
    await world.house.forget.runAll();
    expect(await stateOf(world, erasureId)).toBe("done");
    expect((await world.house.store.connections.orders(shopId, ["o-1" as OrderId])).size).toBe(0);
  });

  it("R33: what it cannot delete needs attention, and is never said to be done", async () => {
    const world = await inMemory();
    await yes(world, customer("leaver-with-a-long-name"));
    await world.house.store.webhooks.add(
      {
        endpointId: "e",
        shopId,
        url: "https://leaver-with-a-long-name.example/x",
        types: [],
        secrets: [],
        createdAt: 0,
        stopped: null,
        failingSince: null,
        lastSuccessAt: null,
        pausedUntil: 0,
        cursor: 0 as never,
      },
      10,
    );
    await world.house.store.deadLetters.add(shopId, [{ seq: 999 as never, reason: "leaver-with-a-long-name", foundAt: 1 }], "learn");
    const { erasureId } = await world.house.forget.begin(shopId, customer("leaver-with-a-long-name"));
    for (let round = 0; round < 4; round++) {
      await world.house.forget.runAll();
      world.pass(60_000);
    }
    const status = (await world.house.forget.status(shopId, erasureId))!;
    expect(status.state).toBe("needs_attention");
    expect(status.findings).toContain("dead_letters.reason");
    expect(await world.house.forget.certificate(shopId, erasureId)).toBeNull();
    expect((await world.house.store.forgetting.tally()).needAttention).toBe(1);
  });

  it("R37: tells recipients, in a queue that names nobody, and lists them by name", async () => {
    const world = await inMemory();
    const endpoint = {
      shopId,
      types: ["consent.changed"],
      secrets: [{ secret: "whsec_eA", validUntil: null }],
      createdAt: 0,
      stopped: null,
      failingSince: null,
      lastSuccessAt: null,
      pausedUntil: 0,
      cursor: 0 as never,
    };
    await world.house.store.webhooks.add({ ...endpoint, endpointId: "crm", url: "https://crm.example/told" }, 10);
    await world.house.store.webhooks.add({ ...endpoint, endpointId: "old", url: "https://old.example/told", stopped: "gone" }, 10);
    await world.house.store.webhooks.add({ ...endpoint, endpointId: "feeds", url: "https://feeds.example/told", types: ["feed.failed"] }, 10);
    await yes(world, customer("leaver"));
    await world.house.gatherNews.gather(await world.house.store.webhooks.active());
    expect(await world.house.store.webhooks.waiting("crm")).toBe(1);
    const id = await forget(world, customer("leaver"));
    const status = (await world.house.forget.status(shopId, id))!;
    expect(status).toMatchObject({
      state: "done",
      recipients: [
        { name: "crm.example", state: "waiting" },
        { name: "old.example", state: "not told: gone" },
      ],
    });
    expect((await world.house.store.webhooks.deliveries("crm", 10)).map(({ type }) => type)).toEqual(["subject.erased"]);
    expect(await world.house.store.forgetting.textRemains(["leaver"])).toEqual([]);
    expect((await world.house.forget.certificate(shopId, id))!.recipients).toMatchObject([{ name: "crm.example" }, { name: "old.example" }]);
  });

  it("R35: an old store is told from the journal whom it may not know any more", async () => {
    const world = await inMemory();
    await yes(world, customer("leaver"));
    await forget(world, customer("leaver"));
    const id = await forget(world, customer("stranger"));
    // The same shop as it was before, under the same secret, and without the key of the digests.
    const old = await openWorld(await openSqlite(":memory:"), world.keeping);
    await fill(old);
    await yes(old, customer("leaver"));
    await old.house.ingest(shopId, [message(customer("leaver"), "item-1")]);
    expect(await old.house.forget.replay()).toBe(2);
    await old.house.forget.runAll();
    expect(await old.house.identities.show(shopId, customer("leaver"))).toBeNull();
    expect(await old.house.ingest(shopId, [message(customer("leaver"), "item-1")])).toEqual([{ kind: "drop", reason: "NO_CONSENT" }]);
    expect(await stateOf(old, id)).toBe("done");
    expect(await old.house.forget.replay()).toBe(0);
    await yes(old, customer("leaver"));
    expect(await old.house.forget.replay()).toBe(0);
    expect(await old.house.ingest(shopId, [message(customer("leaver"), "item-1")])).toMatchObject([{ kind: "ok" }]);
  });

  it.skipIf(postgresUrl === undefined)("R33: on PostgreSQL no row of any table holds a canary", async () => {
    const schema = await freshSchema(postgresUrl!);
    closing.push(() => schema.drop());
    const world = await openWorld(await openPostgres(schema.url));
    await fill(world, 10);
    await yes(world, both("CANARY-customer", "CANARY-device"));
    await world.house.ingest(shopId, [message(both("CANARY-customer", "CANARY-device"), "item-1", { messageId: "CANARY-message" as MessageId })]);
    await learn(world);
    expect(await world.house.store.forgetting.textRemains(["CANARY-customer"])).not.toEqual([]);
    const id = await forget(world, customer("CANARY-customer"));
    expect(await world.house.forget.status(shopId, id)).toMatchObject({ state: "done", findings: [] });
    expect(await world.house.store.forgetting.textRemains(["CANARY-customer", "CANARY-device", "CANARY-message"])).toEqual([]);
  });
});

function hitsIn(folder: string, text: string): string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text));
}
