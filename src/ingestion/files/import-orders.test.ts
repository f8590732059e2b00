import { expect, test } from "vitest";
import { fakeShop, fileOf, importedFrom, runImport } from "../testing/import-into-fakes.ts";

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
const rows = (lines: readonly string[]) => fileOf(header + lines.map((line) => `${line},Norway\n`).join(""));

test("an order is one event, with its items merged and its names as the shop gave them", async () => {
  const path = await rows([
    "536366,22633,MUG,2,12/13/2010 8:28,1.85,17850.0",
    "536365, 85123A ,HOLDER,6,12/1/2010 8:26,2.00,17850.0",
    "536365,85123A,HOLDER,2,12/1/2010 8:27,4.00,17850.0",
    "536365,71053,LANTERN,6,12/1/2010 8:26,3.39,",
  ]);
  const { summary, shop } = await importedFrom(path, fakeShop(), { currency: "GBP" });
  expect(shop.messages[0]).toEqual({
    names: { customerId: "17850", anonymousId: null },
    event: {
      messageId: "order:536365",
      type: "purchase",
      name: "Order Completed",
      occurredAt: Date.UTC(2010, 11, 1, 8, 26),
      lines: [
        { itemId: "85123A", quantity: 8, unitPrice: 2.5 },
        { itemId: "71053", quantity: 6, unitPrice: 3.39 },
      ],
      orderId: "536365",
      sessionId: null,
      recommendationId: null,
      currency: "GBP",
    },
    seenItems: [
      { itemId: "85123A", title: "HOLDER", category: null, brand: null, price: 2 },
      { itemId: "71053", title: "LANTERN", category: null, brand: null, price: 3.39 },
    ],
    linksNames: false,
    stampedConsent: null,
    basis: "order-record",
  });
  expect(shop.messages[1]!.event.occurredAt).toBe(Date.UTC(2010, 11, 13, 8, 28));
  expect(shop.mappings).toHaveLength(1);
  expect(shop.mappings[0]!.notes[0]).toContain("month before day");
  expect(summary).toMatchObject({ orders: { new: 2, alreadyKnown: 0 }, customers: 1, guestOrders: 0, from: "2010-12-01T08:26:00.000Z" });
  expect(shop.progress.at(-1)).toEqual({ rows: 4, totalRows: 4, orders: 2 });
});

test("what came back is a return", async () => {
  const path = await rows([
    "C536379,22633,MUG,-1,2010-12-01,1.85,14527",
    "536400,22633,MUG,3,2010-12-02,1.85,14527",
    "536400,22634,CUP,-2,2010-12-02,1.85,14527",
  ]);
  const { summary, shop } = await importedFrom(path);
  expect(shop.messages.map(({ event }) => [event.messageId, event.type, event.name, event.lines[0]!.quantity])).toEqual([
    ["return:C536379", "return", "Order Refunded", 1],
    ["order:536400", "purchase", "Order Completed", 3],
    ["return:536400", "return", "Order Refunded", 2],
  ]);
  expect(summary).toMatchObject({ orders: { new: 1 }, returns: 2 });
});

test("orders without a customer are guests' orders, each its own", async () => {
  const { summary, shop } = await importedFrom(await rows(["1,A1,MUG,1,2010-12-01,1,", "2,A1,MUG,1,2010-12-01,1,nan", "3,A1,MUG,1,2010-12-01,1,0"]));
  expect(shop.messages.map((message) => message.names.anonymousId)).toEqual(["guest:1", "guest:2", "guest:3"]);
  expect(summary).toMatchObject({ guestOrders: 3, customers: 0, orders: { new: 3 } });
});

test("without order numbers, customer and time make an order", async () => {
  const text =
    "customer,product,date\n7,Mug,2024-05-01 10:00\n7,Cup,2024-05-01 10:00\n7,Cup,2024-05-02 10:00\n8,Cup,2024-05-01 10:00\n,Cup,2024-05-01\n";
  const { summary, shop } = await importedFrom(await fileOf(text));
  expect(shop.messages.map((message) => message.event.lines.length)).toEqual(expect.arrayContaining([2, 1, 1]));
  expect(shop.messages.every((message) => message.event.orderId === null && /^order:at-[0-9a-f]{24}$/.test(message.event.messageId))).toBe(true);
  expect(summary.rejected).toEqual([{ reason: "neither order number, customer nor time of day", rows: 1, example: "row 5: item Cup" }]);
});

test("one order number with several customers is several orders", async () => {
  const { shop } = await importedFrom(await rows(["1,A1,MUG,1,2010-12-01,1,7", "1,A1,MUG,1,2010-12-02,1,8", "1,A1,MUG,1,2010-12-03,1,"]));
  expect(shop.messages.map(({ names }) => names.customerId ?? names.anonymousId)).toEqual(["7", "8", "guest:1"]);
  expect(new Set(shop.messages.map(({ event }) => event.messageId)).size).toBe(3);
});

test("the time and customer of an order hold for all its rows", async () => {
  const { shop } = await importedFrom(await rows(["1,A1,MUG,1,2010-12-01,1,7", "1,A2,CUP,1,,1,"]));
  expect(shop.messages).toHaveLength(1);
  expect(shop.messages[0]!.event.lines).toHaveLength(2);
});

test("a second run changes nothing", async () => {
  const path = await rows(["1,A1,MUG,1,2010-12-01,1,7", "2,A1,MUG,1,2010-12-01,1,"]);
  const { shop } = await importedFrom(path);
  const again = await importedFrom(path, shop);
  expect(again.summary.orders).toEqual({ new: 0, alreadyKnown: 2 });
  expect(shop.messages).toHaveLength(2);
});

test("consent is asserted before the orders, once a person, guests included", async () => {
  const lines = Array.from({ length: 1200 }, (_, n) => `${n},A1,MUG,1,2010-12-01 10:00,1,${n === 5 ? "" : n % 3}`);
  const { shop } = await importedFrom(await rows(lines), fakeShop(), { consents: ["learn"], notice: "v1" });
  const people = shop.asserted.flatMap((one) => one.people);
  expect(people.filter(({ customerId }) => customerId !== null).map(({ customerId }) => customerId)).toHaveLength(2);
  expect(new Set(people.map((name) => JSON.stringify(name))).size).toBe(people.length);
  expect(people).toContainEqual({ customerId: null, anonymousId: "guest:5" });
  expect(shop.asserted[0]!.messagesBefore).toBe(0);
  expect((await importedFrom(await rows(lines))).shop.asserted).toEqual([]);
});

test("a full disk midway: what is kept stays, and the next run goes on", async () => {
  const path = await rows(Array.from({ length: 1200 }, (_, n) => `${n + 1},A1,MUG,1,2010-12-01,1,${n + 1}`));
  const shop = fakeShop();
  shop.fullAt = 700;
  expect(await runImport(path, shop)).toMatchObject({
    ok: false,
    problem: { code: "STORE_FULL", detail: expect.stringMatching(/500 orders are kept.*same command again/) },
  });
  shop.fullAt = Number.POSITIVE_INFINITY;
  expect((await importedFrom(path, shop)).summary.orders).toEqual({ new: 700, alreadyKnown: 500 });
});

test("an explicit map wins, and an e-mail as customer is shown nowhere", async () => {
  const path = await fileOf("buyer,what,when,sku\nann@example.org,Mug,2024-05-01,x\nann@example.org,Cup,never,x\n");
  const { summary, shop } = await importedFrom(path, fakeShop(), { columns: { item: "what", time: "when" } });
  expect(summary.mapping).toEqual({ customer: "buyer", item: "what", time: "when" });
  expect(shop.messages[0]!.names.customerId).toBe("ann@example.org");
  expect(JSON.stringify([summary, shop.mappings, shop.messages[0]!.event])).not.toContain("ann");
});

test("day before month where the file shows it, or the caller says it", async () => {
  const dates = async (lines: readonly string[], dateOrder?: "day-first") =>
    (await importedFrom(await rows(lines), fakeShop(), { dateOrder })).shop.messages.map(({ event }) =>
      new Date(event.occurredAt).toISOString().slice(0, 10),
    );
  expect(await dates(["1,A1,MUG,1,1/2/2010,1,7", "2,A1,MUG,1,31/2/10,1,7", "3,A1,MUG,1,28/2/10,1,7"])).toEqual(["2010-02-01", "2010-02-28"]);
  expect(await dates(["1,A1,MUG,1,1/2/2010,1,7"], "day-first")).toEqual(["2010-02-01"]);
});

test("a clock apart from its date, and a time zone", async () => {
  const { shop } = await importedFrom(await fileOf("customer,sku,date,time\n7,A1,20240701,830\n"), fakeShop(), { timeZone: "Asia/Karachi" });
  expect(new Date(shop.messages[0]!.event.occurredAt).toISOString()).toBe("2024-07-01T03:30:00.000Z");
  expect(await runImport("x", fakeShop(), { timeZone: "Nowhere/Else" })).toMatchObject({ ok: false, problem: { code: "OPTION_INVALID" } });
});

test("a row limit leaves out the order that it cuts", async () => {
  const path = await rows(["1,A1,MUG,1,2010-12-01,1,7", "2,A1,MUG,1,2010-12-01,1,7", "2,A2,MUG,1,2010-12-01,1,7", "3,A1,MUG,1,2010-12-01,1,7"]);
  const kept = async (limitRows: number) => (await importedFrom(path, fakeShop(), { limitRows })).shop.messages.map(({ event }) => event.orderId);
  expect(await kept(2)).toEqual(["1"]);
  expect(await kept(3)).toEqual(["1", "2"]);
  expect(await kept(9)).toEqual(["1", "2", "3"]);
});

test("an item is called what the file calls it most often", async () => {
  const { shop } = await importedFrom(await rows(["1,A1,?,1,2010-12-01,1,7", "2,A1,MUG,1,2010-12-02,1,7", "3,A1,MUG,1,2010-12-03,1,7"]));
  expect(shop.messages.map((message) => message.seenItems[0]!.title)).toEqual(["MUG", "MUG", "MUG"]);
});
