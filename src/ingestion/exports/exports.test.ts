import { createHash } from "node:crypto";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import type { AnonymousId, CustomerId, ItemId, MessageId, OrderId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import { openShopLearner } from "#learning/shop-learner.ts";
import { furnish, type House } from "#server/compose.ts";
import type { Store } from "#storage/ports.ts";
import { openPostgres } from "#storage/postgres/open-postgres.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { freshSchema, postgresUrl } from "../../../tests/support/fresh-schema.ts";
import type { IncomingMessage } from "../message.ts";
import { type ExportKind, exportColumns } from "./columns.ts";
import { customerRecords } from "./customer-records.ts";
import { eventRecords } from "./event-records.ts";
import { importExport } from "./import-export.ts";
import { itemRecords } from "./item-records.ts";
import { type ExportFormat, writeRecords } from "./write-records.ts";

const folder = mkdtempSync(join(tmpdir(), "rapport-exports-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let number = 0;
const start = 20_500 * dayMs;
let now = start;

async function freshHouse(store: Store): Promise<{ house: House; shopId: ShopId }> {
  const house = furnish(
    store,
    () => now,
    () => `id-${number++}`,
  );
  return { house, shopId: await freshShop(house) };
}
async function freshShop(house: House): Promise<ShopId> {
  const shopId = `shop-${number++}` as ShopId;
  await house.store.shops.create({ shopId, name: shopId, currency: "GBP", createdAt: 0 }, { personKey: `secret-${shopId}`, keyHashes: [] });
  return shopId;
}

async function exported(house: House, shopId: ShopId, what: ExportKind, format: ExportFormat = "jsonl"): Promise<string> {
  const path = join(folder, `${number++}.${format}`);
  const pages =
    what === "events" ? eventRecords(shopId, house) : what === "customers" ? customerRecords(shopId, house) : itemRecords(shopId, house.store);
  const sink = createWriteStream(path);
  await writeRecords(pages, exportColumns[what], format, sink);
  sink.end();
  await finished(sink);
  return path;
}
async function counted({ store, gate, clock }: House, shopId: ShopId): Promise<string> {
  const learner = await openShopLearner(shopId, { store, gate, clock });
  await learner.catchUp();
  return createHash("sha256").update(learner.encoded()).digest("hex");
}

type Op =
  | {
      readonly op: "say";
      readonly kind: "view" | "purchase" | "return" | "identify" | "alias";
      readonly names: PersonName;
      readonly item: number;
      readonly minute: number;
    }
  | { readonly op: "decide"; readonly names: PersonName; readonly purpose: Purpose; readonly granted: boolean; readonly shop: boolean }
  | { readonly op: "merge"; readonly from: PersonName; readonly into: PersonName }
  | { readonly op: "unmerge"; readonly from: PersonName; readonly into: PersonName }
  | { readonly op: "not-me"; readonly device: PersonName }
  | { readonly op: "impression"; readonly names: PersonName; readonly item: number };

const customers = ["ada", "bo", 'élan, "q"'].map((id): PersonName => ({ customerId: id as CustomerId, anonymousId: null }));
const devices = ["phone", "till"].map((id): PersonName => ({ customerId: null, anonymousId: id as AnonymousId }));
const anyCustomer = fc.constantFrom(...customers);
const anyDevice = fc.constantFrom(...devices);
const both = fc.tuple(anyCustomer, anyDevice).map(([a, b]): PersonName => ({ customerId: a.customerId, anonymousId: b.anonymousId }));
const anyNames = fc.oneof(anyCustomer, anyDevice, both);
const anyOp: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant("say" as const),
      kind: fc.constantFrom("view" as const, "purchase" as const, "return" as const),
      names: anyNames,
      item: fc.nat(4),
      minute: fc.nat(500),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("say" as const),
      kind: fc.constantFrom("identify" as const, "alias" as const),
      names: both,
      item: fc.nat(4),
      minute: fc.nat(500),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant("decide" as const),
      names: anyNames,
      purpose: fc.constantFrom("personalize" as const, "learn" as const, "measure" as const),
      granted: fc.boolean(),
      shop: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constantFrom("merge" as const, "unmerge" as const), from: fc.oneof(anyCustomer, anyDevice), into: anyCustomer }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("not-me" as const), device: anyDevice }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("impression" as const), names: anyCustomer, item: fc.nat(4) }) },
);

/** Who of two customers was first on a device in the very same millisecond, every shop settles by ids of its own: nobody is here. */
const turnMs = ({ customerId }: PersonName) =>
  Math.max(
    customers.findIndex((one) => one.customerId === customerId),
    0,
  );

function messageOf({ kind, names, item, minute }: Extract<Op, { op: "say" }>): IncomingMessage {
  const isOrder = kind === "purchase" || kind === "return";
  const lines =
    kind === "identify" || kind === "alias"
      ? []
      : [{ itemId: `item-${item}` as ItemId, quantity: 1 + (item % 2), unitPrice: item === 0 ? null : item / 3 }];
  return {
    names,
    event: {
      messageId: `m-${number++}` as MessageId,
      type: kind === "alias" ? "identify" : kind,
      name: kind === "alias" ? "alias" : ` ${kind}, "quoted"\n`,
      occurredAt: start - dayMs + minute * 60_000 + turnMs(names),
      lines,
      orderId: isOrder ? (`order-${item}` as OrderId) : null,
      sessionId: null,
      recommendationId: null,
      currency: isOrder ? "GBP" : null,
    },
    seenItems: lines.map(({ itemId }) => ({ itemId, title: "", category: null, brand: null, price: null })),
    linksNames: kind === "identify" || kind === "alias",
    stampedConsent: minute % 7 === 0 ? new Map([["learn", false]]) : null,
    basis: "consent",
  };
}

async function live({ ingest, recordConsents, identities, personIds, store }: House, shopId: ShopId, ops: readonly Op[]): Promise<void> {
  for (const op of ops) {
    now += 1000;
    if (op.op === "say") await ingest(shopId, [messageOf(op)]);
    else if (op.op === "decide")
      await recordConsents(shopId, [
        { names: op.names, purposes: new Map([[op.purpose, op.granted]]), source: op.shop ? "shop-asserted" : "person", notice: "", how: null },
      ]);
    else if (op.op === "merge" || op.op === "unmerge") await identities[op.op](shopId, op.from, op.into);
    else if (op.op === "not-me") await identities.notMe(shopId, op.device);
    else {
      const name = await personIds.of(shopId, "customer", op.names.customerId!);
      const plain = {
        name: "Shown",
        occurredAt: now,
        receivedAt: now,
        orderId: null,
        sessionId: "s" as never,
        currency: null,
        refused: ["email" as const],
      };
      const impression = { surface: "for-you", model: "linear", modelVersion: 3, personalized: true, propensities: [0.25] };
      const lines = [{ itemId: `item-${op.item}` as ItemId, quantity: 1, unitPrice: null }];
      const event = {
        ...plain,
        messageId: `shown-${number++}` as MessageId,
        type: "impression" as const,
        lines,
        impression,
        recommendationId: `r-${number}` as never,
      };
      await store.log.append(shopId, [{ kind: "event", name, event }]);
    }
  }
}

const yes: Op[] = [...customers, ...devices].flatMap((names) =>
  (["personalize", "learn"] as const).map((purpose) => ({ op: "decide" as const, names, purpose, granted: true, shop: false })),
);

function testExports(kind: string, open: () => Promise<Store>, runs: number): void {
  describe(`export and import: ${kind}`, () => {
    it("any log comes back the same, into a shop with another key, whatever the format", { timeout: 240_000 }, async () => {
      const store = await open();
      const { house } = await freshHouse(store);
      const formats: ExportFormat[] = ["jsonl", "csv", "parquet"];
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(anyOp, { minLength: 1, maxLength: 40 }), async (ops) => {
          const format = formats[run++ % (runs > 20 && run > 20 ? 2 : 3)]!;
          const [from, to] = [await freshShop(house), await freshShop(house)];
          await live(house, from, [...yes, ...ops]);
          const before = readFileSync(await exported(house, from, "events"), "utf8");
          const file = await exported(house, from, "events", format);
          const first = await importExport(to, file, house);
          expect(first).toMatchObject({ rejected: [], known: 0, older: 0 });
          expect(readFileSync(await exported(house, to, "events"), "utf8")).toBe(before);
          expect(await counted(house, to)).toBe(await counted(house, from));
          expect(readFileSync(await exported(house, to, "customers"), "utf8")).toBe(readFileSync(await exported(house, from, "customers"), "utf8"));
          const again = await importExport(to, file, house);
          expect(again).toMatchObject({ restored: 0, older: 0, known: first.rows });
          // Into the very shop it comes from, too.
          expect(await importExport(from, file, house)).toMatchObject({ restored: 0, known: first.rows });
          const items = await exported(house, from, "items", format);
          await importExport(to, items, house);
          expect(readFileSync(await exported(house, to, "items"), "utf8")).toBe(readFileSync(await exported(house, from, "items"), "utf8"));
          expect(await importExport(to, items, house)).toMatchObject({ restored: 0 });
        }),
        { numRuns: runs },
      );
      await store.close();
    });

    it("goes on where an import broke off, and adds to a shop that has lived on", async () => {
      const store = await open();
      const { house, shopId: from } = await freshHouse(store);
      await live(house, from, [
        ...yes,
        { op: "say", kind: "view", names: customers[0]!, item: 1, minute: 5 },
        { op: "say", kind: "identify", names: { ...customers[0]!, anonymousId: devices[0]!.anonymousId }, item: 1, minute: 6 },
        { op: "say", kind: "purchase", names: customers[0]!, item: 2, minute: 8 },
      ]);
      const text = readFileSync(await exported(house, from, "events"), "utf8");
      const lines = text.split("\n");
      const [half, whole] = [join(folder, "half.jsonl"), join(folder, "whole.jsonl.gz")];
      writeFileSync(half, `${lines.slice(0, 7).join("\n")}\n{"kind": broken`);
      writeFileSync(whole, gzipSync(text));
      const to = await freshShop(house);
      expect(await importExport(to, half, house)).toMatchObject({ rows: 8, restored: 7, rejected: [{ reason: "not readable", rows: 1, row: 8 }] });
      expect(await importExport(to, whole, house)).toMatchObject({ known: 7, rejected: [] });
      expect(readFileSync(await exported(house, to, "events"), "utf8")).toBe(text);

      const lived = await freshShop(house);
      await live(house, lived, [{ op: "decide", names: customers[0]!, purpose: "learn", granted: false, shop: false }]);
      const added = await importExport(lived, whole, house);
      expect(added.older).toBe(1);
      const person = await house.personIds.of(lived, "customer", customers[0]!.customerId!);
      expect((await house.gate.allowEach(lived, [person.personId], "learn")).size).toBe(0);
      expect(await importExport(lived, whole, house)).toMatchObject({ restored: 0 });
      await store.close();
    });

    it("customers come back with what they decided", async () => {
      const store = await open();
      const { house, shopId: from } = await freshHouse(store);
      await live(house, from, [...yes, { op: "say", kind: "view", names: customers[2]!, item: 1, minute: 5 }]);
      const to = await freshShop(house);
      const file = await exported(house, from, "customers", "csv");
      expect(await importExport(to, file, house)).toMatchObject({ kind: "customers", rows: 5, restored: 5, rejected: [] });
      expect(await store.consents.tally(to)).toEqual(await store.consents.tally(from));
      expect(await importExport(to, file, house)).toMatchObject({ restored: 0, known: 5 });
      await store.close();
    });
  });
}

testExports("sqlite", () => openSqlite(":memory:"), 30);
if (postgresUrl !== undefined) testExports("postgres", async () => openPostgres((await freshSchema(postgresUrl!)).url), 6);

describe("files that are no export", () => {
  it("are refused with a reason", async () => {
    const { house, shopId } = await freshHouse(await openSqlite(":memory:"));
    for (const [name, text] of [
      ["orders.csv", "order,item\n1,2\n"],
      ["torn.jsonl", '{"kind":"event",\n'],
      ["list.jsonl", "[1,2]\n"],
      ["torn.parquet", "PAR1 and nothing"],
    ] as const) {
      writeFileSync(join(folder, name), text);
      await expect(importExport(shopId, join(folder, name), house), name).rejects.toMatchObject({ problem: { code: "FILE_UNREADABLE" } });
    }
    const rows = [
      {},
      { kind: "event", messageId: "a", occurredAt: "2026-01-01T00:00:00Z" },
      { kind: "event", messageId: "a", occurredAt: "soon", customerId: "x" },
      { kind: "event", messageId: "a", occurredAt: "9999-01-01T00:00:00Z", customerId: "x", type: "view" },
      { kind: "event", messageId: "a", occurredAt: "2026-01-01T00:00:00Z", receivedAt: "0001-01-01T00:00:00Z", customerId: "x", type: "view" },
      { kind: "event", messageId: "a", occurredAt: "2026-01-01T00:00:00Z", customerId: "x", type: "dance" },
      { kind: "event", messageId: "a", occurredAt: "2026-01-01T00:00:00Z", customerId: 5, type: "view" },
      { kind: "event", messageId: "a", occurredAt: "2026-01-01T00:00:00Z", customerId: "x", type: "view", lines: [{ itemId: "i" }] },
      { kind: "consent", messageId: "a", occurredAt: "2026-01-01T00:00:00Z", customerId: "x", purpose: "learn", granted: "yes", decidedBy: "person" },
      { kind: "war", messageId: "a", occurredAt: "2026-01-01T00:00:00Z" },
    ];
    const file = join(folder, "odd.jsonl");
    writeFileSync(
      file,
      `${JSON.stringify({ kind: "event", messageId: "m", occurredAt: "x" })}\n${rows.map((row) => JSON.stringify(row)).join("\n")}\n5\n`,
    );
    const summary = await importExport(shopId, file, house);
    expect(summary).toMatchObject({ rows: rows.length + 2, restored: 0 });
    expect(summary.rejected.reduce((sum, one) => sum + one.rows, 0)).toBe(rows.length + 2);
    await house.store.close();
  });
});
