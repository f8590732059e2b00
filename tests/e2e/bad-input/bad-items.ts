import type { BadCase } from "./case.ts";

const good = { id: "never-stored", title: "Never stored" };
const long = "x".repeat(10_000);

/** Wrong values by field of an item; each is sent behind a good item, and neither may be stored. */
const wrong: readonly (readonly [string, readonly unknown[]])[] = [
  ["id", [undefined, null, "", {}, [], true, 1.5, "x".repeat(257), long]],
  ["title", [undefined, null, "", 5, {}, "x".repeat(1001)]],
  ["description", [5, {}, "x".repeat(20_001)]],
  ["categories", ["Mugs", null, {}, [5], [null], [""], Array(21).fill("Mugs"), [long]]],
  ["brand", [5, {}, [], long]],
  ["price", [-1, -0.01, "5", true, {}, []]],
  ["currency", ["eur", "EURO", "€", 5, ""]],
  ["stock", [-1, 1.5, "5", {}]],
  ["available", ["yes", 1, null]],
  ["url", [5, {}, long]],
  ["imageUrl", [5, {}, long]],
  ["attributes", [5, "red", ["red"], null]],
  ["releasedAt", [5, {}, "", "x".repeat(41)]],
];

const put = { method: "PUT", path: "/v1/items" } as const;
const shown = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 30));

export const badItems: readonly BadCase[] = [
  ...wrong.flatMap(([field, values]) =>
    values.map(
      (value): BadCase => ({
        ...put,
        title: `an item whose ${field} is ${shown(value)}`,
        body: {
          items: [
            { id: "good-before-bad", title: "Good" },
            { ...good, [field]: value },
          ],
        },
        code: "REQUEST_INVALID",
      }),
    ),
  ),
  ...["a\u0000b", "\n", " ", "\u001b[31m", "\ud800"].map(
    (id): BadCase => ({ ...put, title: `an item whose id is ${JSON.stringify(id)}`, body: { items: [{ ...good, id }] }, code: "ITEM_INVALID" }),
  ),
  { ...put, title: "attributes of 100 KB", body: { items: [{ ...good, attributes: { text: "x".repeat(100_000) } }] }, code: "ITEM_INVALID" },
  { ...put, title: "an item that came out on no day", body: { items: [{ ...good, releasedAt: "someday" }] }, code: "ITEM_INVALID" },
  { ...put, title: "no items", body: { items: [] }, code: "REQUEST_INVALID" },
  { ...put, title: "items that are no list", body: { items: good }, code: "REQUEST_INVALID" },
  { ...put, title: "1001 items", body: { items: Array.from({ length: 1001 }, (_, at) => ({ id: `n${at}`, title: "t" })) }, code: "REQUEST_INVALID" },
  { ...put, title: "an item with an endless price", raw: '{"items":[{"id":"never-stored","title":"t","price":1e999}]}', code: "REQUEST_INVALID" },
  { ...put, title: "more pieces than can be counted", body: { items: [{ ...good, stock: 1e300 }] }, code: ["REQUEST_INVALID", "ITEM_INVALID"] },
];
