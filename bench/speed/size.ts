import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dayMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import type { CustomerId, ItemId, MessageId, RecommendationId, SessionId, ShopId } from "#domain/ids.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { createPersonIds } from "#privacy/person-ids.ts";
import { unitSizes } from "#server/unit-sizes.ts";
import type { LogEntry, Store } from "#storage/ports.ts";
import { openPostgres } from "#storage/postgres/open-postgres.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { freshSchema, postgresUrl } from "../../tests/support/fresh-schema.ts";
import { keepResult } from "../support/keep-result.ts";
import { describeMachine } from "../support/machine.ts";
import { round } from "../support/median.ts";

// What an event, an item and a person occupy on the disk, and whether that stays so as a shop grows:
//   npm run bench:size [-- --keep] [--json]
// An exponent of 1 is growth in step with the number of events, items or people.

const base = { events: 10_000, items: 500, people: 1_000 };
const scales = [1, 4, 16] as const;
const perAppend = 5_000;
const types: readonly EventType[] = ["view", "view", "view", "view", "click", "cart-add", "purchase", "impression"];

type Measured = { readonly scale: number; readonly event: number; readonly item: number; readonly person: number; readonly totalMb: number };

async function fill(store: Store, scale: number): Promise<void> {
  const random = createSeededRandom(scale);
  // As long as the ids that shops are given.
  const shopId = "0b7e7f0a-6f1c-4f1e-9a53-2b6c1d0e8f4a" as ShopId;
  await store.shops.create({ shopId, name: "bench", currency: "EUR", createdAt: 0 }, { personKey: "key", keyHashes: [] });
  const personIds = createPersonIds(store.shops);
  const start = Date.UTC(2026, 0, 1);
  const names = await Promise.all(
    Array.from({ length: base.people * scale }, (_, at) => personIds.of(shopId, "customer", `customer-${100_000 + at}` as CustomerId)),
  );
  const items = Array.from({ length: base.items * scale }, (_, at) => ({
    itemId: `SKU-${100_000 + at}` as ItemId,
    title: `Tea number ${at} in a tin`,
    description: "Leaves from one garden, picked in spring, rolled by hand and dried in the sun; for three pots. ".repeat(2),
    categories: ["Tea", `Kind ${at % 12}`],
    brand: `House ${at % 40}`,
    price: 4 + (at % 90) / 2,
    currency: "EUR",
    stock: at % 50,
    available: true,
    url: `https://shop.example/tea/${at}`,
    imageUrl: `https://shop.example/tea/${at}.jpg`,
    attributes: { weight: "100 g", colour: "green" },
    releasedAt: null,
    source: "shop" as const,
    createdAt: start,
    updatedAt: start,
  }));
  for (let from = 0; from < items.length; from += perAppend) await store.catalogue.put(shopId, items.slice(from, from + perAppend));
  const id = () =>
    Array.from({ length: 4 }, () =>
      random
        .int(2 ** 31)
        .toString(16)
        .padStart(8, "0"),
    ).join("-");
  const decided = names.flatMap((name): LogEntry[] =>
    (["personalize", "learn", "measure"] as const).map((purpose) => ({
      kind: "consent",
      messageId: `consent:${id()}` as MessageId,
      name,
      decision: { personId: name.personId, purpose, granted: true, at: start, source: "person", notice: "2026-01", how: "banner" },
    })),
  );
  for (let from = 0; from < decided.length; from += perAppend) await store.log.append(shopId, decided.slice(from, from + perAppend));
  for (let from = 0; from < base.events * scale; from += perAppend) {
    const entries = Array.from({ length: Math.min(perAppend, base.events * scale - from) }, (_, at): LogEntry => {
      const type = types[random.int(types.length)]!;
      const lines = Array.from({ length: type === "impression" ? 8 : 1 }, () => ({
        itemId: items[random.int(items.length)]!.itemId,
        quantity: 1,
        unitPrice: null,
      }));
      const isShown = type === "impression";
      return {
        kind: "event",
        name: names[random.int(names.length)]!,
        event: {
          messageId: id() as MessageId,
          type,
          name: isShown ? "Recommendation Shown: for-you" : "Product Viewed",
          occurredAt: start + ((from + at) * 90 * dayMs) / (base.events * scale),
          receivedAt: start + (from + at) * 1000,
          lines,
          orderId: type === "purchase" ? (`order-${from + at}` as never) : null,
          sessionId: `session-${random.int(10_000)}` as SessionId,
          recommendationId: isShown ? (id() as RecommendationId) : null,
          currency: "EUR",
          refused: [],
          impression: isShown ? { surface: "for-you", model: "linear", modelVersion: 7, personalized: true, propensities: lines.map(() => 1) } : null,
        },
      } satisfies LogEntry;
    });
    await store.log.append(
      shopId,
      entries.map((entry) =>
        entry.kind === "event" ? { ...entry, event: { ...entry.event, occurredAt: Math.round(entry.event.occurredAt) } } : entry,
      ),
    );
  }
}

async function measure(open: () => Promise<{ store: Store; end(): Promise<void> }>, scale: number): Promise<Measured> {
  const { store, end } = await open();
  try {
    await fill(store, scale);
    const size = await store.sizes.size();
    const decisions = 3 * base.people * scale;
    const { item, person } = unitSizes(size);
    const log = size.tables.find(({ table }) => table === "log")!;
    // Decisions are entries of the log as well; what they occupy there is counted as an entry's.
    return {
      scale,
      event: round(log.bytes / (base.events * scale + decisions), 1),
      item: round(item.bytesEach, 1),
      person: round(person.bytesEach, 1),
      totalMb: round(size.bytes / 1e6, 1),
    };
  } finally {
    await store.close();
    await end();
  }
}

const stores: Record<string, () => Promise<{ store: Store; end(): Promise<void> }>> = {
  async sqlite() {
    const folder = mkdtempSync(join(tmpdir(), "rapport-size-"));
    return { store: await openSqlite(join(folder, "rapport.sqlite")), end: async () => rmSync(folder, { recursive: true, force: true }) };
  },
};
if (postgresUrl !== undefined) {
  const url = postgresUrl;
  stores.postgres = async () => {
    const schema = await freshSchema(url);
    return { store: await openPostgres(schema.url), end: schema.drop };
  };
}

const growth = (few: number, many: number, times: number) => round(1 + Math.log(many / few) / Math.log(times), 3);
const results: Record<string, unknown> = {};
for (const [name, open] of Object.entries(stores)) {
  const measured: Measured[] = [];
  for (const scale of scales) measured.push(await measure(open, scale));
  const [first, last] = [measured[0]!, measured.at(-1)!];
  const times = last.scale / first.scale;
  const exponents = {
    event: growth(first.event, last.event, times),
    item: growth(first.item, last.item, times),
    person: growth(first.person, last.person, times),
  };
  results[name] = { measured, exponents };
}
const machine = describeMachine();
const settings = { ...base, scales, engine: { sqlite: process.versions.sqlite } };
if (process.argv.includes("--keep")) keepResult("size", { size: { machine, settings, results } });
if (process.argv.includes("--json")) console.log(JSON.stringify({ bench: "size", machine, settings, results }));
else {
  console.log(`size on ${machine.cpu}, ${machine.cores} cores, node ${machine.node}, SQLite ${process.versions.sqlite}, ${machine.commit}`);
  console.log(`  1×: ${base.events} events, ${base.items} items, ${base.people} people with three decisions each`);
  for (const [name, result] of Object.entries(results)) {
    const { measured, exponents } = result as { measured: Measured[]; exponents: Record<string, number> };
    for (const { scale, event, item, person, totalMb } of measured)
      console.log(
        `  ${name.padEnd(9)} ${String(scale).padStart(2)}×  bytes per event ${event}, item ${item}, person ${person}; all of it ${totalMb} MB`,
      );
    console.log(
      `  ${name.padEnd(9)}      grows with the exponent ${Object.entries(exponents)
        .map(([unit, exponent]) => `${unit} ${exponent}`)
        .join(", ")}`,
    );
  }
}
