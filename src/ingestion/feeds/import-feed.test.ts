import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import { type FeedShop, now, openFeedShop, piecesOf, reasonsOf, row, rss, shopId } from "../testing/feed-shop.ts";

let shop: FeedShop = null as never;
beforeEach(async () => {
  shop = await openFeedShop();
});
afterEach(() => shop.store.close());

const revision = () => shop.store.catalogue.revision(shopId);
const many = (count: number, from = 0) => Array.from({ length: count }, (_, at) => row(`i${from + at}`));

describe("a complete feed", () => {
  it("makes the catalogue what it says; the second time it changes nothing", async () => {
    expect(await shop.run(rss(row("a"), row("b", "<g:brand>Acme</g:brand>")))).toMatchObject({ outcome: "applied", rows: 2, added: 2, removed: 0 });
    const before = await revision();
    expect(before).toBe(1);
    expect(await shop.run(rss(row("a"), row("b", "<g:brand>Acme</g:brand>")))).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
    expect(await revision()).toBe(before);
    expect(await shop.run(rss(row("a"), row("b", "<g:brand>Other</g:brand>")))).toMatchObject({ changed: 1, unchanged: 1 });
    expect(await revision()).toBe(before + 1);
  });

  it("what is missing is taken off sale, not deleted, and comes back", async () => {
    await shop.run(rss(row("a"), row("b"), row("c")));
    expect(await shop.run(rss(row("a"), row("b")))).toMatchObject({ removed: 1 });
    expect((await shop.items()).get("c")).toMatchObject({ available: false, title: "Title of c" });
    expect(await shop.run(rss(row("a"), row("b")))).toMatchObject({ removed: 0, unchanged: 2 });
    expect(await shop.run(rss(row("a"), row("b"), row("c")))).toMatchObject({ changed: 1 });
    expect((await shop.items()).get("c")!.available).toBe(true);
  });

  it("leaves alone what others have put", async () => {
    await shop.run(rss(row("a"), row("b")));
    const mine = (await shop.items()).get("a")!;
    await shop.store.catalogue.put(shopId, [
      { ...mine, itemId: "api" as ItemId },
      { ...mine, title: "by hand" },
    ]);
    const other = await shop.feed("other");
    await shop.run(rss(row("o1"), row("o2")), { feed: other });
    expect(await shop.run(rss(row("b")))).toMatchObject({ removed: 0 });
    expect([...(await shop.items()).values()].map(({ itemId, available }) => [itemId, available])).toEqual(
      ["a", "api", "b", "o1", "o2"].map((id) => [id, true]),
    );
  });

  it("an item of a feed on a schedule stays with it; a file by hand takes over from a file by hand", async () => {
    const scheduled = await shop.feed("scheduled", { everyMs: 60_000 });
    await shop.run(rss(row("a"), row("b")), { feed: scheduled });
    const run = await shop.run(rss(row("a", "<g:color>red</g:color>"), row("c")));
    expect(reasonsOf(run.refused)).toEqual({ ITEM_OF_OTHER_FEED: 1 });
    expect((await shop.items()).get("a")!.attributes).toEqual({});
    expect(await shop.run(rss(row("c")), { feed: await shop.feed("third") })).toMatchObject({ changed: 1, refused: [] });
    expect(await shop.store.feeds.remove(shopId, scheduled.feedId)).toBe(true);
    expect(await shop.run(rss(row("a"), row("d")), { allowShrink: true })).toMatchObject({ added: 1, changed: 1, refused: [] });
  });

  it("a row that cannot be used leaves its item as it was, and is no missing item", async () => {
    await shop.run(rss(row("a"), row("b")));
    const run = await shop.run(rss(row("a"), "<g:id>b</g:id><g:title>B</g:title><g:price>-1 USD</g:price>"));
    expect(run).toMatchObject({ removed: 0, unchanged: 1 });
    expect(run.refused).toEqual([{ reason: "PRICE_INVALID", rows: 1, examples: [{ row: 2, field: "price", value: "-1 USD", itemId: "b" }] }]);
    expect((await shop.items()).get("b")).toMatchObject({ title: "Title of b", available: true });
  });
});

describe("a feed that cannot be right", () => {
  beforeEach(async () => {
    await shop.run(rss(...many(10)));
  });
  const untouched = async (content: Parameters<FeedShop["run"]>[0], code: string, more = {}) => {
    const before = [await shop.items(), await revision()];
    const run = await shop.run(content, more);
    expect(run).toMatchObject({ outcome: "refused", problem: { code }, removed: 0 });
    expect([await shop.items(), await revision()]).toEqual(before);
    return run;
  };

  it("shrinks by more than half: refused, unless it is meant", async () => {
    expect((await untouched(rss(...many(4)), "FEED_SHRANK")).problem!.detail).toBe("6 of 10 items are not in it any more");
    expect(await shop.run(rss(...many(5)))).toMatchObject({ removed: 5 });
    expect(await shop.run(rss(...many(1)), { allowShrink: true })).toMatchObject({ removed: 4 });
  });

  it.each<[string, string, string]>([
    ["nothing", "", "FEED_BROKEN"],
    ["blanks", " \n ", "FEED_BROKEN"],
    ["no item", rss(), "FEED_EMPTY"],
    ["only names of columns", "id\ttitle\n", "FEED_EMPTY"],
    ["one word", "Unauthorized", "FEED_BROKEN"],
    ["a page without products", "<!doctype html><html><body>Not here</body></html>", "FEED_EMPTY"],
    ["a zip archive", "PK\u0003\u0004rest", "FEED_BROKEN"],
    ["no usable row", rss("<g:id>x</g:id>"), "FEED_EMPTY"],
    ["XML that breaks off", rss(...many(10)).slice(0, -20), "FEED_BROKEN"],
    ["XML that breaks off in an item", rss(...many(10)).slice(0, 900), "FEED_BROKEN"],
    ["elements that cross", rss("<g:id>a</g:title>"), "FEED_BROKEN"],
    ["an entity nobody declared", rss(row("a", "<g:color>&eacute;</g:color>")), "FEED_BROKEN"],
    ["a bare ampersand", rss(row("a", "<g:color>a & b</g:color>")), "FEED_BROKEN"],
    ["a quote that is never closed", `id,title\n${"a,b\n".repeat(9)}"c,d\ne,f\n`, "FEED_BROKEN"],
    ["a table that breaks off", "id\ttitle\tprice\na\tA\t5\nb\tB", "FEED_BROKEN"],
    ["JSONL that breaks off", '{"id":"a","title":"A"}\n{"id":"b","ti', "FEED_BROKEN"],
  ])("%s", async (_what, content, code) => {
    await untouched(content, code);
  });

  it("entities that grow, or fetch a file, are refused at the declaration", async () => {
    const bomb =
      '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><item><id>&b;</id></item></channel></rss>';
    expect((await untouched(bomb, "FEED_BROKEN")).problem!.detail).toContain("declares entities");
    await untouched(
      '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
      "FEED_BROKEN",
    );
  });

  it("tells the line", async () => {
    expect((await untouched(`${rss(row("a"), row("b")).replace("</g:title>", "</g:titel>")}`, "FEED_BROKEN")).problem!.detail).toMatch(/^line 3: /);
  });

  it("gzip that breaks off, a connection that does, a value without an end, elements without an end", async () => {
    await untouched(gzipSync(rss(...many(200))).subarray(0, 300), "FEED_BROKEN");
    async function* torn(): AsyncGenerator<Uint8Array> {
      yield* piecesOf(rss(...many(10)).slice(0, 500));
      throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
    }
    await expect(shop.run(torn())).rejects.toThrow("aborted");
    expect((await shop.items()).size).toBe(10);
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("<rss><channel><item><title>");
      for (;;) yield Buffer.alloc(100_000, "a");
    }
    await untouched(endless(), "FEED_BROKEN");
    await untouched(`<rss>${"<a>".repeat(100_000)}`, "FEED_BROKEN");
  });
});

describe("bad rows among good ones", () => {
  it("are counted by reason, and the others go on", async () => {
    const bad = [
      "<g:title>No id</g:title><g:price>5 USD</g:price>",
      `<g:id>${"x".repeat(10_000)}</g:id><g:title>Long id</g:title>`,
      "<g:id>no-title</g:id><g:price>5 USD</g:price>",
      "<g:id>free</g:id><g:title>T</g:title><g:price>free</g:price>",
      "<g:id>neg</g:id><g:title>T</g:title><g:price>-5.00 USD</g:price>",
      "<g:id>avail</g:id><g:title>T</g:title><g:price>5 USD</g:price><g:availability>maybe</g:availability>",
      `<g:id>ctrl</g:id><g:title>T\u0007</g:title><g:price>5 USD</g:price>`,
      `${row("good")}`,
    ];
    const run = await shop.run(rss(row("good"), ...bad));
    expect(run).toMatchObject({ outcome: "applied", rows: 9, added: 1 });
    expect(reasonsOf(run.refused)).toEqual({
      ID_MISSING: 1,
      ID_INVALID: 1,
      TITLE_MISSING: 1,
      PRICE_INVALID: 2,
      AVAILABILITY_UNKNOWN: 1,
      CONTROL_CHARACTER: 1,
      DUPLICATE_ID: 1,
    });
    expect([...(await shop.items()).keys()]).toEqual(["good"]);
  });

  it("bytes that are no UTF-8 spoil their row alone", async () => {
    const content = Buffer.concat([Buffer.from("id\ttitle\na\tA\nb\tB"), Buffer.from([0xc3, 0x28]), Buffer.from("\nc\tC é\n")]);
    const run = await shop.run(content);
    expect(reasonsOf(run.refused)).toEqual({ TEXT_UNDECODABLE: 1 });
    expect((await shop.items()).get("c")!.title).toBe("C é");
  });

  it("rows with too few or too many cells", async () => {
    const run = await shop.run('id,title,price\na,A,5\nb,"B, the second",6\nc,C, the third,7\nd,D\ne,E,8\n');
    expect(reasonsOf(run.refused)).toEqual({ ROW_RAGGED: 2 });
    expect([...(await shop.items()).values()].map(({ title }) => title)).toEqual(["A", "B, the second", "E"]);
  });

  it("of an id that is there twice the first counts, though hundreds of rows lie between", async () => {
    const run = await shop.run(rss(row("a", "<g:color>first</g:color>"), ...many(1200), row("a", "<g:color>second</g:color>")));
    expect(reasonsOf(run.refused)).toEqual({ DUPLICATE_ID: 1 });
    expect(run.refused[0]!.examples[0]).toMatchObject({ row: 1202, itemId: "a" });
    expect((await shop.items()).get("a")!.attributes).toEqual({ color: "first" });
  });

  it("another currency: the item is taken without the price", async () => {
    const run = await shop.run(rss("<g:id>a</g:id><g:title>A</g:title><g:price>5 EUR</g:price>"));
    expect(reasonsOf(run.noted)).toMatchObject({ CURRENCY_OTHER: 1 });
    expect((await shop.items()).get("a")).toMatchObject({ price: null, currency: null, available: true });
  });
});

describe("runs", () => {
  it("a dry run tells what would happen and does nothing", async () => {
    await shop.run(rss(...many(4)));
    const before = [await shop.items(), await revision(), (await shop.feed()).lastRun];
    expect(await shop.run(rss(...many(3), row("new")), { dryRun: true })).toMatchObject({ added: 1, unchanged: 3, removed: 1 });
    expect([await shop.items(), await revision(), (await shop.feed()).lastRun]).toEqual(before);
  });

  it("items to add take nothing off sale and belong to nobody", async () => {
    const loose = await shop.feed("items", { complete: false });
    await shop.run(rss(row("a"), row("b")));
    expect(await shop.run(rss(row("c"), row("a")), { feed: loose })).toMatchObject({ added: 1, unchanged: 1, removed: 0 });
    expect(await shop.run(rss(row("a"), row("b")))).toMatchObject({ removed: 0 });
    expect((await shop.items()).get("c")!.available).toBe(true);
  });

  it("the newer of two runs of one feed wins; the older changes nothing", async () => {
    const feed = await shop.feed();
    const older = { shopId, feedId: feed.feedId, token: "older", owns: true };
    const newer = { ...older, token: "newer" };
    expect(await shop.store.feeds.begin(older, now, null)).toBe(true);
    expect(await shop.store.feeds.begin(newer, now, 1000)).toBe(false);
    expect(await shop.store.feeds.begin(newer, now, null)).toBe(true);
    const end = { run: null as never, etag: null, lastModified: null, staleAt: null };
    await expect(shop.store.feeds.stage(older, [{ itemId: "a" as ItemId, item: null }], now)).rejects.toThrow("FEED_OVERTAKEN");
    await expect(shop.store.feeds.apply(older, true, now, () => end)).rejects.toThrow("FEED_OVERTAKEN");
    expect(await shop.store.feeds.begin({ ...older, token: "third" }, now + 5000, 1000)).toBe(true);
  });

  it("a sale that begins or ends makes the feed due, whatever the server says of its version", async () => {
    const sale =
      "<g:sale_price>4 USD</g:sale_price><g:sale_price_effective_date>2026-04-01T00:00+0100/2026-06-01T00:00Z</g:sale_price_effective_date>";
    await shop.run(rss(row("a", sale)));
    expect((await shop.items()).get("a")).toMatchObject({ price: 4, attributes: { regular_price: 5, sale_price: 4 } });
    expect((await shop.feed()).staleAt).toBe(Date.UTC(2026, 5, 1));
  });
});
