import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FeedShop, openFeedShop, piecesOf, reasonsOf, rss } from "../testing/feed-shop.ts";
import { decodeText } from "./decode-text.ts";
import type { FeedRow } from "./feed-row.ts";
import { readTable } from "./read-table.ts";
import { readXml } from "./read-xml.ts";

let shop: FeedShop = null as never;
beforeEach(async () => {
  shop = await openFeedShop();
});
afterEach(() => shop.store.close());

// After the examples of support.google.com/merchants/answer/14987622 and /7052112.
const item = `
<g:id>TV_123456</g:id>
<g:title>Google Chromecast with Google TV</g:title>
<g:description><![CDATA[<p>Chromecast with <b>Google TV</b></p><p>brings you &amp; yours the entertainment</p>]]></g:description>
<g:link>https://store.google.com/product/chromecast_google_tv</g:link>
<g:image_link>https://images.example.com/TV_123456.png</g:image_link>
<g:additional_image_link>https://images.example.com/2.png</g:additional_image_link>
<g:additional_image_link>https://images.example.com/3.png</g:additional_image_link>
<g:condition>new</g:condition>
<g:availability>in stock</g:availability>
<g:price>49.99 USD</g:price>
<g:shipping><g:country>US</g:country><g:service>Standard</g:service><g:price>4.95 USD</g:price></g:shipping>
<g:gtin>123456789123</g:gtin>
<g:brand>Google</g:brand>
<g:google_product_category>Electronics &gt; Video &gt; Streaming Devices</g:google_product_category>
<g:product_type>Consumer Electronics &gt; TVs &gt; Sticks</g:product_type>
<g:product_type>Gifts</g:product_type>
<g:product_detail><g:section_name>General</g:section_name><g:attribute_name>Resolution</g:attribute_name><g:attribute_value>4K</g:attribute_value></g:product_detail>
<g:custom_label_0>bestseller</g:custom_label_0>
<g:not_in_any_specification>kept</g:not_in_any_specification>`;

const described = {
  title: "Google Chromecast with Google TV",
  description: "Chromecast with Google TV brings you & yours the entertainment",
  categories: ["Consumer Electronics", "TVs", "Sticks"],
  brand: "Google",
  price: 49.99,
  currency: "USD",
  available: true,
  url: "https://store.google.com/product/chromecast_google_tv",
  imageUrl: "https://images.example.com/TV_123456.png",
  attributes: {
    additional_image_link: ["https://images.example.com/2.png", "https://images.example.com/3.png"],
    condition: "new",
    shipping: { country: "US", service: "Standard", price: "4.95 USD" },
    gtin: "123456789123",
    google_product_category: "Electronics > Video > Streaming Devices",
    product_type: ["Consumer Electronics > TVs > Sticks", "Gifts"],
    Resolution: "4K",
    custom_label_0: "bestseller",
    not_in_any_specification: "kept",
  },
};
const first = async () => [...(await shop.items()).values()][0];

describe("formats", () => {
  it("RSS 2.0", async () => {
    expect(await shop.run(rss(item))).toMatchObject({ format: "xml", added: 1, refused: [], noted: [] });
    expect(await first()).toMatchObject(described);
  });

  it("RSS with RSS's own names, another prefix, and blanks before the declaration", async () => {
    const text = rss(item).replaceAll("g:title", "title").replaceAll("g:link", "link").replaceAll("g:description", "description");
    await shop.run(`\n\n ${text.replaceAll("<g:", "<goo:").replaceAll("</g:", "</goo:").replace("xmlns:g=", "xmlns:goo=")}`);
    expect(await first()).toMatchObject(described);
  });

  it("Atom", async () => {
    const entry = item.replace(/<g:link>(.*)<\/g:link>/, '<link rel="alternate" href="$1"/><link rel="self" href="https://x.example/"/>');
    const atom = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title><link rel="self" href="https://shop.example"/><updated>2026-01-01T00:00:00Z</updated>
      <entry>${entry.replaceAll("g:title", "title").replace("g:description", "summary").replace("/g:description", "/summary")}<updated>2026-01-01T00:00:00Z</updated><author><name>N</name></author></entry></feed>`;
    expect(await shop.run(atom)).toMatchObject({ format: "xml", added: 1 });
    expect(await first()).toMatchObject(described);
  });

  it.each([
    ["TSV", "tsv", "\t", "utf-8"],
    ["CSV", "csv", ",", "utf-8"],
    ["CSV with semicolons", "csv", ";", "utf-8"],
  ])("%s", async (_name, format, mark) => {
    const cells: [string, string][] = [
      ["id", "A-1"],
      ["title", 'A "fine" mug'],
      ["description", `One, two; three${mark} and\nfour`],
      ["Image Link", "https://img.example/1.jpg"],
      ["availability", "out_of_stock"],
      ["price", "1.299,00 USD"],
      ["shipping(country:price)", "US:5 USD"],
      ["product type", "Kitchen > Mugs"],
      ["color", "red"],
    ];
    const line = (place: 0 | 1) =>
      cells.map((cell) => (/["\n,;\t]/.test(cell[place]) ? `"${cell[place].replaceAll('"', '""')}"` : cell[place])).join(mark);
    expect(await shop.run(`\ufeff${line(0)}\r\n${line(1)}\r\n\r\n`)).toMatchObject({ format, added: 1, refused: [] });
    expect(await first()).toMatchObject({
      title: 'A "fine" mug',
      description: `One, two; three${mark === "\t" ? "" : mark} and four`,
      categories: ["Kitchen", "Mugs"],
      available: false,
      price: 1299,
      imageUrl: "https://img.example/1.jpg",
      attributes: { shipping: "US:5 USD", color: "red" },
    });
  });

  it("JSONL in the words of PUT /v1/items", async () => {
    const one = {
      id: 7,
      title: "Mug",
      categories: ["Kitchen", "Mugs"],
      price: 4.5,
      stock: 3,
      available: true,
      imageUrl: "https://img.example/1.jpg",
      attributes: { color: "red", deep: { list: ["a"] } },
      releasedAt: "2026-03-01",
    };
    expect(await shop.run(`${JSON.stringify(one)}\n\n[1]\nnot json\n{"id":"b","title":"B"}`)).toMatchObject({
      format: "jsonl",
      added: 2,
      refused: [{ reason: "ROW_NOT_JSON", rows: 2 }],
    });
    expect(await first()).toMatchObject({
      itemId: "7",
      price: 4.5,
      stock: 3,
      categories: ["Kitchen", "Mugs"],
      attributes: one.attributes,
      releasedAt: Date.UTC(2026, 2, 1),
    });
  });

  it("a JSON list, whatever the pieces it comes in", async () => {
    const list = Array.from({ length: 300 }, (_, at) => ({ id: `i${at}`, title: `Title ${at}` }));
    expect(await shop.run(JSON.stringify([...list, 5], null, 2))).toMatchObject({
      format: "jsonl",
      added: 300,
      refused: [{ reason: "ROW_NOT_JSON" }],
    });
    expect(await shop.run(JSON.stringify(list).slice(0, -5))).toMatchObject({ problem: { code: "FEED_BROKEN" } });
  });

  it("a file of JSON-LD alone, when it is said to be a page", async () => {
    const thing = JSON.stringify({ "@context": "https://schema.org", "@type": "Product", sku: "p", name: "P" }, null, 2);
    expect(await shop.run(thing, { format: "page" })).toMatchObject({ added: 1, refused: [] });
  });

  const umlauts = "id,title,price\na,Käse €,5\n";
  it.each<[string, Uint8Array, string]>([
    ["gzip", gzipSync(umlauts), "text/csv"],
    ["UTF-16LE with its mark", Buffer.from(`\ufeff${umlauts}`, "utf16le"), "text/csv"],
    ["UTF-16BE with its mark", Buffer.from(`\ufeff${umlauts}`, "utf16le").swap16(), "text/csv"],
    ["UTF-16LE without", Buffer.from(umlauts, "utf16le"), "text/csv"],
    ["Windows-1252 as the server says", Buffer.from(umlauts.replace("€", "\u0080"), "latin1"), "text/csv; charset=windows-1252"],
  ])("%s", async (_name, bytes, contentType) => {
    expect(await shop.run(bytes, {}, contentType)).toMatchObject({ added: 1, refused: [] });
    expect((await first())!.title).toBe("Käse €");
  });

  it("ISO-8859-1 as the declaration says, whatever the server says", async () => {
    const text = rss("<g:id>a</g:id><g:title>Käse</g:title>").replace('version="1.0"', 'version="1.0" encoding="ISO-8859-1"');
    await shop.run(Buffer.from(text, "latin1"), {}, "text/xml; charset=utf-8");
    expect((await first())!.title).toBe("Käse");
    expect(await shop.run(Buffer.from(text.replace("8859-1", "8859-99"), "latin1"))).toMatchObject({ problem: { code: "FEED_BROKEN" } });
  });

  it("a declared encoding that the bytes plainly are not in is not believed", async () => {
    await shop.run(rss("<g:id>a</g:id><g:title>Käse</g:title>").replace('version="1.0"', 'version="1.0" encoding="UTF-16"'));
    expect((await first())!.title).toBe("Käse");
  });
});

async function* textOf(content: string, size: number): AsyncGenerator<string> {
  yield* decodeText(piecesOf(content, size), null);
}
async function gather(rows: AsyncIterable<readonly FeedRow[]>): Promise<FeedRow[]> {
  const all: FeedRow[] = [];
  for await (const some of rows) all.push(...some);
  return all;
}

describe("any text (property)", () => {
  const readable = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
    .map((text) => text.replace(/[\p{Cc}\ufffe\uffff]/gu, ""))
    .filter((text) => text.trim() !== "" && text === text.trim());
  const size = fc.integer({ min: 1, max: 50 });

  it("goes through XML and comes out", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(readable, { minLength: 1, maxLength: 5 }), size, async (texts, pieces) => {
        const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
        const rows = await gather(readXml(textOf(rss(...texts.map((text) => `<g:title>${escaped(text)}</g:title>`)), pieces)));
        expect(rows.map(({ fields }) => fields.get("title")?.[0])).toEqual(texts);
      }),
      { numRuns: 60 },
    );
  });

  it("goes through TSV and CSV and comes out", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(readable, readable), { minLength: 1, maxLength: 5 }),
        size,
        fc.constantFrom("\t", ","),
        async (pairs, pieces, mark) => {
          const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const table = ["id", ...pairs.map(([id]) => cell(id))]
            .map((id, at) => `${id}${mark}${at === 0 ? "title" : cell(pairs[at - 1]![1])}\n`)
            .join("");
          const rows = await gather(readTable(textOf(table, pieces), mark === "\t" ? "tsv" : "csv"));
          expect(rows.map(({ fields }) => [fields.get("id")?.[0], fields.get("title")?.[0]])).toEqual(pairs);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("garbage is refused or read, and never throws what is no problem", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.string({ maxLength: 300 }).map((text) => Buffer.from(`<rss><item><id>a</id>${text}`)),
        ),
        async (bytes) => {
          const run = await shop.run(bytes);
          expect(["applied", "refused"]).toContain(run.outcome);
          expect(Object.values(reasonsOf(run.refused)).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(run.rows);
        },
      ),
      { numRuns: 80 },
    );
  });
});
