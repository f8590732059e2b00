import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FeedReply, FeedsReply } from "#server/contract/feeds.ts";
import type { ItemReply, ItemsReply } from "#server/contract/items.ts";
import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import { type ApiClient, bearer, createApiClient } from "../support/api-client.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// Product feeds as a shop has them: a file by hand, an address on a schedule, a page; into a running server, up to a
// recommendation that shows what nobody has bought yet.

const folder = tempFolder("feeds");
const data = join(folder.path, "data");
type Answer = (request: IncomingMessage, reply: ServerResponse) => void;

let rapport: RunningRapport = null as never;
let api: ApiClient = null as never;
let shop: Server = null as never;
let shopAddress = "";
let answer: Answer = (_request, reply) => reply.writeHead(404).end();
const requests: IncomingMessage[] = [];

const looks = ["brass reading lamp", "linen summer shirt"] as const;
const item = (id: string, look: 0 | 1, more = "") =>
  `<item><g:id>${id}</g:id><g:title>${looks[look]} ${id}</g:title><g:description>A ${looks[look]}.</g:description><g:link>https://shop.example/p/${id}</g:link><g:image_link>https://shop.example/${id}.jpg</g:image_link><g:availability>in stock</g:availability><g:price>${look === 0 ? 40 : 20} EUR</g:price><g:product_type>${look === 0 ? "Home &gt; Lamps" : "Clothing &gt; Shirts"}</g:product_type><g:material>${look === 0 ? "brass" : "linen"}</g:material>${more}</item>`;
const feed = (...items: readonly string[]) =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>${items.join("\n")}</channel></rss>`;
const usual = Array.from({ length: 12 }, (_, at) => item(`P-${at}`, at % 2 === 0 ? 0 : 1));

const run = (...words: readonly string[]) => runRapport([...words, "--data", data]);
const theFeed = async (name = "shop"): Promise<FeedReply> => (await api.get<FeedsReply>("/v1/feeds")).body.feeds.find((one) => one.name === name)!;
const available = async () => (await api.get<ItemsReply>("/v1/items?limit=500")).body.items.filter((one) => one.available).map(({ id }) => id);

beforeAll(async () => {
  shop = createServer((request, reply) => {
    requests.push(request);
    answer(request, reply);
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  shopAddress = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  const { serverKey } = JSON.parse((await run("shop", "create", "Feeds", "--currency", "EUR", "--json")).stdout) as { serverKey: string };
  rapport = await serveRapport(["--data", data], { RAPPORT_OUTBOUND_ALLOW: "127.0.0.1" });
  api = createApiClient(rapport.address, bearer(serverKey));
});
afterAll(async () => {
  await rapport?.stop();
  shop?.close();
  folder.remove();
});

describe("product feeds", () => {
  it("by hand: what is in the file is served, and safe to run twice", async () => {
    const file = join(folder.path, "products.xml.gz");
    writeFileSync(file, gzipSync(feed(...usual.slice(0, 3), item("P-3", 1, "<g:price>-1 EUR</g:price>"))));
    const tried = await run("import", "feed", file, "--dry-run");
    expect(tried).toMatchObject({ code: 0 });
    expect(tried.stdout).toContain("would do: 4 rows (xml): 4 new items");
    expect((await api.get<ItemsReply>("/v1/items")).body.total).toBe(0);
    expect(JSON.parse((await run("import", "feed", file, "--json")).stdout)).toMatchObject({ rows: 4, added: 4, unchanged: 0, removed: 0 });
    expect(JSON.parse((await run("import", "feed", file, "--json")).stdout)).toMatchObject({ added: 0, changed: 0, unchanged: 4 });
    expect((await api.get<ItemReply>("/v1/items/P-0")).body).toMatchObject({
      title: "brass reading lamp P-0",
      categories: ["Home", "Lamps"],
      price: 40,
      currency: "EUR",
      attributes: { material: "brass" },
    });
  });

  it("on a schedule: fetched at once, then asked only whether there is anything new", async () => {
    const body = gzipSync(feed(...usual));
    answer = (request, reply) => {
      if (request.url === "/moved") return reply.writeHead(302, { location: "/feed.xml.gz" }).end();
      if (request.headers["if-none-match"] === '"one"') return reply.writeHead(304).end();
      return reply.writeHead(200, { etag: '"one"', "content-type": "application/gzip" }).end(body);
    };
    const added = await run("feed", "add", `${shopAddress.replace("//", "//user:secret@")}/moved`, "--every", "10s", "--name", "shop");
    expect(added.code).toBe(0);
    const first = await waitUntil("the first run", async () => (await theFeed()).lastRun, 30_000);
    expect(first).toMatchObject({ outcome: "applied", rows: 12, added: 8, changed: 4, unchanged: 0, removed: 0, problem: null });
    expect(requests[0]!.headers.authorization).toBe(`Basic ${Buffer.from("user:secret").toString("base64")}`);
    expect((await theFeed()).location).not.toContain("secret");
    const second = await waitUntil(
      "the next run",
      async () => {
        const { lastRun } = await theFeed();
        return lastRun?.outcome === "unmodified" ? lastRun : null;
      },
      40_000,
    );
    expect(second.problem).toBeNull();
    expect(await available()).toHaveLength(12);
    expect((await run("feed", "list")).stdout).toContain("every 10s");
  });

  it("a feed that shrank, broke off or is gone leaves everything as it was, and says why", async () => {
    const tell = async (given: Answer, code: string) => {
      answer = given;
      const done = await run("feed", "run", "shop", "--json");
      expect(JSON.parse(done.stdout)).toMatchObject({ error: { code } });
      expect(await available()).toHaveLength(12);
    };
    await tell((_request, reply) => reply.end(feed(usual[0]!)), "FEED_SHRANK");
    await tell((_request, reply) => reply.end(feed(...usual).slice(0, 2000)), "FEED_BROKEN");
    await tell((_request, reply) => reply.end(""), "FEED_BROKEN");
    await tell((_request, reply) => reply.writeHead(503).end("later"), "FEED_UNREACHABLE");
    await tell((_request, reply) => {
      reply.writeHead(200, { "content-length": "100000" });
      reply.write(feed(...usual));
      setTimeout(() => reply.destroy(), 50);
    }, "OUTBOUND_FAILED");
    answer = (_request, reply) => reply.end(feed(...usual.slice(0, 11)));
    expect(JSON.parse((await run("feed", "run", "shop", "--json")).stdout)).toMatchObject({ removed: 1 });
    expect(await available()).toHaveLength(11);
    answer = (_request, reply) => reply.end(feed(...usual));
    expect(JSON.parse((await run("feed", "run", "shop", "--json")).stdout)).toMatchObject({ changed: 1 });
  });

  it("what nobody has bought yet is recommended by what the feed says of it", async () => {
    const at = Date.now() - 86_400_000;
    const bought = (customer: string, order: number, ids: readonly string[]) => ({
      type: "track",
      event: "Order Completed",
      messageId: `${customer}-${order}`,
      userId: customer,
      timestamp: new Date(at - order * 3_600_000).toISOString(),
      properties: { order_id: `${customer}-${order}`, currency: "EUR", products: ids.map((id) => ({ product_id: id, quantity: 1, price: 20 })) },
    });
    const customers = Array.from({ length: 30 }, (_, place) => `c-${place}`);
    for (const customerId of customers) {
      const purposes = { personalize: true, learn: true, measure: true };
      expect((await api.put("/v1/consents", { customerId, purposes, notice: "1", how: "test" })).status).toBe(200);
    }
    // P-10 and P-11 are sold to nobody.
    const batch = customers.flatMap((customer, place) => {
      const own = [0, 2, 4, 6, 8].map((step) => `P-${step + (place % 2)}`);
      return [0, 1].map((order) => bought(customer, order, [own[(place + order) % 5]!, own[(place + order + 2) % 5]!]));
    });
    expect((await api.post("/v1/batch", { batch })).status).toBe(200);
    const similar = await waitUntil(
      "a model that knows the feed",
      async () => {
        const { body } = await api.post<RecommendationsReply>("/v1/recommendations", { surface: "similar", item: "P-0", n: 5 });
        return body.items?.some(({ id }) => id === "P-10") ? body.items : null;
      },
      60_000,
    );
    expect(similar.map(({ id }) => id)).not.toContain("P-11");
  }, 120_000);

  it("a page's JSON-LD adds its product and takes nothing off sale", async () => {
    answer = (_request, reply) =>
      reply
        .writeHead(200, { "content-type": "text/html; charset=utf-8" })
        .end(
          `<!doctype html><title>Mug</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","sku":"mug","name":"Mug","image":"/mug.jpg","offers":{"@type":"Offer","price":"8.50","priceCurrency":"EUR","availability":"https://schema.org/InStock"}}</script>`,
        );
    const done = await run("import", "page", `${shopAddress}/mug`, join(folder.path, "nowhere.html"), "--json");
    expect(done.code).toBe(1);
    expect(done.stdout).toContain("FILE_MISSING");
    expect((await api.get<ItemReply>("/v1/items/mug")).body).toMatchObject({
      title: "Mug",
      price: 8.5,
      url: `${shopAddress}/mug`,
      imageUrl: `${shopAddress}/mug.jpg`,
    });
    expect(await available()).toHaveLength(13);
  });

  it("the server does not fetch what stands in its own network, unless it is allowed to", async () => {
    const seen = requests.length;
    await run("feed", "add", "http://127.0.0.2/feed.xml", "--name", "inside");
    const first = await waitUntil("the refusal", async () => (await theFeed("inside")).lastRun, 30_000);
    expect(first).toMatchObject({ outcome: "refused", problem: { code: "OUTBOUND_REFUSED" } });
    expect((await run("feed", "remove", "inside")).code).toBe(0);
    expect((await api.get<FeedsReply>("/v1/feeds")).body.feeds.map(({ name }) => name)).not.toContain("inside");
    expect(requests.length - seen).toBeLessThan(5);
  });

  it("a command that is killed in the middle leaves the old catalogue, and the next run goes through", async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `K-${at}\tKilled ${at}\t5 EUR`);
    const file = join(folder.path, "killed.tsv");
    writeFileSync(file, `id\ttitle\tprice\n${lines.join("\n")}\n`);
    const program = new URL("../../src/cli/main.ts", import.meta.url).pathname;
    for (const afterMs of [900, 2_000]) {
      const child = spawn(process.execPath, [program, "import", "feed", file, "--feed", "killed", "--data", data], { stdio: "ignore" });
      const limit = setTimeout(() => child.kill("SIGKILL"), afterMs);
      await once(child, "close");
      clearTimeout(limit);
      const { total } = (await api.get<ItemsReply>("/v1/items?q=Killed&limit=1")).body;
      expect([0, 20_000]).toContain(total);
    }
    expect((await run("import", "feed", file, "--feed", "killed")).code).toBe(0);
    expect((await api.get<ItemsReply>("/v1/items?q=Killed&limit=1")).body.total).toBe(20_000);
  });
});
