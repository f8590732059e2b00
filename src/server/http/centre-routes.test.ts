import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CustomerId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { furnish, type House } from "../compose.ts";
import { createShop } from "../shop-keys.ts";
import { buildApp } from "./build-app.ts";
import type { App } from "./route-deps.ts";

let [house, app]: [House, App] = [] as never;
let key = "";
let now = Date.UTC(2026, 10, 22);
let number = 0;

const json = (body: unknown) => ({ payload: JSON.stringify(body), headers: { "content-type": "application/json", authorization: `Bearer ${key}` } });

beforeAll(async () => {
  house = furnish(
    await openSqlite(":memory:"),
    () => now,
    () => `id-${number++}`,
  );
  const created = await createShop(house.store.shops, { name: "Clay & Co", currency: "EUR" }, house);
  if (!created.ok) throw new Error();
  key = created.value.serverKey;
  app = await buildApp({ house, learning: { poke() {}, lag: () => 0 } as never, demo: null, logLevel: (process.env.LOGS as "error") ?? "silent" });
  await app.inject({
    method: "PUT",
    url: "/v1/items",
    ...json({ items: ["MUG-1", "MUG-2", "BOOK-1"].map((id) => ({ id, title: `Title of ${id}`, categories: [id.slice(0, 3)] })) }),
  });
  await house.recordConsents((await house.store.shops.list())[0]!.shopId, [
    {
      names: { customerId: "anna" as CustomerId, anonymousId: null },
      purposes: new Map<Purpose, boolean>([
        ["personalize", true],
        ["learn", true],
      ]),
      source: "person",
      notice: null,
      how: "banner",
    },
  ]);
  const viewed = {
    type: "track",
    event: "Product Viewed",
    userId: "anna",
    messageId: "m-1",
    timestamp: new Date(now - 60_000).toISOString(),
    properties: { product_id: "MUG-1" },
  };
  await app.inject({ method: "POST", url: "/v1/track", ...json(viewed) });
});
afterAll(async () => {
  await app.close();
  await house.store.close();
});

async function linkFor(body: object): Promise<string> {
  const reply = await app.inject({ method: "POST", url: "/v1/privacy/links", ...json(body) });
  expect(reply.statusCode, reply.body).toBe(200);
  return new URL(reply.json<{ url: string }>().url).searchParams.get("token")!;
}
const postForm = (url: string, fields: Record<string, string>, cookie = "", headers: Record<string, string> = {}) =>
  app.inject({
    method: "POST",
    url,
    payload: new URLSearchParams(fields).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", ...(cookie === "" ? {} : { cookie }), ...headers },
  });
const look = (url: string, cookie: string, headers: Record<string, string> = {}) =>
  app.inject({ method: "GET", url, headers: { cookie, ...headers } });

async function enter(body: object = { customerId: "anna", locale: "en" }) {
  const reply = await postForm("/privacy/enter", { token: await linkFor(body) });
  expect(reply.statusCode).toBe(303);
  const [first] = reply.cookies as { name: string; value: string }[];
  const cookie = `${first!.name}=${first!.value}`;
  const home = await look("/privacy/", cookie);
  expect(home.statusCode).toBe(200);
  const token = /name="token" value="([\w-]+)"/.exec(home.body)![1]!;
  const act = (action: string, fields: Record<string, string>) => postForm(`/privacy/do/${action}`, { token, ...fields }, cookie);
  return { cookie, token, act, setCookie: String(reply.headers["set-cookie"]), page: async (path: string) => (await look(path, cookie)).body };
}

describe("the way in", () => {
  it("R40: a link opens once, is not used up by looking, and says nothing about why it opens nothing", async () => {
    const token = await linkFor({ customerId: "anna" });
    for (let times = 0; times < 3; times++) {
      const seen = await app.inject({ method: "GET", url: `/privacy/enter?token=${token}` });
      expect([seen.statusCode, seen.body.includes(token)]).toEqual([200, true]);
    }
    expect((await postForm("/privacy/enter", { token })).statusCode).toBe(303);
    const expired = await linkFor({ customerId: "anna", ttlMinutes: 1 });
    now += 61_000;
    const answers = await Promise.all(
      [token, expired, "A".repeat(43), "", "x'\"<script>"].map((one) =>
        app.inject({ method: "GET", url: `/privacy/enter?${new URLSearchParams({ token: one })}` }),
      ),
    );
    const posts = await Promise.all([token, expired, "A".repeat(43)].map((one) => postForm("/privacy/enter", { token: one })));
    for (const answer of [...answers, ...posts]) expect([answer.statusCode, answer.body]).toEqual([410, answers[0]!.body]);
  });

  it("makes a cookie that no script reads, and pages that nobody keeps, frames or sees the address of", async () => {
    const { setCookie, cookie } = await enter();
    expect(setCookie).toMatch(/HttpOnly/);
    expect(setCookie).toMatch(/SameSite=Lax/);
    expect(setCookie).toMatch(/Path=\/privacy/);
    const { headers } = await look("/privacy/", cookie);
    expect(headers["cache-control"]).toBe("private, no-store");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    const framed = await postForm("/privacy/enter", { token: await linkFor({ customerId: "anna", embedOrigins: ["https://shop.example"] }) }, "", {
      "x-forwarded-proto": "https",
    });
    expect(String(framed.headers["set-cookie"])).toMatch(/Secure.*SameSite=None|SameSite=None.*Secure/);
    expect(String(framed.headers["set-cookie"])).toMatch(/Partitioned/);
  });

  it("needs a server key, and a person", async () => {
    expect((await app.inject({ method: "POST", url: "/v1/privacy/links", payload: "{}" })).statusCode).toBe(401);
    expect((await app.inject({ method: "POST", url: "/v1/privacy/links", ...json({}) })).json()).toMatchObject({ error: { code: "PERSON_MISSING" } });
    expect((await app.inject({ method: "POST", url: "/v1/privacy/links", ...json({ customerId: "a", ttlMinutes: 0 }) })).statusCode).toBe(400);
  });

  it("without a session, and after half an hour, there is nothing to see", async () => {
    for (const path of ["/privacy/", "/privacy/known", "/privacy/copy/json", "/privacy/receipt", "/privacy/none"])
      expect((await look(path, "rapport_centre=no")).statusCode).toBe(403);
    const { cookie, act } = await enter();
    now += 30 * 60_000;
    expect((await look("/privacy/", cookie)).statusCode).toBe(403);
    expect((await act("dial", { level: "nothing" })).statusCode).toBe(403);
  });

  it("after many links that open nothing, an address has to wait", async () => {
    now += 120_000;
    const codes = new Set<number>();
    for (let times = 0; times < 35; times++) codes.add((await app.inject({ method: "GET", url: "/privacy/enter?token=none" })).statusCode);
    expect([...codes]).toEqual([410, 429]);
    expect((await postForm("/privacy/enter", { token: await linkFor({ customerId: "anna" }) })).statusCode).toBe(303);
  });
});

describe("changes", () => {
  it("a form from elsewhere changes nothing: no token, a wrong one, another session's, another site's", async () => {
    const [mine, others] = [await enter(), await enter({ customerId: "bob" })];
    for (const token of ["", "x", others.token, mine.token.slice(0, -1)])
      expect((await postForm("/privacy/do/dial", { token, level: "nothing" }, mine.cookie)).statusCode).toBe(403);
    const crossSite = await postForm("/privacy/do/dial", { token: mine.token, level: "nothing" }, mine.cookie, { "sec-fetch-site": "cross-site" });
    expect(crossSite.statusCode).toBe(403);
    expect((await look("/privacy/do/dial", mine.cookie)).statusCode).toBe(404);
    expect(await mine.page("/privacy/dial")).toMatch(/value="everything" checked/);
  });

  it("R23, R32: the dial, one tap to what everybody sees, and back", async () => {
    const { act, page } = await enter();
    const done = await act("dial", { level: "purchases" });
    expect([done.statusCode, done.headers.location]).toEqual([303, "/privacy/dial?note=dial&level=purchases"]);
    expect(await page(String(done.headers.location))).toContain("From now on the shop uses: My purchases.");
    expect(await page("/privacy/dial")).toMatch(/value="purchases" checked/);
    await act("impersonal", {});
    expect(await page("/privacy/")).toContain("You see what everybody sees.");
    await act("personal", {});
    expect(await page("/privacy/")).toContain("What you see is chosen for you.");
    await act("pause", { length: "week" });
    expect(await page("/privacy/")).toContain("Paused: nothing about you is used until");
    await act("resume", {});
    expect(await page("/privacy/")).toContain("What you see is chosen for you.");
  });

  it("R3, R8: each purpose has its own switch, off as quickly as on, nothing on by itself", async () => {
    const { act, page } = await enter({ customerId: "carla" });
    expect(await page("/privacy/permissions")).not.toContain('class="badge on"');
    await act("permission", { purpose: "email", granted: "yes" });
    expect((await page("/privacy/permissions")).match(/class="badge on"/g)).toHaveLength(1);
    await act("permission", { purpose: "email", granted: "no" });
    expect(await page("/privacy/permissions")).not.toContain('class="badge on"');
  });

  it("R15: a browser that opts out is told that it is honoured, and the switch says so", async () => {
    const { cookie } = await enter({ customerId: "gina", locale: "en" });
    const { body } = await look("/privacy/permissions", cookie, { "sec-gpc": "1" });
    expect(body).toContain("Opt-out request honoured");
    expect(body).toContain("Your browser decided on");
  });

  it("what was done can be left unused and deleted; nobody else's can be", async () => {
    const [anna, bob] = [await enter(), await enter({ customerId: "bob" })];
    expect(await anna.page("/privacy/known")).toContain("You looked at Title of MUG-1");
    expect(await bob.page("/privacy/known")).not.toContain("MUG-1");
    for (const [action, fields] of [
      ["delete", { id: "m-1" }],
      ["unused", { id: "m-1", unused: "yes" }],
      ["delete", { id: "m-1", customerId: "anna", personId: "anna" }],
    ] as const)
      expect((await bob.act(action, fields)).statusCode).toBe(409);
    await anna.act("unused", { id: "m-1", unused: "yes" });
    expect(await anna.page("/privacy/known")).toContain("Kept, but not used for you.");
    await anna.act("unused", { id: "m-1", unused: "no" });
    await anna.act("delete", { id: "m-1" });
    expect(await anna.page("/privacy/known")).not.toContain("You looked at Title of MUG-1");
  });

  it("wishes can be stated and undone; senseless forms change nothing", async () => {
    const { act, page } = await enter();
    await act("taste", { wish: "less", category: "BOO" });
    expect(await page("/privacy/tastes")).toContain("Category: BOO");
    await act("undo", { wish: "less", kind: "category", key: "BOO" });
    expect(await page("/privacy/tastes")).toContain("Nothing is left out for you.");
    expect((await act("taste", { wish: "less", category: "none" })).statusCode).toBe(409);
    for (const [action, fields] of [
      ["dial", { level: "all" }],
      ["pause", { length: "toString" }],
      ["permission", { purpose: "of-age", granted: "yes" }],
      ["taste", { wish: "__proto__", category: "MUG" }],
      ["messages", { perWeek: "-1" }],
      ["constructor", {}],
      ["forget", {}],
    ] as const) {
      const done = await act(action, fields as Record<string, string>);
      expect([done.statusCode, done.headers.location], action).toEqual([303, "/privacy/?note=unchanged"]);
    }
    const { headers } = await act("messages", { perWeek: "2" });
    expect(await page(String(headers.location))).toContain("at most 2 messages a week");
  });

  it("R38: who objects, restricts or wants a correction has a button for it, sees how far it is, and can take it back", async () => {
    const { act, page } = await enter({ customerId: "hugo" });
    await act("personal", {});
    expect(await page("/privacy/rights")).toContain("You have not asked for anything yet.");
    const done = await act("ask", { kind: "restriction" });
    expect([done.statusCode, done.headers.location]).toEqual([303, "/privacy/rights?note=asked-restriction"]);
    expect(await page("/privacy/rights")).toMatch(/Your data is kept and not used\.[\s\S]*Restriction<\/h3>[\s\S]*Done on/);
    expect(await page("/privacy/")).toContain("You see what everybody sees.");
    await act("lift", {});
    expect(await page("/privacy/rights")).toContain("Restrict my data");
    expect(await page("/privacy/")).toContain("What you see is chosen for you.");
    await act("ask", { kind: "objection" });
    expect(await page("/privacy/")).toContain("You see what everybody sees.");
    await act("ask", { kind: "rectification" });
    const asked = await page("/privacy/rights");
    expect(asked).toContain("Open: the shop has time until");
    const [, id] = /name="id" value="([^"]+)"/.exec(asked)!;
    const others = await enter({ customerId: "bob" });
    expect((await others.act("take-back", { id: id! })).statusCode).toBe(409);
    expect((await act("take-back", { id: id! })).headers.location).toBe("/privacy/rights?note=taken-back");
    expect(await page("/privacy/rights")).toContain("Taken back on");
    expect((await act("take-back", { id: id! })).statusCode).toBe(409);
    expect((await act("lift", {})).statusCode).toBe(409);
    for (const kind of ["erasure", "", "constructor"]) expect((await act("ask", { kind })).headers.location).toBe("/privacy/?note=unchanged");
  });

  it("R32: what somebody said of them can be corrected and deleted", async () => {
    const { act, page } = await enter({ customerId: "ida" });
    await act("told", { key: "shoe size", value: " 38 " });
    expect(await page("/privacy/known")).toMatch(/shoe size[\s\S]*value="38"/);
    await act("told", { key: "shoe size", value: "39" });
    expect(await page("/privacy/known")).toMatch(/shoe size[\s\S]*value="39"/);
    expect((await act("told", { key: "shoe size", value: "x".repeat(201) })).statusCode).toBe(409);
    await act("untold", { key: "shoe size" });
    expect(await page("/privacy/known")).not.toContain("shoe size");
  });

  it("R7, R30: receipt and copy are downloads; an address can put no text into the page", async () => {
    const { cookie, page } = await enter();
    const receipt = await look("/privacy/receipt", cookie);
    expect(receipt.headers["content-disposition"]).toContain("attachment");
    expect(receipt.json()).toMatchObject({ type: "consent-receipt", signature: { algorithm: "Ed25519" } });
    const copy = (await look("/privacy/copy/json", cookie)).json<{ type: string; consents: unknown[] }>();
    expect(copy.type).toBe("rapport-copy");
    expect(copy.consents.length).toBeGreaterThan(0);
    expect((await look("/privacy/copy/html", cookie)).body).toMatch(/^<!doctype html>/);
    expect(await page("/privacy/?note=<script>")).not.toContain("<script>alert");
    expect(await page("/privacy/?note=dial&level=<b>x</b>")).not.toContain("<b>");
  });

  it("says it in three languages, the right way round", async () => {
    const { act, page } = await enter();
    for (const [lang, dir, words] of [
      ["ur", "rtl", "آپ کا ڈیٹا"],
      ["id", "ltr", "Data dan pilihan Anda"],
      ["en", "ltr", "Your data and choices"],
    ] as const) {
      await act("language", { lang, back: "dial" });
      const home = await page("/privacy/");
      expect(home).toContain(`<html lang="${lang}" dir="${dir}">`);
      expect(home).toContain(words);
    }
  });

  it("R33: who asks to be forgotten is, their page closes, and the reference leads to the status", async () => {
    const { act, cookie, page } = await enter({ customerId: "dora" });
    expect(await page("/privacy/forget")).toContain("Go on to confirm");
    expect(await page("/privacy/forget?step=confirm")).toContain("Are you sure?");
    const done = await act("forget", { sure: "yes" });
    expect(done.statusCode).toBe(303);
    expect((await look("/privacy/", cookie)).statusCode).toBe(403);
    const status = await app.inject({ method: "GET", url: String(done.headers.location) });
    expect(status.statusCode).toBe(200);
    expect((await app.inject({ method: "GET", url: "/privacy/forgotten/none.none" })).statusCode).not.toBe(200);
  });

  it("in a frame the page goes on to be seen after its session is over: only there, and only what anybody may do nothing on", async () => {
    const framesOf = ({ headers }: { headers: Record<string, unknown> }) =>
      /frame-ancestors ([^;]*)/.exec(String(headers["content-security-policy"]))?.[1];
    const { act } = await enter({ customerId: "ella", locale: "ur", embedOrigins: ["https://shop.example"] });
    const status = String((await act("forget", { sure: "yes" })).headers.location);
    const seen = await app.inject({ method: "GET", url: status });
    expect([seen.statusCode, framesOf(seen)]).toEqual([200, "'self' https://shop.example"]);
    expect(seen.body).toContain('<html lang="ur" dir="rtl">');
    for (const bad of ["*", "https://a.example;script-src *", "javascript:x"])
      expect(framesOf(await app.inject({ method: "GET", url: `${status.split("?")[0]}?in=${encodeURIComponent(bad)}` }))).toBe("'none'");
    expect(framesOf(await look("/privacy/", "rapport_centre=no"))).toBe("'none'");
    const ended = await look("/privacy/", "rapport_centre=no", { "sec-fetch-dest": "iframe" });
    expect([ended.statusCode, framesOf(ended), ended.body.includes("<form")]).toEqual([403, "'self' *", false]);
  });
});

describe("why and ranking over HTTP", () => {
  it("R22: the public page and its data, in three languages, of a shop that exists", async () => {
    for (const [lang, words] of [
      ["en", "How ranking works here"],
      ["ur", "ترتیب کیسے بنتی ہے"],
      ["id", "Cara kerja urutan"],
    ] as const) {
      const page = await app.inject({ method: "GET", url: `/ranking?shop=${encodeURIComponent("Clay & Co")}&lang=${lang}` });
      expect([page.statusCode, page.body.includes(words)]).toEqual([200, true]);
    }
    expect((await app.inject({ method: "GET", url: "/v1/ranking" })).json()).toMatchObject({
      shop: "Clay & Co",
      dial: ["nothing", "page", "visit", "purchases", "everything"],
    });
    expect((await app.inject({ method: "GET", url: "/v1/ranking?shop=none" })).statusCode).toBe(404);
    expect((await app.inject({ method: "GET", url: "/ranking?shop=none" })).statusCode).toBe(404);
  });

  it("R20: why in three depths, over HTTP", async () => {
    const ask = async (more: object) =>
      (await app.inject({ method: "POST", url: "/v1/why", ...json({ surface: "new", itemId: "MUG-2", ...more }) })).json();
    expect(await ask({ depth: "line", locale: "id" })).toMatchObject({ line: "Barang ini baru di toko ini.", locale: "id", dir: "ltr", shown: true });
    const told = await ask({});
    expect(told.factors.reduce((sum: number, { contribution }: { contribution: number }) => sum + contribution, 0)).toBe(told.score);
    expect(await ask({ depth: "everything", locale: "ur" })).toMatchObject({
      dir: "rtl",
      everything: { sponsored: false, experiment: null, propensity: 1 },
    });
    expect(await ask({ itemId: "NONE" })).toMatchObject({ error: { code: "ITEM_UNKNOWN" } });
    expect(await ask({ surface: "none" })).toMatchObject({ error: { code: "SURFACE_UNKNOWN" } });
  });
});
