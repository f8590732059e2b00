import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fileOf } from "../testing/import-into-fakes.ts";
import { type Interaction, type InteractionsRequest, readInteractions } from "./read-interactions.ts";
import { readSequences } from "./read-interactions-sequences.ts";

type Users = Record<string, readonly Interaction[]>;

async function read(content: string | Uint8Array, name = "rows.csv", more: Partial<InteractionsRequest> = {}) {
  const result = await readInteractions({ file: await fileOf(content, name), columns: {}, minRating: null, ...more });
  if (!result.ok) return { problem: result.problem, users: {} as Users, columns: {}, notes: [] };
  return { problem: null, users: Object.fromEntries(result.value.byUser) as Users, columns: result.value.columns, notes: result.value.notes };
}

describe("columns", () => {
  test.each([
    [
      "visitorid,event,itemid,timestamp,transactionid",
      { user: "visitorid", event: "event", item: "itemid", time: "timestamp", order: "transactionid" },
    ],
    ["userId,movieId,title,rating,timestamp", { user: "userId", item: "movieId", rating: "rating", time: "timestamp" }],
    ["event_time,event_type,product_id,category_id,user_id", { time: "event_time", event: "event_type", item: "product_id", user: "user_id" }],
    ["Invoice,StockCode,Quantity,InvoiceDate,Customer ID", { order: "Invoice", item: "StockCode", time: "InvoiceDate", user: "Customer ID" }],
  ])("%s", async (header, expected) => {
    const cellOf = (name: string) =>
      /event$|type/.test(name) ? "view" : /time|date/i.test(name) ? "2015-06-01 10:00:00" : /rating/.test(name) ? "4" : "7";
    const row = header.split(",").map(cellOf).join(",");
    expect((await read(`${header}\n${row}\n${row}\n`)).columns).toEqual(expected);
  });

  test("without names: users and items first, the time by its look", async () => {
    const { users, columns, notes } = await read("196\t242\t3\t881250949\n186\t302\t3\t891717742\n", "u.data");
    expect(columns).toEqual({ user: "1", item: "2", rating: "3", time: "4" });
    expect(users["196"]).toEqual([{ itemId: "242", type: "purchase", at: 881_250_949_000, order: null, rating: 3 }]);
    expect(notes[0]).toContain("no column names");
    expect(await read("x@y.z,i1,2020-01-01\nx@y.z,i2,2020-01-02\n")).toMatchObject({
      problem: { code: "COLUMN_UNGUESSED", detail: expect.not.stringContaining("x@y.z") },
    });
  });
});

describe("rows", () => {
  test("events become types; purchases at one time are one order", async () => {
    const { users } = await read(
      "user,item,event,time\nu,a,view,100000001\nu,b,Add to cart,100000002\nu,b,transaction,100000003\nu,c,buy,100000003\n",
    );
    expect(users.u).toMatchObject([
      { type: "view", order: null },
      { type: "cart-add", order: null },
      { type: "purchase", order: "at 100000003000" },
      { type: "purchase", order: "at 100000003000" },
    ]);
  });

  test("rows that say nothing are left out and counted; ids of a statistics program lose their point", async () => {
    const { users, notes } = await read("user,item,time\n13085.0,a,2020-01-01\n,b,2020-01-01\n13085,,2020-01-01\n13085,c,\n13085,d,2020-01-02\n");
    expect(users["13085"]).toHaveLength(2);
    expect(notes).toContain("3 rows without a user, an item or a time that can be read are left out");
  });

  test("also from gzipped JSON lines", async () => {
    const lines = ["a", "b"].map((item) => JSON.stringify({ user: "u", item, time: "2020-01-01T00:00:00Z" })).join("\n");
    expect((await read(gzipSync(lines), "rows.jsonl.gz")).users.u).toHaveLength(2);
  });

  test("a quotation mark that is never closed is refused, not half read", async () => {
    const rows = Array.from({ length: 50 }, (_, at) => `u${at},${at === 20 ? '"' : ""}i${at},2020-01-01`).join("\n");
    expect((await read(`user,item,time\n${rows}\n`)).problem).toMatchObject({ code: "FILE_UNREADABLE" });
  });
});

describe("ratings and places", () => {
  test("a rating that is no finite number is none", async () => {
    const { users } = await read("user,item,rating,time\nu,a,4.5,2020-01-01\nu,b,NaN,2020-01-02\nu,c,inf,2020-01-03\nu,d,,2020-01-04\n", "rows.csv", {
      columns: { rating: "rating" },
    });
    expect(users.u!.map(({ rating }) => rating)).toEqual([4.5, undefined, undefined, undefined]);
  });

  test("without times the rows keep their order, only where that is allowed", async () => {
    const rows = "user,item,rating\nu,b,1\nv,a,2\nu,a,3\n";
    expect((await read(rows)).problem).toMatchObject({ code: "COLUMN_UNGUESSED" });
    const { users } = await read(rows, "rows.csv", { timeOptional: true });
    expect(users.u!.map(({ itemId }) => itemId)).toEqual(["b", "a"]);
    expect(users.u![0]!.at).toBeLessThan(users.u![1]!.at);
  });
});

describe("sequences", () => {
  test("commas part where there are no blanks", async () => {
    for (const text of ["u,a,b\nv,c\n", "u, a, b\nv, c\n", "\uFEFFu a b\nv c\n"]) {
      const result = await readSequences(await fileOf(text, "s.csv"));
      expect(result.ok && [...result.value.byUser].map(([user, steps]) => `${user}:${steps.map(({ itemId }) => itemId).join("")}`)).toEqual([
        "u:ab",
        "v:c",
      ]);
    }
  });

  test("the place is the time, also over several lines of one user", async () => {
    const result = await readSequences(await fileOf("u a  b\r\nv c\n\nw\nu\td\n", "s.txt"));
    expect(result.ok && [...result.value.byUser].map(([user, steps]) => [user, steps.map(({ itemId, at }) => `${itemId}${at}`).join(" ")])).toEqual([
      ["u", "a1 b2 d3"],
      ["v", "c1"],
    ]);
    expect(await readSequences(await fileOf("\n\nw\n", "s.txt"))).toMatchObject({ ok: false, problem: { code: "NOT_ENOUGH_DATA" } });
  });
});
