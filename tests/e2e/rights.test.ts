import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CustomerId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { restoreCopy } from "#ingestion/exports/restore-copy.ts";
import type { RightsListReply, RightsRequestReply } from "#server/contract/rights.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { testVault } from "#storage/testing/test-vault.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { tasteItems } from "../support/two-tastes.ts";

// The rights of the person through the whole server: what they ask for, what they get, and what stops.

let held: HeldHouse;
let count = 0;
const fresh = (kind = "person") => `${kind}-${++count}`;
const dayMs = 86_400_000;
const named = (customerId: string): PersonName => ({ customerId: customerId as CustomerId, anonymousId: null });

type Reply<Body> = { readonly status: number; readonly body: Body };
type Opened = { request: RightsRequestReply; isNew: boolean };
type Failure = { error: { code: string } };

async function sendTo<Body>(
  house: HeldHouse,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
  key?: string,
): Promise<Reply<Body>> {
  const { status, text } = await house.sendRaw({
    method,
    path,
    headers: { authorization: `Bearer ${key ?? house.keys.serverKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status, body: JSON.parse(text) as Body };
}
const send = <Body = Failure>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown, key?: string) =>
  sendTo<Body>(held, method, path, body, key);
async function ok<Body>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<Body> {
  const reply = await send<Body>(method, path, body);
  if (reply.status >= 300) throw new Error(`${method} ${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply.body;
}
const ask = (body: unknown) => ok<Opened>("POST", "/v1/rights-requests", body);
const all = { personalize: true, learn: true, measure: true, email: true, sms: true };
const agree = (customerId: string, purposes: Record<string, boolean> = all) => ok("PUT", "/v1/consents", { customerId, purposes });
const buy = (customerId: string, item: string, more: Record<string, unknown> = {}) =>
  ok("POST", "/v1/track", {
    userId: customerId,
    event: "Order Completed",
    messageId: `m-${++count}`,
    timestamp: new Date(held.now()).toISOString(),
    properties: { order_id: `o-${count}`, products: [{ product_id: item, price: 9, quantity: 1 }] },
    ...more,
  });
const exported = async (customerId: string, format = "json") =>
  (await held.send("GET", `/v1/privacy/export?customerId=${encodeURIComponent(customerId)}&format=${format}`)).text;
const stateOf = (id: string) => ok<RightsRequestReply>("GET", `/v1/rights-requests/${id}`);

beforeAll(async () => {
  held = await openHeldHouse(() => openSqlite(":memory:", testVault()));
  await ok("PUT", "/v1/items", { items: tasteItems });
}, 120_000);
afterAll(() => held?.close());

describe("requests", () => {
  it("R39: one is opened once, carries its clock, and goes by the law that is named", async () => {
    const who = fresh();
    const first = await ask({ kind: "access", customerId: who });
    expect(first).toMatchObject({ isNew: true, request: { kind: "access", state: "open", verified: true, clock: { alarm: "calm", share: 0 } } });
    expect((await ask({ kind: "access", customerId: who })).request.id).toBe(first.request.id);
    const twice = await Promise.all(Array.from({ length: 5 }, () => ask({ kind: "erasure", customerId: who })));
    expect(new Set(twice.map(({ request }) => request.id)).size).toBe(1);
    expect(twice.filter(({ isNew }) => isNew)).toHaveLength(1);
    const ccpa = await ask({ kind: "access", customerId: fresh(), regime: "ccpa" });
    expect(Date.parse(ccpa.request.dueAt) - Date.parse(ccpa.request.at)).toBe(45 * dayMs);
    expect((await send("POST", "/v1/rights-requests", { kind: "access", customerId: who, regime: "moon" })).body.error.code).toBe("REQUEST_INVALID");
  });

  it("R39: extends once, with a reason, and denies with one of the reasons", async () => {
    const { request } = await ask({ kind: "portability", customerId: fresh() });
    expect((await send("POST", `/v1/rights-requests/${request.id}/extend`, { reason: " " })).status).toBe(400);
    const longer = await ok<RightsRequestReply>("POST", `/v1/rights-requests/${request.id}/extend`, { reason: "many letters" });
    expect(longer.state).toBe("in_progress");
    expect(Date.parse(longer.dueAt)).toBeGreaterThan(Date.parse(request.dueAt));
    expect((await send("POST", `/v1/rights-requests/${request.id}/extend`, { reason: "again" })).status).toBe(409);
    expect((await send("POST", `/v1/rights-requests/${request.id}/deny`, { reason: "because" })).status).toBe(400);
    const denied = await ok<RightsRequestReply>("POST", `/v1/rights-requests/${request.id}/deny`, { reason: "no_match", words: "not you" });
    expect(denied).toMatchObject({ state: "denied", reason: "no_match", clock: null });
    expect((await send("POST", `/v1/rights-requests/${request.id}/fulfil`)).body.error.code).toBe("RIGHTS_REQUEST_CLOSED");
  });

  it("refuses forged ids, unknown kinds, nobody, and keys that are public", async () => {
    for (const id of ["nope", "rr_1", "%00", "../x"]) expect((await send("GET", `/v1/rights-requests/${encodeURIComponent(id)}`)).status).toBe(404);
    for (const body of [
      { kind: "all", customerId: "a" },
      { kind: "access" },
      { kind: "access", customerId: "" },
      { kind: "access", customerId: "x", more: 1 },
    ])
      expect((await send("POST", "/v1/rights-requests", body)).status).toBe(400);
    expect((await send("POST", "/v1/rights-requests", { kind: "access", customerId: "a" }, held.keys.writeKey)).status).toBe(403);
    expect((await send("GET", "/v1/privacy/export?customerId=a", undefined, held.keys.writeKey)).status).toBe(403);
  });

  it("R40: somebody unknown is answered as anybody is", async () => {
    const known = fresh();
    await agree(known);
    await ok("PUT", "/v1/contacts", { customerId: known, email: "known@shop.example" });
    const shape = (value: unknown): unknown => JSON.stringify(value, (key, one: unknown) => (["id", "customerId"].includes(key) ? null : one));
    const [yes, no] = [await ask({ kind: "access", email: "known@shop.example" }), await ask({ kind: "access", email: "nobody@shop.example" })];
    expect(shape(yes)).toBe(shape(no));
    expect(yes.request).toMatchObject({ verified: false, customerId: known });
    expect((await send("POST", `/v1/rights-requests/${yes.request.id}/fulfil`)).body.error.code).toBe("RIGHTS_UNVERIFIED");
    await ok("POST", `/v1/rights-requests/${yes.request.id}/verify`, { by: "telephone" });
    expect(await ok("POST", `/v1/rights-requests/${yes.request.id}/fulfil`)).toMatchObject({ state: "fulfilled", verifiedBy: "telephone" });
  });
});

describe("access and portability", () => {
  it("R30: everything of one person, nobody else's, to read and for programs", async () => {
    const [who, other] = [fresh(), fresh("stranger")];
    for (const one of [who, other]) {
      await agree(one);
      await held.house.learner.learn(held.shopId);
      await ok("PUT", "/v1/contacts", { customerId: one, email: `mail-of-${one}@shop.example` });
      await buy(one, tasteItems[0]!.id, { messageId: `canary-message-${one}` });
      await ok("PUT", "/v1/preferences", { customerId: one, frequency: { perWeek: 3 }, less: [tasteItems[1]!.id] });
      await ok("POST", "/v1/profile/traits", { customerId: one, key: "size", value: `size-of-${one}` }).catch(() => {});
      await ok("POST", "/v1/recommendations", { customerId: one, surface: "for-you", n: 3 });
    }
    await ok("POST", "/v1/webhooks", { url: "https://crm.partner.example/hook", types: ["consent.changed"] }).catch(() => {});
    const text = await exported(who);
    const copy = JSON.parse(text) as Record<string, unknown> & { events: { type: string; messageId: string }[]; names: unknown[] };
    for (const canary of [who, `mail-of-${who}@shop.example`, `canary-message-${who}`]) expect(text).toContain(canary);
    expect(text).not.toContain(other);
    expect(copy.names).toContainEqual({ kind: "customer", id: who });
    expect(copy.events.map(({ type }) => type)).toContain("impression");
    for (const part of ["inferred", "segments", "preferences", "consents", "receipt", "kept", "recipients", "requests", "lookedAt", "untold"])
      expect(copy).toHaveProperty(part);
    const html = await exported(who, "html");
    expect(html).toContain(`mail-of-${who}@shop.example`);
    expect(html).not.toContain("<script");
  });

  it("R30: HTML says what was said and runs none of it", async () => {
    const who = `<img src=x onerror=alert(1)>${fresh()}`;
    await agree(who);
    const html = await exported(who, "html");
    expect(html).toContain("&lt;img src=x");
    expect(html).not.toContain("<img");
  });

  it("R31: taken into an empty shop and exported again it is the same, apart from what is named", async () => {
    const who = fresh();
    await agree(who);
    await ok("PUT", "/v1/contacts", { customerId: who, email: "move@shop.example", phone: "+4915112345678" });
    for (const { id } of tasteItems.slice(0, 3)) await buy(who, id);
    await ok("PUT", "/v1/preferences", { customerId: who, dataUse: "purchases", frequency: { perDay: 1 } });
    await agree(who, { measure: false });
    const before = JSON.parse(await exported(who)) as Record<string, unknown>;
    const second = await openHeldHouse(() => openSqlite(":memory:", testVault(8)));
    try {
      await sendTo(second, "PUT", "/v1/items", { items: tasteItems });
      const { house, shopId } = second;
      const summary = await restoreCopy(shopId, before, { store: house.store, personIds: house.personIds, contacts: house.vault.contacts });
      expect(summary).toMatchObject({ leftOut: 0, contacts: 2, events: { rejected: [] } });
      const after = JSON.parse((await second.send("GET", `/v1/privacy/export?customerId=${who}`)).text) as typeof before;
      // The shop, when it was written, what it asks and who looked there; records and receipts are signed by their shop.
      const stays = (copy: Record<string, unknown>) => {
        const { names, events, inferred, preferences, segments, kept } = copy as { kept: Record<string, unknown[]> } & Record<string, unknown>;
        return {
          names,
          events,
          inferred,
          preferences,
          segments,
          changes: without(kept.preferenceChanges!, "seq"),
          contacts: without(kept.contacts!, "changedAt"),
          chosen: kept.preferences,
        };
      };
      expect(stays(after)).toEqual(stays(before));
      expect(
        (await restoreCopy(shopId, before, { store: house.store, personIds: house.personIds, contacts: house.vault.contacts })).events.restored,
      ).toBe(0);
    } finally {
      await second.close();
    }
  });

  // Seconds are `npm run bench:trust`; here, that many events cost no more each than few do.
  it("R30: 10,000 events, in time that grows as they do", async () => {
    const [few, many] = [fresh(), fresh()];
    for (const [who, count] of [[few, 1_000] as const, [many, 10_000] as const]) {
      await agree(who);
      for (let from = 0; from < count; from += 500) {
        const batch = Array.from({ length: 500 }, (_, at) => ({
          type: "track",
          userId: who,
          event: "Product Viewed",
          messageId: `${who}-${from + at}`,
          timestamp: new Date(held.now() - (from + at) * 1000).toISOString(),
          properties: { product_id: tasteItems[at % tasteItems.length]!.id },
        }));
        await ok("POST", "/v1/batch", { batch });
      }
    }
    const copied = async (who: string) => {
      // Time that this thread had a processor: what else the machine does is not counted.
      const before = process.threadCpuUsage();
      const { events } = JSON.parse(await exported(who)) as { events: unknown[] };
      const { user, system } = process.threadCpuUsage(before);
      return { events: events.length, microseconds: user + system };
    };
    await copied(few);
    const [ofFew, ofMany] = [await copied(few), await copied(many)];
    expect(ofMany.events - ofFew.events).toBe(9_000);
    expect(ofMany.microseconds / ofMany.events).toBeLessThan((3 * ofFew.microseconds) / ofFew.events);
  }, 240_000);
});

const without = (rows: readonly unknown[], field: string) =>
  rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row as Record<string, unknown>).filter(([key]) => key !== field)))).sort();

describe("objection, opt-out, restriction, rectification", () => {
  const level = async (customerId: string) =>
    (await ok<{ dataUse: { inForce: string } }>("GET", `/v1/preferences?customerId=${customerId}`)).dataUse.inForce;
  const allows = async (customerId: string, purpose: "personalize" | "learn" | "measure" | "email") => {
    const person = await held.house.gate.recognise(held.shopId, named(customerId));
    return (await held.house.gate.allow(held.shopId, person, purpose)) !== null;
  };

  it("R38: an objection to direct marketing stops it and profiling for it at once, and asks for no reason", async () => {
    const who = fresh();
    await agree(who);
    expect(await allows(who, "email")).toBe(true);
    const { request } = await ask({ kind: "objection", customerId: who });
    expect(request.state).toBe("fulfilled");
    for (const purpose of ["email", "personalize"] as const) expect(await allows(who, purpose), purpose).toBe(false);
    expect(await allows(who, "measure")).toBe(true);
    const consents = (await held.send("GET", `/v1/consents?customerId=${who}`)).text;
    expect(consents).toContain('"objection"');
    const { request: out } = await ask({ kind: "opt-out", customerId: who, regime: "ccpa" });
    expect(out.state).toBe("fulfilled");
  });

  it("R38: restricted data are kept and used for nothing, learning included, until it is lifted; then all is as it was", async () => {
    const who = fresh();
    await agree(who);
    for (const { id } of tasteItems.slice(0, 3)) await buy(who, id);
    await ok("PUT", "/v1/contacts", { customerId: who, email: "kept@shop.example" });
    await held.house.learner.learn(held.shopId);
    const { request } = await ask({ kind: "restriction", customerId: who });
    expect(request).toMatchObject({ state: "fulfilled", restricting: true });
    for (const purpose of ["personalize", "learn", "measure", "email"] as const) expect(await allows(who, purpose), purpose).toBe(false);
    expect(await level(who)).toBe("page");
    // A page that says yes again meanwhile does not end it.
    await agree(who);
    expect(await allows(who, "learn")).toBe(false);
    expect(await ok("GET", `/v1/contacts?customerId=${who}`)).toMatchObject({ email: "kept@shop.example" });
    expect((JSON.parse(await exported(who)) as { events: { type: string }[] }).events.filter(({ type }) => type === "purchase")).toHaveLength(3);
    expect((await send("POST", `/v1/rights-requests/${request.id}/lift`, { reason: " " })).status).toBe(400);
    const lifted = await ok<RightsRequestReply>("POST", `/v1/rights-requests/${request.id}/lift`, { reason: "settled" });
    expect(lifted.steps.at(-1)).toMatchObject({ action: "lift", words: "settled" });
    expect(lifted.restricting).toBe(false);
    for (const purpose of ["personalize", "learn", "measure", "email"] as const) expect(await allows(who, purpose), purpose).toBe(true);
  });

  it("R38: what somebody restricted has done is in no counts; lifted it is there again", async () => {
    const who = fresh();
    const countsNow = async () => {
      await held.house.learner.learn(held.shopId);
      const { artefact } = (await held.house.store.models.latest(held.shopId, "popular"))!;
      return Buffer.from(artefact).toString("base64");
    };
    const without = await countsNow();
    await agree(who);
    await buy(who, tasteItems[5]!.id);
    const counted = await countsNow();
    expect(counted).not.toBe(without);
    const { request } = await ask({ kind: "restriction", customerId: who });
    expect(await countsNow()).toBe(without);
    await ok("POST", `/v1/rights-requests/${request.id}/lift`, { reason: "over" });
    expect(await countsNow()).toBe(counted);
  });

  it("R32: a correction changes what is known, and is written down by name and not by content", async () => {
    const who = fresh();
    await agree(who);
    const { request } = await ask({
      kind: "rectification",
      customerId: who,
      changes: { traits: { size: "secretly-large" }, email: "right@shop.example" },
    });
    expect(request).toMatchObject({ state: "fulfilled", changed: ["contact: email", "trait: size"] });
    expect(JSON.stringify(request)).not.toContain("secretly-large");
    expect(await ok("GET", `/v1/preferences?customerId=${who}`)).toMatchObject({ traits: { size: "secretly-large" } });
    expect((await ask({ kind: "rectification", customerId: who })).request.state).toBe("open");
  });
});

describe("erasure", () => {
  it("R33: follows the forgetting, names nobody afterwards, and closes what else was open", async () => {
    const who = fresh();
    await agree(who);
    await buy(who, tasteItems[0]!.id);
    const access = await ask({ kind: "portability", customerId: who });
    const { request } = await ask({ kind: "erasure", customerId: who });
    const begun = await ok<RightsRequestReply>("POST", `/v1/rights-requests/${request.id}/fulfil`);
    expect(begun).toMatchObject({ state: "in_progress" });
    expect(begun.erasureId).not.toBeNull();
    for (const act of ["fulfil", "deny"])
      expect((await send("POST", `/v1/rights-requests/${request.id}/${act}`, { reason: "other" })).status).toBe(409);
    expect((await send("GET", `/v1/privacy/export?customerId=${who}`)).status).toBe(409);
    await held.house.forget.runAll();
    expect(await stateOf(request.id)).toMatchObject({ state: "fulfilled", customerId: null });
    expect(await stateOf(access.request.id)).toMatchObject({ state: "denied", reason: "forgotten", customerId: null });
    expect(await held.house.forget.certificate(held.shopId, begun.erasureId!)).toMatchObject({ type: "rapport-erasure-certificate" });
    expect((await held.send("GET", "/v1/rights-requests")).text).not.toContain(who);
  });
});

describe("the queue", () => {
  it("R39: warns at 50 and 80 percent, is loud when overdue, and says so in the numbers", async () => {
    const { request } = await ask({ kind: "access", customerId: fresh() });
    const alarm = async () => (await stateOf(request.id)).clock?.alarm;
    const span = Date.parse(request.dueAt) - Date.parse(request.at);
    expect(await alarm()).toBe("calm");
    held.pass(span / 2);
    expect(await alarm()).toBe("half");
    held.pass(span * 0.3);
    expect(await alarm()).toBe("late");
    held.pass(span * 0.2);
    expect(await alarm()).toBe("overdue");
    const metrics = (await held.send("GET", "/metrics")).text;
    expect(metrics).toMatch(/rapport_rights_requests\{[^}]*alarm="overdue"[^}]*\} [1-9]/);
    expect((await ok<RightsListReply>("GET", "/v1/rights-requests?state=open,in_progress")).alarms.overdue).toBeGreaterThan(0);
    // Who never proved who they are has lost interest.
    const unknown = await ask({ kind: "access", email: "late@shop.example" });
    held.pass(40 * dayMs);
    expect((await stateOf(unknown.request.id)).state).toBe("expired");
  });

  it("filters, and goes page by page through 10,000", async () => {
    for (const bad of ["state=gone", "kind=all", "limit=0", "limit=9999", "after=!!"])
      expect((await send("GET", `/v1/rights-requests?${bad}`)).status, bad).toBe(400);
    const { house, shopId } = held;
    for (let start = 0; start < 10_000; start += 500)
      await Promise.all(
        Array.from({ length: 500 }, (_, at) =>
          house.store.rightsRequests.add({
            ...{ requestId: `bulk-${start + at}`, shopId, kind: "access", platform: "shopify", personId: null, reference: null },
            ...{ at: held.now(), dueAt: held.now() + 30 * dayMs + at, state: "open" },
          } as const),
        ),
      );
    const seen = new Set<string>();
    for (let after: string | null = ""; after !== null; ) {
      const page: RightsListReply = await ok("GET", `/v1/rights-requests?state=open&limit=1000${after === "" ? "" : `&after=${after}`}`);
      for (const { id } of page.requests) {
        expect(seen.has(id)).toBe(false);
        seen.add(id);
      }
      after = page.next;
    }
    expect([...seen].filter((id) => id.startsWith("bulk-"))).toHaveLength(10_000);
  }, 240_000);
});
