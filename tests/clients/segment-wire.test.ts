import { connect } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RecentEventsReply } from "#server/contract/console.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { basic } from "../support/api-client.ts";
import { liveMemory } from "../support/live-memory.ts";
import { readPrometheusText } from "../support/prometheus-text.ts";
import { consented, openSegmentWorld, type SegmentWorld } from "./segment-world.ts";

// The wire itself, over real sockets: what other Segment-speaking clients send, and what nobody should.

const kib = 1024;

describe("Segment wire (no client)", () => {
  let world: SegmentWorld;
  let number = 0;
  beforeAll(async () => {
    world = await openSegmentWorld();
  });
  afterAll(() => world?.close());

  const view = (more: object = {}) => ({
    type: "track",
    messageId: `w-${number++}`,
    anonymousId: "wanda",
    event: "Product Viewed",
    properties: { product_id: "mug" },
    context: consented,
    ...more,
  });
  type Sent = { readonly status: number; readonly headers: Headers; readonly text: string; readonly body: IngestReply & Partial<ErrorReply> };
  async function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Sent> {
    const reply = await fetch(world.address + path, {
      method: "POST",
      headers: { authorization: basic(world.writeKey), ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, text, body: (text.startsWith("{") ? JSON.parse(text) : null) as Sent["body"] };
  }
  const ok = { success: true, accepted: 1, dropped: {}, rejected: [] };
  const form = "application/x-www-form-urlencoded";

  it("every path of every client", async () => {
    const one = { track: view, identify: view, page: view, screen: view, group: view } as const;
    for (const [type, make] of Object.entries(one))
      for (const path of [`/v1/${type}`, `/v1/${type[0]}`, `/${type}`, `/${type[0]}`])
        expect((await post(path, JSON.stringify(make({ groupId: "club", userId: "wanda", anonymousId: null })))).body, path).toEqual(ok);
    for (const path of ["/v1/alias", "/v1/a", "/alias", "/a"])
      expect((await post(path, JSON.stringify(view({ userId: "wanda", previousId: "wandas-phone" })))).body, path).toEqual(ok);
    for (const path of ["/v1/batch", "/v1/b", "/batch", "/b", "/v1/import", "/import", "/beacon/v1/batch"])
      expect((await post(path, JSON.stringify({ batch: [view()] }))).body, path).toEqual(ok);
    const mergeProperties = [
      { type: "user_id", value: "wanda" },
      { type: "anonymous_id", value: "wandas-tablet" },
    ];
    expect((await post("/v1/merge", JSON.stringify({ mergeProperties, context: consented }))).body).toEqual(ok);
    expect((await post("/v1/m", '{"series":[]}')).status).toBe(200);
  });

  it("every wrapping, whatever the label says", async () => {
    const wrappings: readonly (readonly [string, (text: string) => string | Buffer, Record<string, string>])[] = [
      ["JSON as text", (text) => text, { "content-type": "text/plain" }],
      ["JSON as a form", (text) => text, { "content-type": form }],
      ["JSON as nothing", (text) => text, {}],
      ["JSON said to be gzip", (text) => text, { "content-encoding": "gzip" }],
      ["JSON behind a byte order mark", (text) => `\ufeff${text}`, {}],
      ["gzip as a form", gzipSync, { "content-type": form, "content-encoding": "gzip" }],
      ["gzip without a word", gzipSync, { "content-type": "application/json" }],
      ["zlib", deflateSync, { "content-encoding": "deflate" }],
      ["bare deflate", deflateRawSync, { "content-encoding": "deflate" }],
      ["brotli", brotliCompressSync, { "content-encoding": "br" }],
      ["zstd", zstdCompressSync, { "content-encoding": "zstd" }],
    ];
    for (const [title, wrap, headers] of wrappings)
      expect((await post("/v1/batch", wrap(JSON.stringify({ batch: [view()] })), headers)).body, title).toEqual(ok);
  });

  it("the key in the header, in the body, in the address of a beacon, beside another's token", async () => {
    const { writeKey } = world;
    const send = (path: string, body: object, authorization?: string) =>
      fetch(world.address + path, { method: "POST", headers: { ...(authorization && { authorization }) }, body: JSON.stringify(body) });
    expect((await send("/v1/track", view(), `Bearer ${writeKey}`)).status).toBe(200);
    expect((await send("/v1/t", { ...view(), writeKey })).status).toBe(200);
    expect((await send("/v1/batch", { batch: [view()], writeKey }, "Bearer eyJhbGciOiJub25lIn0.oauth")).status).toBe(200);
    expect((await send(`/beacon/v1/batch?writeKey=${writeKey}`, { batch: [view()] })).status).toBe(200);
    expect((await send(`/v1/batch?writeKey=${writeKey}`, { batch: [view()] })).status).toBe(401);
    expect((await send("/beacon/v1/batch?writeKey=rk_w_wrong", { batch: [view()] })).status).toBe(401);
    expect((await send("/v1/t", { ...view(), writeKey: "rk_w_wrong" })).status).toBe(401);
  });

  it("a pixel's address holds a message", async () => {
    const before = await world.countStored();
    const words = new URLSearchParams({
      writeKey: world.writeKey,
      anonymousId: "wanda",
      event: "Email Opened",
      "properties.product_id": "mug",
      context: JSON.stringify(consented),
    });
    const data = Buffer.from(JSON.stringify(view({ event: "Email Delivered" }))).toString("base64");
    for (const address of [
      `/pixel/v1/track?${words}`,
      `/pixel/v1/page?${words}`,
      `/v1/pixel/track?writeKey=${world.writeKey}&data=${encodeURIComponent(data)}`,
    ]) {
      const reply = await fetch(world.address + address);
      expect([reply.status, reply.headers.get("content-type"), reply.headers.get("cache-control")]).toEqual([200, "image/gif", "no-store"]);
      expect(
        Buffer.from(await reply.arrayBuffer())
          .subarray(0, 6)
          .toString(),
      ).toBe("GIF89a");
    }
    expect(await world.countStored()).toBe(before + 3);
    const odd = await fetch(
      `${world.address}/pixel/v1/track?writeKey=${world.writeKey}&__proto__.polluted=1&constructor.prototype.a=1&a.b.c.d.e.f.g.h.i.j=1`,
    );
    expect([odd.status, odd.headers.get("content-type"), ({} as Record<string, unknown>).polluted]).toEqual([200, "image/gif", undefined]);
    expect((await fetch(`${world.address}/pixel/v1/track?writeKey=wrong&event=a`)).status).toBe(401);
  });

  it("tells the browser libraries where to send, by the address they came by", async () => {
    const path = `/v1/projects/${world.writeKey}/settings`;
    const settings = async (headers: Record<string, string> = {}) =>
      (await (await fetch(world.address + path, { headers })).json()).integrations["Segment.io"];
    expect(await settings()).toMatchObject({ apiKey: world.writeKey, apiHost: `${new URL(world.address).host}/v1`, protocol: "http" });
    expect(await settings({ "x-forwarded-proto": "https", "x-forwarded-host": "evil.example" })).toMatchObject({
      apiHost: `${new URL(world.address).host}/v1`,
      protocol: "https",
    });
    expect((await fetch(`${world.address}/v1/projects/rk_w_wrong/settings`)).status).toBe(401);
    const library = await fetch(`${world.address}/analytics.js/v1/${world.writeKey}/analytics.min.js`);
    expect([library.status, ((await library.json()) as ErrorReply).error.detail]).toEqual([404, expect.stringContaining("@segment/analytics-next")]);
  });

  it("pages of any origin may send, and read what went wrong", async () => {
    const origin = "https://shop.example";
    const preflight = await fetch(`${world.address}/v1/t`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type,x-retry-count" },
    });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin"), preflight.headers.get("access-control-allow-headers")]).toEqual([
      204,
      origin,
      "authorization,content-type,x-retry-count",
    ]);
    for (const [key, body, status] of [
      [world.writeKey, JSON.stringify(view()), 200],
      [world.writeKey, "{", 400],
      ["rk_w_wrong", JSON.stringify(view()), 401],
    ] as const) {
      const { headers, ...reply } = await post("/v1/t", body, { origin, authorization: basic(key) });
      expect([reply.status, headers.get("access-control-allow-origin")]).toEqual([status, origin]);
    }
    // The rest of the API is not for pages of other origins.
    expect((await fetch(`${world.address}/v1/shop`, { headers: { origin } })).headers.get("access-control-allow-origin")).toBeNull();
  });

  describe("what nobody should send", () => {
    const padded = (bytes: number) => {
      const [start, end] = ['{"batch":[],"pad":"', '"}'];
      return start + "x".repeat(bytes - start.length - end.length) + end;
    };
    const refused = (reply: Sent) => [reply.status, reply.body.error?.code];

    it("500 KB are taken, a byte more is not; RudderStack's paths take 4000 KB", async () => {
      expect((await post("/v1/batch", padded(500 * kib))).status).toBe(200);
      expect(refused(await post("/v1/batch", padded(500 * kib + 1)))).toEqual([400, "BATCH_TOO_LARGE"]);
      expect(refused(await post("/v1/t", padded(500 * kib + 1)))).toEqual([400, "BATCH_TOO_LARGE"]);
      expect(refused(await post("/v1/batch", gzipSync(padded(500 * kib + 1))))).toEqual([400, "BATCH_TOO_LARGE"]);
      expect((await post("/v1/import", padded(4000 * kib))).status).toBe(200);
      expect(refused(await post("/v1/import", padded(4000 * kib + 1)))).toEqual([400, "BATCH_TOO_LARGE"]);
      // Far too much: the sender still gets its answer.
      expect(refused(await post("/v1/batch", padded(6_000 * kib)))).toEqual([400, "BATCH_TOO_LARGE"]);
    });

    it("2500 events are taken, one more is not", async () => {
      const batch = Array.from({ length: 2501 }, () => ({ type: "track", userId: "unasked", event: "e" }));
      expect((await post("/v1/batch", JSON.stringify({ batch: batch.slice(1) }))).body).toMatchObject({ dropped: { NO_CONSENT: 2500 } });
      expect(refused(await post("/v1/batch", JSON.stringify({ batch })))).toEqual([400, "BATCH_TOO_LARGE"]);
    });

    it("bombs go off outside: hundreds of them cost no memory to speak of", async () => {
      const zeros = Buffer.alloc(128 * 1024 * kib);
      const bombs = [gzipSync(zeros), brotliCompressSync(zeros), deflateSync(zeros)];
      expect(zeros.length / bombs[0]!.length).toBeGreaterThan(1000);
      const residentBytes = async () =>
        readPrometheusText(await (await fetch(`${world.address}/metrics`)).text()).find(
          ({ name }) => name === "rapport_process_resident_memory_bytes",
        )!.value;
      const headers: Record<string, string>[] = [{}, { "content-encoding": "br" }, {}];
      const before = await residentBytes();
      const began = performance.now();
      for (let round = 0; round < 10; round++) {
        const replies = await Promise.all(
          Array.from({ length: 12 }, (_, at) => post("/v1/batch", bombs[at % 3]!.subarray(0, 500 * kib), headers[at % 3])),
        );
        for (const reply of replies) expect(refused(reply)).toEqual([400, "BATCH_TOO_LARGE"]);
      }
      expect(performance.now() - began).toBeLessThan(20_000);
      expect((await residentBytes()) - before).toBeLessThan(150e6);
    });

    it("what is not what it seems to be is a 400 that says so", async () => {
      const good = JSON.stringify({ batch: [view()] });
      const bad: readonly (readonly [string, string | Buffer, Record<string, string>?])[] = [
        ["half a gzip", gzipSync(good).subarray(0, 40)],
        ["gzip of no JSON", gzipSync("hello")],
        ["gzip of bytes that are no UTF-8", gzipSync(Buffer.from([0x22, 0xff, 0xfe, 0x22]))],
        ["no UTF-8", Buffer.concat([Buffer.from('{"batch":["'), Buffer.from([0xc3, 0x28]), Buffer.from('"]}')])],
        ["JSON that breaks off", good.slice(0, -3)],
        ["a form", "batch=1&writeKey=2", { "content-type": form }],
        ["bytes said to be brotli", Buffer.from([1, 2, 3, 4]), { "content-encoding": "br" }],
        ["__proto__", '{"__proto__":{"admin":true},"batch":[]}'],
        ["constructor.prototype", '{"constructor":{"prototype":{"admin":true}},"batch":[]}'],
        ["nothing", ""],
      ];
      for (const [title, body, headers] of bad) {
        const reply = await post("/v1/batch", body, headers);
        expect([title, reply.status]).toEqual([title, 400]);
        expect(["BODY_NOT_JSON", "REQUEST_INVALID"]).toContain(reply.body.error?.code);
      }
    });

    it("one bad message does not stop the others, however bad", async () => {
      const deep = `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`;
      const good = view();
      const bad = [
        JSON.stringify(view({ userId: "x".repeat(10_000) })),
        JSON.stringify(view({ anonymousId: null })),
        JSON.stringify(view({ timestamp: new Date(Date.now() + 365 * 86_400_000).toISOString() })),
        JSON.stringify(view({ properties: { product_id: "mug", note: "x".repeat(32 * kib) } })),
        JSON.stringify(view({ messageId: "m".repeat(300) })),
        `{"type":"track","userId":"wanda","event":"Product Viewed","properties":${deep}}`,
        '{"type":"purchase"}',
        "null",
      ];
      const { status, body } = await post("/v1/batch", `{"batch":[${bad.join(",")},${JSON.stringify(good)}]}`);
      expect([status, body.accepted]).toEqual([200, 1]);
      expect(body.rejected.map(({ code }) => code)).toEqual([
        "ID_INVALID",
        "PERSON_MISSING",
        "EVENT_TIME_FUTURE",
        "EVENT_TOO_LARGE",
        "ID_INVALID",
        "EVENT_TOO_LARGE",
        "EVENT_INVALID",
        "EVENT_INVALID",
      ]);
      const { outcomes } = (await world.api.get<RecentEventsReply>("/v1/events/recent?limit=1")).body;
      for (const code of ["ID_INVALID", "PERSON_MISSING", "EVENT_TIME_FUTURE", "EVENT_TOO_LARGE", "BATCH_TOO_LARGE", "BODY_NOT_JSON", "NO_CONSENT"])
        expect(outcomes[code]).toBeGreaterThan(0);
    });

    it("a sender that says more than it sends, or leaves in the middle, harms nobody", async () => {
      const { hostname, port } = new URL(world.address);
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write("POST /v1/batch HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n{");
          setTimeout(() => socket.destroy(), 50);
        });
        socket.once("close", () => resolve());
      });
      expect((await post("/v1/t", JSON.stringify(view()))).body).toEqual(ok);
    });
  });

  it("a hundred thousand visitors leave nothing in memory", async () => {
    const round = async (from: number) => {
      const batch = Array.from({ length: 2500 }, (_, at) => ({
        type: "track",
        anonymousId: `crowd-${from + at}`,
        event: "e",
        messageId: `c-${from + at}`,
      }));
      expect((await post("/v1/batch", JSON.stringify({ batch }))).status).toBe(200);
    };
    for (let at = 0; at < 10; at++) await round(at * 2500);
    const { liveMb } = await liveMemory(world.server);
    for (let at = 10; at < 40; at++) await round(at * 2500);
    // 20,000 names may be remembered, in 6 MB; 75,000, each kept as a person is, would be 25 MB and more.
    expect((await liveMemory(world.server)).liveMb - liveMb).toBeLessThan(16);
  });
});
