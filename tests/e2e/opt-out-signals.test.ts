import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { purposes } from "#domain/purpose.ts";
import { gpcOf } from "#server/http/gpc.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";

// Global Privacy Control and consent strings over HTTP, and what malformed consent does: nothing.

let held: HeldHouse;
let number = 0;
const fresh = (kind: string) => `${kind}-${++number}`;
beforeAll(async () => {
  held = await openHeldHouse();
});
afterAll(() => held.close());

type Json = Record<string, unknown>;
type Headers = Record<string, string | string[]>;

async function ask<Body = Json>(method: "GET" | "POST" | "PUT", path: string, body?: unknown, headers: Headers = {}, key = held.keys.serverKey) {
  const all = { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers };
  const { status, text } = await held.sendRaw({
    ...{ method, path, headers: all as Record<string, string> },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status, body: JSON.parse(text) as Body };
}
const gpc = { "sec-gpc": "1" };
const allows = async (names: { customerId?: string; anonymousId?: string }, purpose: (typeof purposes)[number]) => {
  const person = await held.house.gate.recognise(held.shopId, {
    customerId: (names.customerId ?? null) as never,
    anonymousId: (names.anonymousId ?? null) as never,
  });
  return (await held.house.gate.allow(held.shopId, person, purpose)) !== null;
};
const view = (userId: string, context: Json = {}) => ({
  userId,
  event: "Product Viewed",
  messageId: fresh("m"),
  properties: { product_id: "M-1" },
  context,
});

describe("Global Privacy Control", () => {
  it("R14: the signal is exactly 1, also among several headers; nothing else is one", async () => {
    const cases: [string, boolean][] = [
      ["1", true],
      ["0", false],
      ["true", false],
      ["01", false],
      ["1, 0", false],
      ["", false],
    ];
    for (const [value, counts] of cases) {
      const customerId = fresh("c");
      await ask("PUT", "/v1/consents", { customerId, purposes: { share: true, personalize: true } });
      await ask("POST", "/v1/track", view(customerId), { "sec-gpc": value });
      expect(await allows({ customerId }, "share"), JSON.stringify(value)).toBe(!counts);
      // Not what the signal is about.
      expect(await allows({ customerId }, "personalize")).toBe(true);
    }
  });

  it("R14: of repeated headers, which Node joins, one that is exactly 1 is enough", async () => {
    const found: boolean[] = [];
    const server = createServer((request, response) => {
      found.push(gpcOf({ raw: request, body: undefined }));
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const cases: [string[], boolean][] = [
      [["0", "1"], true],
      [["1", "0"], true],
      [["1", "1"], true],
      [["true", "1"], true],
      [["0", "true"], false],
      [["01", "10"], false],
      [["0, 1"], false],
      [["1"], true],
      [[], false],
    ];
    for (const [values] of cases) {
      const socket = connect(port, "127.0.0.1");
      socket.end(`GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${values.map((value) => `Sec-GPC: ${value}\r\n`).join("")}\r\n`);
      for await (const _ of socket);
    }
    server.close();
    expect(found).toEqual(cases.map(([, counts]) => counts));
  });

  it("R14: on every route that names somebody, for the customer and for the device they are known by", async () => {
    const requests: ((customerId: string, anonymousId: string) => ["GET" | "POST" | "PUT", string, unknown?])[] = [
      (userId, anonymousId) => ["POST", "/v1/track", { ...view(userId), anonymousId }],
      (userId) => ["POST", "/v1/page", { userId, name: "Home", messageId: fresh("m") }],
      (userId, anonymousId) => ["POST", "/v1/identify", { userId, anonymousId, messageId: fresh("m") }],
      (userId) => ["POST", "/v1/batch", { batch: [{ type: "track", ...view(userId) }] }],
      (customerId) => ["POST", "/v1/recommendations", { customerId, surface: "for-you" }],
      (customerId) => ["GET", `/v1/consents?customerId=${customerId}`],
      (customerId) => ["PUT", "/v1/consents", { customerId, purposes: { learn: true } }],
      (customerId) => ["PUT", "/v1/signals/age", { customerId, ageBand: "adult" }],
    ];
    for (const make of requests) {
      const [customerId, anonymousId] = [fresh("c"), fresh("a")];
      for (const who of [{ customerId }, { anonymousId }]) await ask("PUT", "/v1/consents", { ...who, purposes: { share: true, measure: true } });
      await ask("POST", "/v1/identify", { userId: customerId, anonymousId, messageId: fresh("m") });
      expect(await allows({ anonymousId }, "share")).toBe(true);
      const [method, path, body] = make(customerId, anonymousId);
      expect((await ask(method, path, body, gpc)).status, path).toBe(200);
      for (const who of [{ customerId }, { anonymousId }]) expect(await allows(who, "share"), path).toBe(false);
    }
  });

  it("R14: a shop's server passes it on in the body, or on each message of a batch", async () => {
    const [yes, no, body] = [fresh("c"), fresh("c"), fresh("c")];
    for (const customerId of [yes, no, body]) await ask("PUT", "/v1/consents", { customerId, purposes: { share: true, measure: true } });
    const batch = [
      { type: "track", ...view(yes) },
      { type: "track", ...view(no, { gpc: true }) },
    ];
    await ask("POST", "/v1/batch", { batch });
    await ask("POST", "/v1/recommendations", { customerId: body, surface: "popular", gpc: true });
    expect([
      await allows({ customerId: yes }, "share"),
      await allows({ customerId: no }, "share"),
      await allows({ customerId: body }, "share"),
    ]).toEqual([true, false, false]);
  });

  it("R1 R14: a device nobody knows stays unknown; its browser says it again", async () => {
    const anonymousId = fresh("a");
    const before = await held.house.store.log.head(held.shopId);
    await ask("POST", "/v1/track", { ...view("x"), userId: undefined, anonymousId }, gpc);
    expect(await held.house.store.log.head(held.shopId)).toBe(before);
    const told = await ask<Json>("PUT", "/v1/consents", { anonymousId, purposes: { share: true, measure: true } }, gpc);
    expect(told.body).toMatchObject({ purposes: { share: false, measure: true }, optOut: { gpc: true, honoured: true, share: false } });
    expect(await allows({ anonymousId }, "share")).toBe(false);
  });

  it("R15: honoured without a question, and shown with the state of the switch", async () => {
    const customerId = fresh("c");
    const first = await ask<Json>("PUT", "/v1/consents", { customerId, purposes: { personalize: true } }, gpc);
    expect(first.body).toMatchObject({
      purposes: { personalize: true, share: false },
      optOut: { gpc: true, honoured: true, message: "Opt-out request honoured", share: false },
    });
    expect((await ask<Json>("GET", `/v1/consents?customerId=${customerId}`)).body).toMatchObject({
      optOut: { gpc: false, honoured: true, share: false },
    });
    const raw = await held.house.store.consents.current(held.shopId, [(await held.house.personIds.of(held.shopId, "customer", customerId)).personId]);
    expect([...raw.values()][0]!.get("share")).toMatchObject({ granted: false, how: "gpc", source: "person" });
  });

  it("R16: it wins over an earlier yes, and a later one counts only after being told", async () => {
    const customerId = fresh("c");
    const put = (body: Json, headers: Headers = {}) => ask<Json>("PUT", "/v1/consents", { customerId, ...body }, headers);
    await put({ purposes: { share: true } });
    await put({ purposes: { learn: true } }, gpc);
    expect(await allows({ customerId }, "share")).toBe(false);
    // From another browser, which sends no signal, in a banner that says nothing of it.
    expect((await put({ purposes: { share: true } })).body).toMatchObject({ purposes: { share: false }, held: { share: "opt-out-signal" } });
    await ask("POST", "/v1/track", {
      ...view(customerId, { consent: { categoryPreferences: { share: true, learn: true } } }),
      event: "Segment Consent Preference Updated",
    });
    expect(await allows({ customerId }, "share")).toBe(false);
    const told = await put({ purposes: { share: true }, acknowledgesGpc: true }, gpc);
    expect(told.body).toMatchObject({ purposes: { share: true }, optOut: { gpc: true, honoured: false, share: true } });
    await put({ purposes: { learn: true } }, gpc);
    expect(await allows({ customerId }, "share")).toBe(true);
    await put({ purposes: { share: false } });
    expect(await allows({ customerId }, "share")).toBe(false);
  });

  it("R17: says so at its well-known address", async () => {
    const reply = await held.sendRaw({ method: "GET", path: "/.well-known/gpc.json" });
    expect(Object.keys(JSON.parse(reply.text))).toEqual(["gpc", "lastUpdate"]);
    expect(JSON.parse(reply.text)).toMatchObject({ gpc: true, lastUpdate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
  });
});

const tcYes =
  "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAAAAAAAGBAAgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAAYQEAAAQmAgBC3ZAYzUw";

describe("consent strings", () => {
  it("R18: decide by the table, in the body and on events; the worked example opts out", async () => {
    const customerId = fresh("c");
    await ask("PUT", "/v1/consents", { customerId, purposes: { share: true, measure: true } });
    const gpp = await ask<Json>("PUT", "/v1/consents", { customerId, gppString: "DBABLA~CAAUAAAAAABA.YA" });
    expect(gpp.body).toMatchObject({ purposes: { share: false }, optOut: { gpc: true, honoured: true } });
    expect(await allows({ customerId }, "share")).toBe(false);
    const tcf = await ask<Json>("PUT", "/v1/consents", { customerId, tcString: tcYes });
    expect(tcf.body.purposes).toEqual({ personalize: false, learn: false, measure: false, share: false });
    const stamped = fresh("c");
    await ask("PUT", "/v1/consents", { customerId: stamped, purposes: { share: true, measure: true } });
    await ask("POST", "/v1/track", view(stamped, { consent: { gpp: "DBABLA~CAAUAAAAAABA.YA" } }));
    expect([await allows({ customerId: stamped }, "share"), await allows({ customerId: stamped }, "measure")]).toEqual([false, true]);
  });

  it("R18: malformed is no consent, and said so; nothing of the request is recorded", async () => {
    const customerId = fresh("c");
    for (const body of [
      { tcString: "" },
      { tcString: "x" },
      { tcString: tcYes.slice(0, 30) },
      { gppString: "DBABLA" },
      { gppString: "A".repeat(90_000) },
      { gppString: "DBABLA~" },
    ]) {
      const { status, body: said } = await ask<{ error: Json }>("PUT", "/v1/consents", { customerId, ...body, purposes: { personalize: true } });
      expect([status, said.error.code]).toEqual([400, "CONSENT_STRING_INVALID"]);
      expect(String(said.error.detail)).toMatch(/^(tc|gpp)String: it /);
    }
    expect((await ask("PUT", "/v1/consents", { customerId, tcString: tcYes, gppString: "DBAA" })).status).toBe(400);
    expect((await ask<Json>("GET", `/v1/consents?customerId=${customerId}`)).body.decisions).toEqual([]);
    const allowed = fresh("c");
    await ask("PUT", "/v1/consents", { customerId: allowed, purposes: { personalize: true, learn: true, measure: true } });
    for (const consent of [
      { tcf: "x" },
      { gpp: 7 },
      { tcf: tcYes, categoryPreferences: "all" },
      { categoryPreferences: { learn: true }, gpp: "DBABLA~" },
    ])
      expect((await ask("POST", "/v1/track", view(allowed, { consent }))).body, JSON.stringify(consent)).toMatchObject({
        accepted: 0,
        dropped: { NO_CONSENT: 1 },
      });
  });
});

const notTrue = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.constantFrom(null, "true", "yes", 1, 0, [], {}, [true], { granted: true }, false),
  fc.object({ maxDepth: 2 }),
);
const key = fc.oneof(
  fc.constantFrom(...purposes, "__proto__", "constructor", "toString", "of-age", "Personalize", "all", "*", ""),
  fc.string({ maxLength: 12 }),
);

describe("malformed consent", () => {
  it("R2: on an event it is never a yes: the event is dropped, and nobody is profiled", { timeout: 120_000 }, async () => {
    const consent = fc.oneof(
      notTrue,
      fc.record({ categoryPreferences: notTrue }),
      fc.record({ categoryPreferences: fc.dictionary(key, notTrue, { minKeys: 1 }) }),
      fc.record({ tcf: notTrue }),
      fc.record({ gppString: notTrue }),
    );
    const field = fc.constantFrom("consent", "consentManagement");
    await fc.assert(
      fc.asyncProperty(consent, field, fc.boolean(), async (given, name, explicit) => {
        const userId = fresh("r2");
        const event = explicit ? "Segment Consent Preference Updated" : "Product Viewed";
        const { status, body } = await ask("POST", "/v1/track", { ...view(userId, { [name]: given }), event });
        expect(status === 200 ? body.accepted : 0).toBe(0);
        for (const purpose of purposes) expect(await allows({ customerId: userId }, purpose)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it("R2: in PUT /v1/consents it is refused whole, and nothing is recorded", { timeout: 120_000 }, async () => {
    const body = fc.oneof(
      fc.record({ purposes: notTrue }),
      fc.record({
        purposes: fc.dictionary(
          key,
          notTrue.filter((value) => value !== false),
        ),
      }),
      fc.record({ purposes: fc.record({ personalize: fc.constant(true), ":-)": fc.constant(true) }) }),
      fc.record({ purposes: fc.constant({ personalize: true }), validUntil: fc.constantFrom("soon", "2020-01-01T00:00:00Z", 7, "") }),
      fc.record({ purposes: fc.constant({ personalize: true }), how: fc.constantFrom("guardian", "gpc-acknowledged", "age:adult", 7) }),
      fc.record({ objection: notTrue }),
    );
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const customerId = fresh("r2");
        const { status } = await ask("PUT", "/v1/consents", { customerId, ...given });
        expect(status, JSON.stringify(given)).toBe(400);
        for (const purpose of purposes) expect(await allows({ customerId }, purpose)).toBe(false);
        expect((await ask<Json>("GET", `/v1/consents?customerId=${customerId}`)).body.decisions).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
