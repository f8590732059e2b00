import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import { runImport, testNow } from "../testing/import-into-fakes.ts";
import { type ImportSummary, importOrders } from "./import-orders.ts";

const folder = join(process.cwd(), "..", "shared", "data");
const absent = !existsSync(folder);
const needs = absent ? " (skipped: needs ../shared/data)" : "";

/** Imports without keeping the messages; answers with the summary and the sums that can be checked against the file. */
async function importReal(file: string) {
  const sums = { lines: 0, bought: 0, returned: 0, worth: 0 };
  const result = await importOrders(
    { file: join(folder, file), shopId: "shop" as ShopId, columns: {}, consents: [], notice: null, currency: "GBP" },
    {
      clock: () => testNow,
      ingest: async (_, messages) => {
        for (const { event } of messages) {
          for (const line of event.lines) {
            sums.lines++;
            sums[event.type === "return" ? "returned" : "bought"] += line.quantity;
            sums.worth += (event.type === "return" ? -1 : 1) * line.quantity * (line.unitPrice ?? 0);
          }
        }
        return messages.map(() => ({ kind: "ok" as const, seq: 1 as LogSeq }));
      },
      assertConsents: async () => {},
      onMapping: () => {},
      onProgress: () => {},
    },
  );
  if (!result.ok) throw new Error(result.problem.detail);
  return { summary: result.value satisfies ImportSummary, sums: { ...sums, worth: Math.round(sums.worth) } };
}

// The numbers were found by separate queries over the same files, not by running the import.
describe.skipIf(absent)(`real files${needs}`, () => {
  test("Online Retail II, 525,461 rows", { timeout: 300_000 }, async () => {
    const { summary, sums } = await importReal("online-retail/online_retail_II_2009-2010.parquet");
    expect(summary).toMatchObject({ rows: 525_461, orders: { new: 21_707 }, returns: 4105, customers: 4314, guestOrders: 2741, items: 4304 });
    expect(summary).toMatchObject({ from: "2009-12-01T07:45:00.000Z", to: "2010-12-09T20:01:00.000Z" });
    expect(sums).toEqual({ lines: 507_126, bought: 6_002_972, returned: 209_860, worth: 9_590_953 });
    expect(summary.rejected.map(({ reason, rows }) => [reason, rows])).toEqual([
      ["not a product (postage, fees)", 2975],
      ["stock correction (nobody's, free, negative)", 2120],
      ["negative price", 3],
    ]);
  });

  test("dunnhumby transactions", { timeout: 300_000 }, async () => {
    const { summary } = await importReal("dunnhumby-completejourney/transactions_sample.csv.gz");
    expect(summary).toMatchObject({
      rows: 75_000,
      orders: { new: 47_034 },
      customers: 2373,
      items: 20_833,
      rejected: [{ reason: "quantity is 0", rows: 416 }],
    });
  });

  test("CDNOW has no header and no items: refused, with what to do", async () => {
    for (const file of ["CDNOW_sample.txt", "CDNOW_master.txt", "cdnowElog.csv"]) {
      expect(await runImport(join(folder, "cdnow", file))).toMatchObject({ ok: false, problem: { code: "COLUMN_UNGUESSED" } });
    }
  });
});
