import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";
import type { IncomingMessage, IngestOutcome } from "#ingestion/message.ts";
import type { GuessedMapping } from "../files/guess-mapping.ts";
import { importOrders, type OrdersImport } from "../files/import-orders.ts";

// For the tests of this folder: files in a temporary folder, and a shop that only remembers what it was told.

export const testNow = Date.UTC(2026, 0, 1);

export type FakeShop = {
  readonly messages: IncomingMessage[];
  readonly asserted: { people: readonly PersonName[]; messagesBefore: number }[];
  readonly mappings: GuessedMapping[];
  readonly progress: { rows: number; totalRows: number | null; orders: number }[];
  /** Messages from this number on do not fit on the disk any more. */
  fullAt: number;
};

export function fakeShop(): FakeShop {
  return { messages: [], asserted: [], mappings: [], progress: [], fullAt: Number.POSITIVE_INFINITY };
}

/** Imports a file into the fake shop. An order of the item "poison" is a dead letter. */
export function runImport(file: string, shop: FakeShop = fakeShop(), options: Partial<OrdersImport> = {}) {
  const request = { file, shopId: "shop" as ShopId, columns: {}, consents: [], notice: null, currency: null, ...options };
  const ingest = (message: IncomingMessage): IngestOutcome => {
    if (shop.messages.some((known) => known.event.messageId === message.event.messageId)) return { kind: "drop", reason: "DUPLICATE" };
    if (message.event.lines.some((line) => line.itemId === "poison")) {
      return { kind: "dead-letter", problem: { code: "EVENT_INVALID", detail: "poison" } };
    }
    shop.messages.push(message);
    return { kind: "ok", seq: shop.messages.length as LogSeq };
  };
  return importOrders(request, {
    clock: () => testNow,
    ingest: async (_, messages) => {
      if (shop.messages.length + messages.length > shop.fullAt) throw new ProblemError({ code: "STORE_FULL", detail: "the disk is full" });
      return messages.map(ingest);
    },
    assertConsents: async (_, people) => void shop.asserted.push({ people, messagesBefore: shop.messages.length }),
    onMapping: (mapping) => void shop.mappings.push(mapping),
    onProgress: (done) => void shop.progress.push(done),
  });
}

/** The same, where the import must succeed. */
export async function importedFrom(file: string, shop: FakeShop = fakeShop(), options: Partial<OrdersImport> = {}) {
  const result = await runImport(file, shop, options);
  if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.detail}`);
  return { summary: result.value, shop };
}

/** An empty folder that is gone when the test is over. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rapport-files-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file of this name into a folder of its own. */
export async function fileOf(content: string | Uint8Array, name = "orders.csv"): Promise<string> {
  const path = join(await freshFolder(), name);
  await writeFile(path, content);
  return path;
}
