import type { Feed, FeedRun } from "#domain/feed.ts";
import type { ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import type { Bytes } from "../feeds/decode-text.ts";
import { type ImportFeedOptions, importFeed } from "../feeds/import-feed.ts";
import type { FetchFeed } from "../feeds/open-location.ts";

export const shopId = "shop" as ShopId;
export const now = Date.UTC(2026, 4, 1, 12);

/** A feed's bytes, in pieces of a size of one's own. */
export async function* piecesOf(content: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A server that answers every address with these bytes. */
export const answering =
  (content: string | Uint8Array | Bytes, contentType = "text/plain"): FetchFeed =>
  async () => ({
    status: 200,
    headers: { "content-type": contentType },
    body: typeof content === "string" || content instanceof Uint8Array ? piecesOf(content, 1000) : content,
    discard: () => {},
  });

export type FeedShop = {
  readonly store: Store;
  feed(name?: string, more?: Partial<Feed>): Promise<Feed>;
  run(content: Parameters<typeof answering>[0], options?: Partial<ImportFeedOptions>, contentType?: string): Promise<FeedRun>;
  items(): Promise<ReadonlyMap<string, CatalogueItem>>;
};

/** A shop in memory that feeds are read into. */
export async function openFeedShop(currency = "USD"): Promise<FeedShop> {
  const store = await openSqlite(":memory:");
  await store.shops.create({ shopId, name: "s", currency, createdAt: 0 }, { personKey: "secret", keyHashes: [] });
  let number = 0;
  const freshId = () => `id-${number++}`;
  const feed: FeedShop["feed"] = async (name = "feed", more = {}) =>
    store.feeds.put({
      feedId: `feed-${name}`,
      shopId,
      name,
      location: "https://shop.example/feed",
      everyMs: null,
      complete: true,
      createdAt: now,
      ...more,
    });
  return {
    store,
    feed,
    async run(content, options = {}, contentType = "text/plain") {
      const given = { currency, format: null, charset: null, onlyNews: false, allowShrink: false, dryRun: false, quietMs: null, ...options };
      const deps = { feeds: store.feeds, clock: () => now, freshId, fetchFeed: answering(content, contentType) };
      return (await importFeed({ feed: await feed(), ...given }, deps))!;
    },
    items: async () => new Map((await store.catalogue.all(shopId)).map((item) => [item.itemId, item])),
  };
}

export const rss = (...items: readonly string[]): string =>
  `<?xml version="1.0"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>\n${items
    .map((item) => `<item>${item}</item>`)
    .join("\n")}\n</channel></rss>`;

export const row = (id: string, more = ""): string =>
  `<g:id>${id}</g:id><g:title>Title of ${id}</g:title><g:price>5 USD</g:price><g:availability>in_stock</g:availability>${more}`;

export const reasonsOf = (findings: FeedRun["refused"]): Record<string, number> =>
  Object.fromEntries(findings.map(({ reason, rows }) => [reason, rows]));
