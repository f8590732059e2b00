import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ColumnSample, guessMapping } from "./guess-mapping.ts";
import { settleMapping } from "./settle-mapping.ts";

function table(columns: Record<string, string>): ColumnSample[] {
  return Object.entries(columns).map(([name, value]) => ({ name, values: [value], temporal: false }));
}

function guessed(columns: Record<string, string>): Record<string, string> {
  return Object.fromEntries(guessMapping(table(columns), {}).map(({ field, column }) => [field, column]));
}

describe("the guess knows the headers of", () => {
  test("Online Retail", () => {
    const first = {
      InvoiceNo: "536365",
      StockCode: "85123A",
      Description: "HOLDER",
      Quantity: "6",
      InvoiceDate: "12/1/2010 8:26",
      UnitPrice: "2.55",
    };
    expect(guessed({ ...first, CustomerID: "17850", Country: "France" })).toEqual({
      order: "InvoiceNo",
      customer: "CustomerID",
      item: "StockCode",
      time: "InvoiceDate",
      quantity: "Quantity",
      price: "UnitPrice",
      title: "Description",
      country: "Country",
    });
  });

  test("Online Retail II", () => {
    const found = guessed({ Invoice: "C489449", StockCode: "22087", InvoiceDate: "2009-12-01 07:45:00", Price: "2.95", "Customer ID": "13085" });
    expect(found).toEqual({ order: "Invoice", customer: "Customer ID", item: "StockCode", time: "InvoiceDate", price: "Price" });
  });

  test("a file without codes: the description is the item", () => {
    const found = guessMapping(table({ Description: "MUG", InvoiceDate: "2010-12-01", CustomerID: "17850" }), {});
    expect(found.find(({ field }) => field === "item")).toMatchObject({ column: "Description", confidence: "likely" });
    expect(found.find(({ field }) => field === "title")).toMatchObject({ column: "Description" });
  });

  test("dunnhumby", () => {
    const ids = { household_id: "900", store_id: "330", basket_id: "31198570044", product_id: "1095275" };
    const found = guessed({ ...ids, quantity: "1", sales_value: "0.5", retail_disc: "0", week: "1", transaction_timestamp: "2017-01-01 11:53:26" });
    expect(found).toEqual({
      order: "basket_id",
      customer: "household_id",
      item: "product_id",
      time: "transaction_timestamp",
      quantity: "quantity",
      total: "sales_value",
    });
    const apart = guessed({ household_key: "2375", BASKET_ID: "26984851472", PRODUCT_ID: "1004906", date: "2017-01-01", TRANS_TIME: "1631" });
    expect(apart).toMatchObject({ customer: "household_key", time: "date", clock: "TRANS_TIME" });
  });

  test("Shopify", () => {
    const order = {
      Name: "#1001",
      Email: "ann@example.org",
      "Paid at": "2024-05-01 12:00:00 -0400",
      Currency: "USD",
      Subtotal: "10.00",
      Total: "12.00",
    };
    const line = { "Created at": "2024-05-01 12:00:00 -0400", "Lineitem quantity": "2", "Lineitem name": "Mug", "Lineitem price": "5.00" };
    const found = guessed({ ...order, ...line, "Lineitem compare at price": "6.00", "Lineitem sku": "MUG-1", "Billing Name": "Ann", Vendor: "Acme" });
    expect(found).toEqual({
      order: "Name",
      customer: "Email",
      item: "Lineitem sku",
      time: "Created at",
      quantity: "Lineitem quantity",
      price: "Lineitem price",
      title: "Lineitem name",
      currency: "Currency",
      brand: "Vendor",
    });
  });

  test("WooCommerce", () => {
    const found = guessed({
      order_id: "12",
      customer_id: "3",
      product_id: "77",
      sku: "MUG",
      qty: "2",
      line_total: "9.90",
      date: "2024-01-02 10:00:00",
    });
    expect(found).toEqual({ order: "order_id", customer: "customer_id", item: "sku", time: "date", quantity: "qty", total: "line_total" });
  });

  test("names in other styles", () => {
    expect(guessed({ "Order Ref Nr.": "1", clientNumber: "2", ARTICLE_CODE: "a1", "order placed on (date)": "2024-01-02" })).toEqual({
      order: "Order Ref Nr.",
      customer: "clientNumber",
      item: "ARTICLE_CODE",
      time: "order placed on (date)",
    });
  });
});

describe("the guess is careful", () => {
  test("values veto names", () => {
    expect(guessed({ customer_id: "1", sku: "2", date: "soon", quantity: "many" })).toEqual({ customer: "customer_id", item: "sku" });
  });

  test("a person's name is never a product's title", () => {
    expect(guessed({ order_id: "1", name: "Ann Lee", email: "ann@example.org", sku: "2", date: "2024-01-02" })).not.toHaveProperty("title");
  });

  test("delivery and coupon columns are something else", () => {
    expect(guessed({ coupon_upc: "1", delivery_date: "2024-01-02", customer_id: "3" })).toEqual({ customer: "customer_id" });
  });

  test("whatever the headers, it never throws and uses a column once", () => {
    const column = fc.record({ name: fc.string({ unit: "binary" }), values: fc.array(fc.option(fc.string())), temporal: fc.boolean() });
    fc.assert(
      fc.property(fc.array(column), (columns) => {
        const fields = guessMapping(columns, {}).map(({ field }) => field);
        expect(new Set(fields).size).toBe(fields.length);
        expect(typeof settleMapping(columns, {}).ok).toBe("boolean");
      }),
    );
  });
});

describe("settling", () => {
  test("what the caller says wins", () => {
    const settled = settleMapping(table({ customer_id: "1", sku: "2", my_code: "x", date: "2024-01-02" }), { item: "MY_CODE" });
    expect(settled.ok && settled.value.columns.find(({ field }) => field === "item")).toMatchObject({ column: "my_code", confidence: "told" });
    expect(settled.ok && settled.value.unused).toEqual(["sku"]);
  });

  test("a column that is not there is refused, with those that are", () => {
    const settled = settleMapping(table({ customer_id: "1", sku: "2", date: "2024-01-02" }), { item: "code" });
    expect(settled).toMatchObject({ ok: false, problem: { code: "COLUMN_UNKNOWN" } });
    expect(!settled.ok && settled.problem.detail).toContain("customer_id, sku, date");
  });

  test("what cannot be told is asked for", () => {
    const settled = settleMapping(table({ customer_id: "1", thing: "2", moment: "2024-01-02" }), {});
    expect(settled).toMatchObject({ ok: false, problem: { code: "COLUMN_UNGUESSED" } });
    expect(!settled.ok && settled.problem.detail).toMatch(/--map item=COLUMN,time=COLUMN.*customer_id, thing, moment/);
  });

  test("a first line of values is not shown", () => {
    const settled = settleMapping(table({ "ann@example.org": "bob@example.org", "12": "13", "2024-01-02": "2024-01-03" }), {});
    expect(settled).toMatchObject({ ok: false, problem: { code: "COLUMN_UNGUESSED" } });
    expect(!settled.ok && settled.problem.detail).not.toContain("ann");
  });
});
