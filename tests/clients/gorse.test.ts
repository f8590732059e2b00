import fc from "fast-check";
import { Gorse, GorseException } from "gorsejs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";
import { hasMovielens, movielensItems, movielensRatings, movielensUsers, toJsonLines } from "./gorse/movielens.ts";

// The published Gorse client, unmodified, and the route table byte by byte, against a running server.

const limitMs = 120_000;
const at = "2022-08-07T00:26:46Z";
const folder = tempFolder("gorse");
let server: RunningRapport;
let [shopKey, writeKey] = ["", ""];
let client: Gorse<string>;

type Sent = { readonly status: number; readonly text: string; readonly headers: Headers };

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Sent> {
  const payload =
    body === undefined
      ? {}
      : { body: typeof body === "string" || body instanceof Uint8Array || body instanceof FormData ? body : JSON.stringify(body) };
  const response = await fetch(`${server.address}/api${path}`, { method, headers, ...payload } as RequestInit);
  return { status: response.status, text: await response.text(), headers: response.headers };
}
async function json(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<unknown> {
  const { status, text } = await send(method, path, body, headers);
  expect([status, text.slice(0, 200)]).toEqual([200, text.slice(0, 200)]);
  return JSON.parse(text);
}
const affected = (rows: number) => ({ RowAffected: rows });

async function createShop(name: string): Promise<{ writeKey: string; serverKey: string }> {
  const created = await runRapport(["shop", "create", name, "--data", folder.path, "--json"]);
  if (created.code !== 0) throw new Error(created.stderr);
  return JSON.parse(created.stdout) as { writeKey: string; serverKey: string };
}

beforeAll(async () => {
  await createShop("open");
  const other = await createShop("other");
  [shopKey, writeKey] = [other.serverKey, other.writeKey];
  server = await serveRapport(["--data", folder.path, "--gorse-shop", "open"]);
  client = new Gorse({ endpoint: server.address, secret: "zhenghaoz" });
}, limitMs);
afterAll(async () => {
  await server?.stop();
  folder.remove();
}, limitMs);

describe("gorsejs, as published", () => {
  it("users", async () => {
    expect(await client.insertUser({ UserId: "100", Labels: ["a", "b", "c"], Comment: "comment" })).toBe(1);
    expect(await client.getUser("100")).toStrictEqual({ UserId: "100", Labels: ["a", "b", "c"], Comment: "comment" });
    expect(await client.updateUser("100", { Comment: "other" } as never)).toBe(1);
    expect(await client.getUser("100")).toStrictEqual({ UserId: "100", Labels: ["a", "b", "c"], Comment: "other" });
    expect(await client.insertUsers([{ UserId: "101" }, { UserId: "102" }])).toBe(2);
    const first = await client.getUsers({ n: 2 });
    expect(first.Users.map(({ UserId }) => UserId)).toEqual(["100", "101"]);
    expect(first.Cursor).not.toBe("");
    expect(await client.getUsers({ n: 2, Cursor: first.Cursor })).toEqual({ Cursor: "", Users: [{ UserId: "102", Labels: null, Comment: "" }] });
    expect(await client.deleteUser("100")).toBe(1);
    await expect(client.getUser("100")).rejects.toThrow(GorseException);
    await expect(client.getUser("100")).rejects.toMatchObject({ code: 404, message: "100: user not found" });
  });

  it("items", async () => {
    const item = { ItemId: "100", IsHidden: true, Labels: ["a", "b", "c"], Categories: ["d", "e"], Timestamp: at, Comment: "comment" };
    expect(await client.upsertItem(item)).toBe(1);
    expect(await client.getItem("100")).toStrictEqual(item);
    expect(await client.insertItemCategory("100", "f")).toBe(1);
    expect(await client.deleteItemCategory("100", "d")).toBe(1);
    expect(await client.updateItem("100", { Comment: "小黄人 (2015)" } as never)).toBe(1);
    expect(await client.getItem("100")).toStrictEqual({ ...item, Categories: ["e", "f"], Comment: "小黄人 (2015)" });
    const more = [1, 2, 3].map((number) => ({
      ItemId: `20${number}`,
      IsHidden: false,
      Categories: ["g"],
      Timestamp: `202${number}-01-01`,
      Comment: `Film ${number}`,
    }));
    expect(await client.upsertItems(more)).toBe(3);
    expect((await client.getItems({ n: 2 })).Items.map(({ ItemId }) => ItemId)).toEqual(["100", "201"]);
    expect(await client.getLatest({ category: "g", cursorOptions: { n: 2 } })).toEqual([
      { Id: "203", Score: Date.UTC(2023, 0) / 1000 },
      { Id: "202", Score: Date.UTC(2022, 0) / 1000 },
    ]);
    expect(await client.deleteItem("100")).toBe(1);
    await expect(client.getItem("100")).rejects.toMatchObject({ code: 404, message: "100: item not found" });
  });

  it("feedback", async () => {
    const given = [
      { FeedbackType: "like", UserId: "1", ItemId: "201", Timestamp: at },
      { FeedbackType: "read", UserId: "1", ItemId: "202", Timestamp: at },
      { FeedbackType: "read", UserId: "1", ItemId: "300", Timestamp: at },
    ];
    const read = given.map((one) => ({ ...one, Value: 0, Updated: at, Labels: null, Comment: "" }));
    expect(await client.insertFeedbacks(given)).toBe(3);
    expect(await client.getFeedback({ type: "like", userId: "1", itemId: "201" })).toEqual(read[0]);
    expect(await client.getUserFeedback("1")).toEqual(read);
    expect(await client.getUserFeedbackByType("1", "read")).toEqual(read.slice(1));
    expect(await client.getItemFeedback("202")).toEqual([read[1]]);
    expect(await client.getItemFeedbackByType("202", "like")).toEqual([]);
    expect(await client.getFeedbacks("read", { n: 1 })).toMatchObject({ Feedback: [read[1]] });
    expect(await client.upsertFeedbacks([given[0]!])).toBe(1);
    // Read a moment ago: not offered any more.
    expect(await client.getRecommend({ userId: "1" })).toEqual(["203"]);
    expect(await client.deleteFeedback({ type: "read", userId: "1", itemId: "202" })).toEqual(affected(1));
    expect(await client.getRecommend({ userId: "1" })).toContain("202");
    expect(await client.getItem("300")).toMatchObject({ ItemId: "300", Categories: [], Labels: null, Timestamp: "0001-01-01T00:00:00Z" });
  });

  it("answers every other method, before anything has been learnt too", async () => {
    for (const list of [
      await client.getPopular({}),
      await client.getItemNeighbors({ itemId: "201" }),
      await client.getUserNeighbors({ userId: "1" }),
      await client.getSessionRecommend([{ FeedbackType: "like", UserId: "0", ItemId: "201", Timestamp: at }]),
      await client.getRecommend({ userId: "1", category: "g", writeBackType: "seen", writeBackDelay: "0h10m0s" }),
    ])
      expect(Array.isArray(list)).toBe(true);
  });
});

describe("the route table", () => {
  it("says who it is on every answer, and health to everybody", async () => {
    for (const path of ["/health/live", "/health/ready", "/users", "/user/nobody", "/nothing", "/user/%zz"]) {
      const { headers } = await send("GET", path);
      expect([path, headers.get("access-control-allow-origin"), headers.get("x-request-id")]).toEqual([
        path,
        "*",
        expect.stringMatching(/^[0-9a-f-]{36}$/),
      ]);
    }
    expect(await json("GET", "/health/live")).toEqual({
      Ready: true,
      DataStoreError: null,
      CacheStoreError: null,
      DataStoreConnected: true,
      CacheStoreConnected: true,
    });
    expect((await send("OPTIONS", "/items")).status).toBe(204);
  });

  it("a shop's own key opens that shop; a public key and pages from elsewhere open none", async () => {
    await json("POST", "/user", { UserId: "mine" }, { "x-api-key": shopKey });
    expect(await json("GET", "/users", undefined, { "x-api-key": shopKey })).toMatchObject({ Users: [{ UserId: "mine" }] });
    expect((await send("GET", "/user/mine")).status).toBe(404);
    for (const headers of [{ "x-api-key": writeKey }, { origin: "https://elsewhere.example" }])
      expect(await send("GET", "/users", undefined, headers as unknown as Record<string, string>)).toMatchObject({
        status: 401,
        text: "unauthorized",
      });
  });

  it("POST adds the values up, PUT takes the place, a type may ask for values", async () => {
    const rating = (Value: number, more = {}) => [{ FeedbackType: "rating", UserId: "v", ItemId: "201", Value, Timestamp: at, ...more }];
    expect(await json("POST", "/feedback", rating(2, { Comment: "first" }))).toEqual(affected(1));
    expect(await json("POST", "/feedback", [...rating(1), ...rating(1.5)])).toEqual(affected(2));
    expect(await json("GET", "/feedback/rating/v/201")).toMatchObject({ Value: 4.5, Comment: "first" });
    expect(await json("PUT", "/feedback", rating(3))).toEqual(affected(1));
    expect(await json("GET", "/user/v/feedback/rating")).toMatchObject([{ Value: 3, Comment: "" }]);
    expect(await json("GET", `/user/v/feedback/${encodeURIComponent("rating>=4")}`)).toEqual([]);
    expect(await json("GET", `/user/v/feedback/${encodeURIComponent("rating<=3")}`)).toHaveLength(1);
    expect(await json("GET", "/feedback/v/201")).toHaveLength(1);
    expect(await json("DELETE", "/feedback/v/201")).toEqual(affected(1));
    expect(await json("GET", "/feedback/rating/v/201")).toEqual({});
    expect(await json("DELETE", "/feedback/v/201")).toEqual(affected(0));
    expect(await json("POST", "/feedback", rating(5))).toEqual(affected(1));
    expect(await json("GET", "/user/v/feedback")).toMatchObject([{ Value: 5 }]);
    expect(await json("DELETE", "/user/v")).toEqual(affected(1));
    expect(await json("GET", "/user/v/feedback/")).toEqual([]);
  });

  it("categories are and-ed, a reader's items left out, names known or 404, versions told apart", async () => {
    await json("POST", "/items", [
      { ItemId: "ab", Categories: ["a", "b"], Timestamp: "2026-01-02" },
      { ItemId: "a", Categories: ["a"], Timestamp: "2026-01-01" },
    ]);
    const ids = async (path: string) => ((await json("GET", path)) as { Id: string }[]).map(({ Id }) => Id);
    expect([await ids("/latest?category=a"), await ids("/latest?category=a&category=b"), await ids("/latest/a?category=b")]).toEqual([
      ["ab", "a"],
      ["ab"],
      ["ab"],
    ]);
    await json("POST", "/feedback", [{ FeedbackType: "read", UserId: "reader", ItemId: "ab" }]);
    expect(await ids("/latest/a?user-id=reader")).toEqual(["a"]);
    expect(await ids("/non-personalized/latest?category=a&offset=1")).toEqual(["a"]);
    for (const path of ["/non-personalized/nope", "/item-to-item/nope/a", "/user-to-user/nope/reader"])
      expect(await send("GET", path)).toMatchObject({ status: 404, text: expect.stringContaining("recommender not found") });
    for (const path of [
      "/item-to-item/similar/a",
      "/item-to-item/together/a",
      "/user-to-user/neighbors/reader",
      "/non-personalized/trending",
      "/collaborative-filtering/reader",
      "/collaborative-filtering/reader/a",
    ])
      expect(Array.isArray(await json("GET", path))).toBe(true);
    const v2 = (await json("GET", "/recommend/stranger/a", undefined, { "x-api-version": "2" })) as { Id: string; Score: number }[];
    expect(v2.map(({ Id }) => Id)).toEqual(await json("GET", "/recommend/stranger/?category=a"));
    expect(v2.every(({ Score }, at) => at === 0 || Score <= v2[at - 1]!.Score)).toBe(true);
  });

  it("what is written back is read from then on", async () => {
    const first = (await json("GET", "/recommend/w/a?n=1&write-back-type=read")) as string[];
    expect(first).toEqual(["ab"]);
    expect(await json("GET", "/recommend/w/a?n=1&write-back-type=read&write-back-delay=1h0m0s")).toEqual(["a"]);
    expect(await json("GET", "/recommend/w/a?n=1")).toEqual(["a"]);
    expect(await json("GET", "/user/w/feedback")).toMatchObject([{ FeedbackType: "read", ItemId: "ab" }]);
  });

  it("neighbours by embedding, nearest first; search by words", async () => {
    const embedded = (ItemId: string, ...embedding: number[]) => ({
      ItemId,
      Comment: `Space ${ItemId} story`,
      Categories: ["v"],
      Labels: { embedding },
    });
    await json("POST", "/items", [embedded("e1", 1, 0), embedded("e2", 0.9, 0.1), embedded("e3", 0, 1), embedded("e4", 1, 2, 3)]);
    const near = (await json("GET", "/item/e1/neighbors/")) as { Id: string; Score: number }[];
    expect(near.map(({ Id }) => Id)).toEqual(["e2", "e3"]);
    expect(near[0]!.Score).toBeCloseTo(-Math.hypot(0.1, 0.1), 12);
    expect(await json("GET", "/item-to-item/embedding/a")).toEqual([]);
    const found = (await json("GET", "/items?q=story%20E3")) as { Items: { ItemId: string }[] };
    expect(found.Items.map(({ ItemId }) => ItemId)).toEqual(["e3"]);
  });

  it("bad input is told in a line of text, never as a fault of ours", async () => {
    const bad: [string, string, unknown?][] = [
      ["POST", "/user", "{"],
      ["POST", "/user", "null"],
      ["POST", "/user", { UserId: 5 }],
      ["POST", "/user", { UserId: "" }],
      ["POST", "/user", { UserId: "a/b" }],
      ["POST", "/user", { UserId: "x".repeat(10_240) }],
      ["POST", "/user", new Uint8Array([0x22, 0xff, 0x22])],
      ["POST", "/user", `{"UserId":"deep","Labels":${"[".repeat(5_000)}${"]".repeat(5_000)}}`],
      ["POST", "/users", {}],
      ["POST", "/items", [{ ItemId: "t", Timestamp: "yesterday" }]],
      ["POST", "/items", [{ ItemId: "t", Categories: "x" }]],
      ["POST", "/item", { ItemId: "t", IsHidden: "no" }],
      ["POST", "/feedback", '[{"FeedbackType":"r","UserId":"u","ItemId":"i","Value":NaN}]'],
      ["POST", "/feedback", '[{"FeedbackType":"r","UserId":"u","ItemId":"i","Value":1e999}]'],
      ["POST", "/feedback", [{ FeedbackType: "r", UserId: "u", ItemId: "i", Value: "5" }]],
      ["POST", "/feedback", [{ UserId: "u", ItemId: "i" }]],
      ["POST", "/session/recommend", { a: 1 }],
      ["GET", "/users?n=-1"],
      ["GET", "/users?n=many"],
      ["GET", "/items?n=99999999999999999999"],
      ["GET", "/feedback?cursor=%FF%00nonsense"],
      ["GET", "/feedback?cursor=nonsense"],
      ["GET", "/latest?offset=1.5"],
      ["GET", "/recommend/u?write-back-type=read&write-back-delay=soon"],
      ["GET", "/user/a%2Fb"],
      ["GET", `/user/${"x".repeat(300)}`],
      ["GET", `/user/${"x".repeat(10_240)}`],
      ["GET", "/item/%E0%A4%A"],
      ["POST", "/bulk/items", '{"ItemId":"ok"}\n{"ItemId":'],
      ["POST", "/bulk/users", '{"UserId":"a/b"}\n'],
      ["POST", "/restore", new Uint8Array([1, 2, 3])],
      ["POST", "/restore", new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    ];
    for (const [method, path, body] of bad) {
      const { status, text, headers } = await send(method, path, body);
      expect([method, path.slice(0, 60), status, headers.get("content-type")]).toEqual([method, path.slice(0, 60), 400, "text/plain; charset=utf-8"]);
      expect(text).not.toBe("");
    }
    expect((await send("GET", "/users?n=1000000")).status).toBe(200);
    expect(await json("GET", "/users?n=0")).toEqual({ Cursor: "", Users: [] });
  });

  it(
    "property: what was put in is what comes out, alone and in bulk",
    async () => {
      const id = fc
        .string({ minLength: 1, maxLength: 40, unit: "grapheme" })
        .filter((text) => text.trim() !== "" && !/[/\p{Cc}]/u.test(text) && text.isWellFormed() && text !== "." && text !== "..");
      const text = fc.string({ unit: "binary", maxLength: 60 }).map((one) => one.toWellFormed());
      const time = fc
        .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
        .map((date) => `${date.toISOString().slice(0, 19)}Z`);
      // JSON has no minus zero that Go would keep.
      const labels = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
      const item = fc.record({
        ItemId: id,
        IsHidden: fc.boolean(),
        Categories: fc.array(text, { maxLength: 4 }),
        Timestamp: time,
        Labels: labels,
        Comment: text,
      });
      const user = fc.record({ UserId: id, Labels: labels, Comment: text });
      const feedback = fc.record({
        FeedbackType: id,
        UserId: id,
        ItemId: id,
        Value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        Timestamp: time,
        Labels: labels,
        Comment: text,
      });
      await fc.assert(
        fc.asyncProperty(user, item, feedback, async (aUser, anItem, aFeedback) => {
          const key = { "x-api-key": shopKey };
          await json("POST", "/user", aUser, key);
          await json("POST", "/item", anItem, key);
          await json("PUT", "/feedback", [aFeedback], key);
          expect(await json("GET", `/user/${encodeURIComponent(aUser.UserId)}`, undefined, key)).toEqual(aUser);
          expect(await json("GET", `/item/${encodeURIComponent(anItem.ItemId)}`, undefined, key)).toEqual(anItem);
          const path = [aFeedback.FeedbackType, aFeedback.UserId, aFeedback.ItemId].map(encodeURIComponent).join("/");
          // A type with a comparison in it is an expression where it is asked for.
          if (/[<>=]/.test(aFeedback.FeedbackType)) return;
          expect(await json("GET", `/feedback/${path}`, undefined, key)).toEqual({ ...aFeedback, Updated: aFeedback.Timestamp });
        }),
        { numRuns: 40 },
      );
      const whole = async () =>
        Promise.all(
          ["users", "items", "feedback"].map(async (kind) => (await send("GET", `/bulk/${kind}`, undefined, { "x-api-key": shopKey })).text),
        );
      const before = await whole();
      const response = await fetch(`${server.address}/api/dump`, { headers: { "x-api-key": shopKey } });
      const dump = new Uint8Array(await response.arrayBuffer());
      const rows = (at: number) => before[at]!.split("\n").length - 1;
      expect(await json("POST", "/restore", dump, { "x-api-key": shopKey })).toMatchObject({
        Users: rows(0),
        Items: rows(1),
        Feedback: rows(2),
        Duration: expect.any(Number),
      });
      expect(await whole()).toEqual(before);
      const form = new FormData();
      form.append("file", new Blob([before[1]!]), "items.jsonl");
      expect(await json("POST", "/bulk/items", form, { "x-api-key": shopKey })).toEqual(affected(rows(1)));
      expect(await json("POST", "/bulk/feedback", before[2]!, { "x-api-key": shopKey })).toEqual(affected(rows(2)));
      expect(await whole()).toEqual(before);
    },
    limitMs,
  );
});

describe.skipIf(!hasMovielens)(`MovieLens 100K${hasMovielens ? "" : " (skipped: ../shared/data/ml-100k is not here)"}`, () => {
  // A part of the ratings is learnt from as well as all of them, and the suite stays short.
  const ratings = hasMovielens ? movielensRatings().slice(0, 20_000) : [];
  const movies = tempFolder("gorse-movielens");
  let films: RunningRapport;
  let cinema: Gorse<string>;
  const post = async (kind: string, rows: readonly unknown[]) =>
    (await fetch(`${films.address}/api/bulk/${kind}`, { method: "POST", body: toJsonLines(rows) })).json();

  beforeAll(async () => {
    await runRapport(["shop", "create", "cinema", "--data", movies.path, "--json"]);
    films = await serveRapport(["--data", movies.path, "--gorse-shop", "cinema"]);
    cinema = new Gorse({ endpoint: films.address, secret: "" });
    expect(await post("users", movielensUsers())).toEqual(affected(943));
    expect(await post("items", movielensItems())).toEqual(affected(1682));
    expect(await post("feedback", ratings)).toEqual(affected(ratings.length));
  }, limitMs);
  afterAll(async () => {
    await films?.stop();
    movies.remove();
  }, limitMs);

  it("the lists that the published suites expect", async () => {
    const users = await cinema.getUsers({ n: 3 });
    expect(users.Users.map(({ UserId }) => UserId)).toEqual(["1", "10", "100"]);
    expect(users.Users[0]).toEqual({ UserId: "1", Labels: { age: 24, gender: "M", occupation: "technician", zip_code: "85711" }, Comment: "" });
    const items = await cinema.getItems({ n: 3 });
    expect(items.Items).toMatchObject([
      { ItemId: "1", Categories: ["Animation", "Children's", "Comedy"], Timestamp: "1995-01-01T00:00:00Z", Comment: "Toy Story (1995)" },
      { ItemId: "10", Categories: ["Drama", "War"], Timestamp: "1996-01-22T00:00:00Z", Comment: "Richard III (1995)" },
      { ItemId: "100", Categories: ["Crime", "Drama", "Thriller"], Timestamp: "1997-02-14T00:00:00Z", Comment: "Fargo (1996)" },
    ]);
    expect((await cinema.getLatest({ cursorOptions: { n: 3 } })).map(({ Id }) => Id)).toEqual(["315", "1432", "918"]);
    await cinema.insertUser({ UserId: "3000" });
    expect(await cinema.getRecommend({ userId: "3000", cursorOptions: { n: 3 } })).toEqual(["315", "1432", "918"]);
    const found = (await (await fetch(`${films.address}/api/items?q=${encodeURIComponent("Toy Story")}&n=3`)).json()) as {
      Items: { ItemId: string }[];
    };
    expect(found.Items[0]!.ItemId).toBe("1");
  });

  it(
    "recommends what the model has learnt, without what was rated",
    async () => {
      const popular = await waitUntil(
        "something learnt",
        async () => {
          const list = await cinema.getPopular({ cursorOptions: { n: 10 } });
          return list.length === 10 ? list : null;
        },
        90_000,
      );
      const [mine, theirs] = await Promise.all(["405", "13"].map((userId) => cinema.getRecommend({ userId, cursorOptions: { n: 20 } })));
      expect(mine).toHaveLength(20);
      expect(mine).not.toEqual(theirs);
      const rated = new Set(ratings.filter(({ UserId }) => UserId === "405").map(({ ItemId }) => ItemId));
      expect(mine!.filter((itemId) => rated.has(itemId))).toEqual([]);
      const again = await cinema.getRecommend({ userId: "405", cursorOptions: { n: 10, offset: 10 } });
      expect(again).toEqual(mine!.slice(10));
      const near = (await cinema.getItemNeighbors({ itemId: "50", cursorOptions: { n: 10 } })) as unknown as { Id: string; Score: number }[];
      expect(near).toHaveLength(10);
      // Star Wars: its own sequels are among what goes with it.
      expect(near.map(({ Id }) => Id)).toEqual(expect.arrayContaining(["181"]));
      const session = (await cinema.getSessionRecommend([{ FeedbackType: "like", UserId: "0", ItemId: "50", Timestamp: at }])) as { Id: string }[];
      expect(session.length).toBeGreaterThan(0);
      expect(session.map(({ Id }) => Id)).not.toContain("50");
      const alike = (await cinema.getUserNeighbors({ userId: "405" })) as unknown as { Id: string; Score: number }[];
      expect(alike).toHaveLength(10);
      expect(alike.map(({ Id }) => Id)).not.toContain("405");
      expect(popular[0]!.Score).toBeGreaterThanOrEqual(popular[9]!.Score);
    },
    limitMs,
  );
});
