import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { CustomerId, ItemId, MessageId, OrderId, RecommendationId, ShopId } from "#domain/ids.ts";
import { createPersonIds } from "#privacy/person-ids.ts";
import type { LogEntry, NameOf } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { tempFolder } from "../../tests/support/temp-folder.ts";
import { createShoppers, customerIdOf, type Shoppers } from "./soak-shoppers.ts";

// What a shop's history must take on the disk, computed from what one person's name and decisions, one event and one impression
// take in small stores of their own, into which they are written directly: no server, no load, no learning.

export type Told = {
  /** Events about one item. */
  readonly views: number;
  readonly orders: number;
  readonly impressions: number;
  /** Items in all impressions. */
  readonly shown: number;
};

export type Computed = {
  readonly bytes: number;
  readonly tables: readonly string[];
  /** What each takes; a person with three decisions, and the entries of the log that these are. */
  readonly bytesOf: Readonly<Record<"person" | "event" | "order" | "impression", number>>;
};

/** All that grows with what people do; models and counts grow with the number of items. */
const tables = ["log", "retractions", "people", "consents", "identity_links"];
const [logTables, peopleTables] = [tables.slice(0, 2), tables.slice(2)];
/** As long as a real one: it stands in every row and every index. */
const shopId = randomUUID() as ShopId;
/** So many of each are written to learn what one takes; names are drawn from as many people as in the real shop. */
const sampleEntries = 40_000;
const perAppend = 2_000;

type Written = { readonly names: readonly NameOf[]; readonly shoppers: Shoppers };

async function bytesOf(people: number, items: number, write: (into: Written) => Generator<LogEntry>): Promise<{ log: number; people: number }> {
  const folder = tempFolder("computed");
  const store = await openSqlite(join(folder.path, "rapport.sqlite"));
  try {
    await store.shops.create({ shopId, name: "soak", currency: "EUR", createdAt: 0 }, { personKey: "key", keyHashes: [] });
    const personIds = createPersonIds(store.shops);
    const names: NameOf[] = [];
    for (let person = 0; person < people; person++) names.push(await personIds.of(shopId, "customer", customerIdOf(person) as CustomerId));
    let entries: LogEntry[] = [];
    for (const entry of write({ names, shoppers: createShoppers({ people, items, seed: 2 }) })) {
      entries.push(entry);
      if (entries.length < perAppend) continue;
      await store.log.append(shopId, entries);
      entries = [];
    }
    if (entries.length > 0) await store.log.append(shopId, entries);
    const size = await store.sizes.size();
    const sum = (of: readonly string[]) => size.tables.reduce((bytes, one) => bytes + (of.includes(one.table) ? one.bytes : 0), 0);
    return { log: sum(logTables), people: sum(peopleTables) };
  } finally {
    await store.close();
    folder.remove();
  }
}

function* decisions({ names }: Written): Generator<LogEntry> {
  for (const name of names) {
    for (const purpose of ["personalize", "learn", "measure"] as const) {
      const decision = { personId: name.personId, purpose, granted: true, at: Date.now(), source: "person", notice: null, how: null } as const;
      yield { kind: "consent", messageId: `consent:${randomUUID()}` as MessageId, name, decision };
    }
  }
}

function* deeds(count: number, isOrder: boolean, { names, shoppers }: Written): Generator<LogEntry> {
  const nameOf = new Map(names.map((name) => [name.externalId, name]));
  for (let written = 0; written < count; ) {
    const { customerId, event, items, orderId } = shoppers.next();
    if ((orderId !== null) !== isOrder) continue;
    written++;
    yield {
      kind: "event",
      name: nameOf.get(customerId)!,
      event: {
        messageId: randomUUID() as MessageId,
        type: event === "Product Viewed" ? "view" : event === "Product Added" ? "cart-add" : "purchase",
        name: event,
        occurredAt: Date.now(),
        receivedAt: Date.now(),
        lines: items.map((itemId) => ({ itemId: itemId as ItemId, quantity: 1, unitPrice: 9.5 })),
        orderId: orderId as OrderId | null,
        sessionId: null,
        recommendationId: null,
        currency: isOrder ? "EUR" : null,
        refused: [],
        impression: null,
      },
    };
  }
}

function* impressions(count: number, lines: number, { names, shoppers }: Written): Generator<LogEntry> {
  const nameOf = new Map(names.map((name) => [name.externalId, name]));
  for (let written = 0; written < count; written++) {
    // Whoever is in the shop changes as they do things.
    for (let deed = 0; deed < 3; deed++) shoppers.next();
    const recommendationId = randomUUID() as RecommendationId;
    const shown = Array.from({ length: lines }, () => ({ itemId: shoppers.anItem() as ItemId, quantity: 1, unitPrice: null }));
    yield {
      kind: "event",
      name: nameOf.get(shoppers.somebody())!,
      event: {
        messageId: `impression:${recommendationId}` as MessageId,
        type: "impression",
        name: "Recommendation Shown: for-you",
        occurredAt: Date.now(),
        receivedAt: Date.now(),
        lines: shown,
        orderId: null,
        sessionId: null,
        recommendationId,
        currency: null,
        refused: [],
        impression: { surface: "for-you", model: "linear", modelVersion: 1000, personalized: true, propensities: shown.map(() => 1) },
      },
    };
  }
}

/** What a shop must take in which so much was told. */
export async function computeFile(people: number, items: number, told: Told): Promise<Computed> {
  const one = async (write: (into: Written) => Generator<LogEntry>) => (await bytesOf(people, items, write)).log / sampleEntries;
  const decided = await bytesOf(people, items, decisions);
  const view = await one((into) => deeds(sampleEntries, false, into));
  const order = await one((into) => deeds(sampleEntries, true, into));
  // An order of the sample has as many lines as one that was told, for the same people shop.
  const impression = await one((into) => impressions(sampleEntries, Math.round(told.shown / Math.max(1, told.impressions)), into));
  const log = told.views * view + told.orders * order + told.impressions * impression;
  return {
    bytes: decided.log + decided.people + log,
    tables,
    bytesOf: { person: (decided.log + decided.people) / people, event: view, order, impression },
  };
}
