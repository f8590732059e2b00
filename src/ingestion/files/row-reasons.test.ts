import fc from "fast-check";
import { expect, test } from "vitest";
import { fakeShop, fileOf, importedFrom, runImport } from "../testing/import-into-fakes.ts";

const header = "order_id,sku,title,qty,price,date,customer_id\n";
const good = "1,A1,MUG,1,2.50,2010-12-01 10:00,7\n".repeat(3);

test.each([
  ["no item", "2,,MUG,1,2.50,2010-12-01,7", "row 4"],
  ["no time", "2,A1,MUG,1,2.50,,7", "row 4"],
  ["no time", ",A1,MUG,1,2.50,,7", "row 4"],
  ["time not understood", "2,A1,MUG,1,2.50,Ann Lee 12/2010,7", "row 4: time xxx xxx 12/2010"],
  ["time before 1990", "2,A1,MUG,1,2.50,1970-01-01 00:20:00,7", "row 4: time 1970-01-01 00:20:00"],
  ["time in the future", "2,A1,MUG,1,2.50,2026-01-03,7", "row 4: time 2026-01-03"],
  ["quantity is 0", "2,A1,MUG,0,2.50,2010-12-01,7", "row 4: item A1"],
  ["quantity is not a number", "2,A1,MUG,two,2.50,2010-12-01,7", "row 4: quantity xxx"],
  ["quantity is not a number", "2,A1,MUG,,2.50,2010-12-01,7", "row 4: quantity (empty)"],
  ["quantity is not a number", "2,A1,MUG,inf,2.50,2010-12-01,7", "row 4: quantity xxx"],
  ["absurd quantity", "2,A1,MUG,-1000001,2.50,2010-12-01,7", "row 4: quantity -1000001"],
  ["negative price", "2,A1,MUG,1,-2.50,2010-12-01,7", "row 4: price -2.5"],
  ["id too long or with control characters", `2,${"A".repeat(257)},MUG,1,2.50,2010-12-01,7`, "row 4"],
  ["id too long or with control characters", "2,A1,MUG,1,2.50,2010-12-01,7\u00078", "row 4"],
  ["empty or broken row", ",,,,,,", "row 4"],
  ["not a product (postage, fees)", "2,BANK CHARGES,Bank,1,2.50,2010-12-01,7", "row 4: item BANK CHARGES"],
  ["not a product (postage, fees)", "2,C2,CARRIAGE,1,2.50,2010-12-01,7", "row 4: item C2"],
  ["not a product (postage, fees)", "2,gift_0001_20,,1,2.50,2010-12-01,7", "row 4: item gift_0001_20"],
  ["stock correction (nobody's, free, negative)", "2,A1,damaged,-5,0,2010-12-01,", "row 4: item A1"],
])("%s", async (reason, line, example) => {
  const { summary, shop } = await importedFrom(await fileOf(`${header}${good}${line}\n`));
  expect(summary.rejected).toEqual([{ reason, rows: 1, example }]);
  expect(shop.messages).toHaveLength(1);
});

test("short codes without a digit are no products where codes have digits, and products where they have none", async () => {
  const codes = Array.from({ length: 40 }, (_, n) => `${n},A${n},MUG,1,2.50,2010-12-01,7\n`).join("");
  const numbered = await importedFrom(await fileOf(`${header}${codes}90,M,Manual work,1,9,2010-12-01,7\n91,DCGSSBOY,BAG,1,9,2010-12-01,7\n`));
  expect(numbered.summary.rejected).toEqual([{ reason: "not a product (postage, fees)", rows: 1, example: "row 41: item M" }]);
  const worded = await importedFrom(
    await fileOf("customer,product,date\n7,Tea,2010-12-01\n7,Eggs,2010-12-01\n7,Postage,2010-12-01\n7,Carriage clock,2010-12-01\n"),
  );
  expect(worded.shop.messages[0]!.event.lines.map((line) => line.itemId)).toEqual(["Tea", "Eggs", "Carriage clock"]);
});

test("keeping all keeps postage", async () => {
  const { summary } = await importedFrom(await fileOf(`${header}${good}2,POSTAGE,POSTAGE,1,9,2010-12-01,7\n`), fakeShop(), { keepAll: true });
  expect(summary).toMatchObject({ orders: { new: 2 }, rejected: [] });
});

test("what the gate turns away is counted by its code", async () => {
  const { summary } = await importedFrom(await fileOf(`${header}${good}2,poison,X,1,9,2010-12-01,7\n2,A1,X,1,9,2010-12-01,7\n`));
  expect(summary.rejected).toEqual([{ reason: "EVENT_INVALID", rows: 2, example: "poison" }]);
});

test("prices with currency signs, and totals instead of prices", async () => {
  const { shop } = await importedFrom(
    await fileOf('order_id,customer_id,sku,qty,line_total,currency,date\n1,7,A1,4,"$1,010.00",usd,2010-12-01\n2,7,A1,-2,-3.00,,2010-12-02\n'),
  );
  expect(shop.messages.map(({ event }) => [event.lines[0]!.unitPrice, event.currency])).toEqual([
    [252.5, "USD"],
    [1.5, null],
  ]);
});

test("a file of which nothing can be used is refused with the reasons", async () => {
  const result = await runImport(await fileOf(`${header}1,A1,MUG,0,2.50,2010-12-01,7\n`));
  expect(result).toMatchObject({ ok: false, problem: { code: "NOTHING_IMPORTED", detail: expect.stringContaining("quantity is 0 (1 rows") } });
});

test("whatever the cells hold, the counts add up and what is handed on makes sense", { timeout: 120_000 }, async () => {
  const id = fc.oneof(fc.constantFrom("1", "A1", "POST", " x ", "", "nan", "12.0", "a'b", '"', "日本", "-1"), fc.string({ maxLength: 8 }));
  const number = fc.oneof(fc.constantFrom("1", "-2", "0", "1e308", "1e-320", "1e999", "1,5", "$5", "(5)", "inf", ""), fc.double().map(String));
  const time = fc.oneof(
    fc.constantFrom("2010-12-01", "1/2/2010", "99/99/2010", "20101201", "1e400", "9".repeat(19), "0001-01-01", "2010-12-01 25:61"),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  );
  const cell = (text: string) => `"${text.replaceAll('"', '""').replaceAll("\0", "")}"`;
  const row = fc.tuple(id, id, id, number, number, time, id).map((cells) => cells.map(cell).join(","));
  const columns = { order: "order_id", item: "sku", title: "title", quantity: "qty", price: "price", time: "date", customer: "customer_id" };
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (lines) => {
      const shop = fakeShop();
      const result = await runImport(await fileOf(`${header}${good}${lines.join("\n")}\n`), shop, { columns });
      if (!result.ok) throw new Error(result.problem.detail);
      const rejected = result.value.rejected.reduce((sum, { rows }) => sum + rows, 0);
      expect(shop.progress.at(-1)!.rows + rejected).toBe(result.value.rows);
      for (const { event } of shop.messages) {
        expect(event.occurredAt).toBeGreaterThan(0);
        for (const { quantity, unitPrice } of event.lines)
          expect(quantity > 0 && (unitPrice === null || (unitPrice >= 0 && Number.isFinite(unitPrice)))).toBe(true);
      }
    }),
    { numRuns: 15 },
  );
});
