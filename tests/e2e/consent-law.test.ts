import { createHash, createPublicKey, verify } from "node:crypto";
import canonicalize from "canonicalize";
import { Value } from "typebox/value";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { purposes } from "#domain/purpose.ts";
import { type ConsentRecord, consentRecord } from "#privacy/consent/consent-record.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";

// Consent over HTTP, as the requirements have it: what is recorded, what it proves, what it opens and until when.

let held: HeldHouse;
beforeEach(async () => {
  held = await openHeldHouse();
});
afterEach(() => held.close());

type Json = Record<string, unknown>;
type Decided = Json & {
  purposes: Record<string, boolean>;
  decisions: Json[];
  mayAsk: Record<string, { mayAsk: boolean; askAgainAt: string | null }>;
};

async function ask<Body = Json>(
  method: "GET" | "POST" | "PUT",
  path: string,
  body?: unknown,
  more: { key?: string | null; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: Body }> {
  const key = more.key === undefined ? held.keys.serverKey : more.key;
  const headers = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...more.headers,
  };
  const { status, text } = await held.sendRaw({ method, path, headers, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) });
  return { status, body: JSON.parse(text) as Body };
}
const decide = (customerId: string, answers: Json, more: Json = {}) =>
  ask<Decided>("PUT", "/v1/consents", { customerId, purposes: answers, ...more });
const consentsOf = async (customerId: string) => (await ask<Decided>("GET", `/v1/consents?customerId=${customerId}`)).body;
const may = async (customerId: string, purpose: "personalize" | "learn" | "measure" | "share" | "email") => {
  const person = await held.house.gate.recognise(held.shopId, { customerId: customerId as never, anonymousId: null });
  return (await held.house.gate.allow(held.shopId, person, purpose)) !== null;
};
const view = (userId: string, messageId: string) => ({ userId, event: "Product Viewed", messageId, properties: { product_id: "M-1" } });
const codeOf = (body: Json) => (body.error as Json | undefined)?.code;

describe("switches", () => {
  it("R3: each purpose has a switch of its own, and moves no other", async () => {
    for (const purpose of purposes) {
      const customerId = `one-${purpose}`;
      await decide(customerId, { [purpose]: true });
      for (const other of purposes) expect(await may(customerId, other as "email"), `${purpose} → ${other}`).toBe(other === purpose);
      const refusedOne = `all-but-${purpose}`;
      await decide(refusedOne, Object.fromEntries(purposes.map((one) => [one, one !== purpose])));
      for (const other of purposes) expect(await may(refusedOne, other as "email")).toBe(other !== purpose);
      const order = {
        userId: refusedOne,
        event: "Order Completed",
        messageId: `o-${purpose}`,
        properties: { order_id: `o-${purpose}`, products: [{ product_id: "M-1" }] },
      };
      expect((await ask("POST", "/v1/track", order)).status).toBe(200);
    }
  });

  it("R8: a withdrawal is the same one request, and holds from the next on", async () => {
    await decide("c", { personalize: true, learn: true, measure: true });
    expect((await ask("POST", "/v1/track", view("c", "1"))).body.accepted).toBe(1);
    await decide("c", { personalize: false, learn: false, measure: false });
    expect(await may("c", "personalize")).toBe(false);
    expect((await ask("POST", "/v1/track", view("c", "2"))).body).toMatchObject({ accepted: 0, dropped: { NO_CONSENT: 1 } });
  });

  it("R38: an objection needs no reason and ends at once what it is about", async () => {
    await decide("c", Object.fromEntries(purposes.map((one) => [one, true])));
    const { body } = await ask<Decided>("PUT", "/v1/consents", { customerId: "c", objection: "direct-marketing" });
    expect(body.purposes).toEqual({ email: false, sms: false, whatsapp: false, push: false, share: false });
    for (const purpose of ["email", "share"] as const) expect(await may("c", purpose)).toBe(false);
    expect(await may("c", "personalize")).toBe(true);
    await ask("PUT", "/v1/consents", { customerId: "c", objection: "profiling" });
    expect([await may("c", "personalize"), await may("c", "learn"), await may("c", "measure")]).toEqual([false, false, true]);
  });

  it("R5: after a no the same is not asked again for six months, after an opt-out for as long as the policy says", async () => {
    await decide("c", { email: false, learn: true, share: false });
    await ask("PUT", "/v1/policy", { packs: ["gdpr", "ccpa"] });
    const first = (await consentsOf("c")).mayAsk;
    expect([first.email!.mayAsk, first.learn!.mayAsk, first.share!.mayAsk, first.sms!.mayAsk]).toEqual([false, false, false, true]);
    expect(first.email!.askAgainAt).toBe("2026-11-20T12:00:00.000Z");
    expect(first.share!.askAgainAt).toBe("2027-05-20T12:00:00.000Z");
    held.pass(Date.UTC(2026, 10, 20, 12) - Date.UTC(2026, 4, 20, 12) - 1);
    expect((await consentsOf("c")).mayAsk.email!.mayAsk).toBe(false);
    held.pass(1);
    const later = (await consentsOf("c")).mayAsk;
    expect([later.email!.mayAsk, later.share!.mayAsk]).toEqual([true, false]);
    held.pass(182 * dayMs);
    expect((await consentsOf("c")).mayAsk.share!.mayAsk).toBe(true);
  });

  it("R12: a yes ends when its time has run out, at once for the gate and with an entry of the log for learning", async () => {
    await decide("c", { personalize: true, learn: true, measure: true }, { validUntil: new Date(held.now() + 1000).toISOString() });
    await decide("d", { learn: true });
    held.pass(999);
    expect(await may("c", "learn")).toBe(true);
    held.pass(1);
    for (const purpose of ["personalize", "learn", "measure"] as const) expect(await may("c", purpose)).toBe(false);
    expect((await ask("POST", "/v1/track", view("c", "1"))).body).toMatchObject({ accepted: 0 });
    expect((await consentsOf("c")).purposes).toEqual({});
    expect((await consentsOf("c")).mayAsk.learn!.mayAsk).toBe(true);
    expect(await held.house.endConsents.expired(held.shopId)).toBe(3);
    expect(await held.house.endConsents.expired(held.shopId)).toBe(0);
    const { personId } = await held.house.personIds.of(held.shopId, "customer", "c");
    const head = await held.house.store.log.head(held.shopId);
    expect((await held.house.gate.allowEach(held.shopId, [personId], "learn", head)).size).toBe(0);
    expect((await held.house.gate.allowEach(held.shopId, [personId], "learn", (head - 3) as never)).size).toBe(1);
    expect(await may("d", "learn")).toBe(true);
    held.pass(731 * dayMs);
    expect(await may("d", "learn")).toBe(false);
    await decide("c", { learn: true });
    expect(await may("c", "learn")).toBe(true);
    const records = (await ask<{ records: ConsentRecord[] }>("GET", "/v1/consents/records?customerId=c")).body.records;
    expect(records.filter(({ event }) => event[0]!.event_state === "expired")).toHaveLength(3);
  });
});

describe("records and receipts", () => {
  it("R6: a record has all that ISO/IEC TS 27560 asks for, the notice's hash and language, and how it was given", async () => {
    const published = (await ask<Json & { hash: string; notice: object; version: number }>("GET", "/v1/notices/current")).body;
    await decide("c", { personalize: true, email: false }, { notice: `privacy@${published.version}`, language: "ur", how: "banner" });
    held.pass(5);
    await decide("c", { personalize: false }, { how: "preference-centre" });
    const { records } = (await ask<{ records: ConsentRecord[] }>("GET", "/v1/consents/records?customerId=c")).body;
    expect(records.map(({ pii_processing, event }) => [pii_processing.purposes[0]!.purpose, event[0]!.event_state, event[0]!.event_method])).toEqual([
      ["personalize", "given", "banner"],
      ["email", "refused", "banner"],
      ["personalize", "withdrawn", "preference-centre"],
    ]);
    for (const record of records) {
      expect([...Value.Errors(consentRecord, record)]).toEqual([]);
      expect(JSON.parse(JSON.stringify(record))).toEqual(record);
      expect(record.pii_processing.privacy_notice.hash).toBe(published.hash);
    }
    expect(records[0]!.pii_processing).toMatchObject({
      language: "ur",
      privacy_notice: { name: "privacy", version: 1, shown: true, reference: "privacy@1" },
    });
    expect(records[2]!.pii_processing.privacy_notice.shown).toBe(false);
    expect(records[0]!.pii_processing.purposes[0]!.purpose_description).toMatch(/[\u0600-\u06ff]/);
    expect(new Set(records.map(({ record_id }) => record_id)).size).toBe(3);
    expect(createHash("sha256").update(canonicalize(published.notice)!).digest("hex")).toBe(published.hash);
    const schema = (await ask<{ properties: Json; required: string[] }>("GET", "/v1/consents/record-schema", undefined, { key: null })).body;
    expect(schema.required).toEqual(
      expect.arrayContaining(["schema_version", "record_id", "receipt_id", "pii_principal_id", "pii_processing", "party_identification", "event"]),
    );
  });

  it("R7: a receipt verifies with the public key alone; forged, foreign and expired ones are refused, with the reason", async () => {
    await decide("c", { personalize: true, learn: true }, { validUntil: new Date(held.now() + 30 * dayMs).toISOString() });
    const receipt = (await ask<Json & { signature: { keyId: string; value: string }; records: Json[] }>("GET", "/v1/consents/receipts?customerId=c"))
      .body;
    expect(receipt.records).toHaveLength(2);
    const [key] = await held.house.vault.signer.publicKeys(held.shopId);
    const { signature, ...document } = receipt;
    const publicKey = createPublicKey({ key: { kty: key!.kty, crv: key!.crv, x: key!.x }, format: "jwk" });
    expect(verify(null, Buffer.from(canonicalize(document)!), publicKey, Buffer.from(signature.value, "base64url"))).toBe(true);
    const check = (sent: unknown) => ask("POST", "/v1/consents/receipts/verify", sent, { key: held.keys.writeKey });
    expect((await check(receipt)).body).toMatchObject({ valid: true });
    expect((await check({ receipt })).body).toMatchObject({ valid: true });
    const forgeries: Json[] = [
      { ...receipt, expiresAt: "2099-01-01T00:00:00.000Z" },
      { ...receipt, records: [] },
      { ...receipt, extra: 1 },
      { ...receipt, signature: { ...signature, value: `A${signature.value.slice(1)}` } },
      { ...receipt, signature: { ...signature, keyId: "someone-else" } },
      { ...receipt, signature: null },
      document,
      {},
    ];
    for (const forged of forgeries) {
      const answer = await check(forged);
      expect([answer.status, codeOf(answer.body)]).toEqual([422, "RECEIPT_INVALID"]);
      expect(String((answer.body.error as Json).detail).length).toBeGreaterThan(5);
    }
    const other = { type: "something-else", receiptId: "x", expiresAt: "2099-01-01T00:00:00.000Z" };
    expect(codeOf((await check({ ...other, signature: await held.house.vault.signer.sign(held.shopId, other) })).body)).toBe("RECEIPT_INVALID");
    held.pass(30 * dayMs);
    const late = await check(receipt);
    expect([late.status, codeOf(late.body)]).toEqual([422, "RECEIPT_EXPIRED"]);
    expect((await ask("GET", "/v1/consents/receipts?customerId=nobody")).status).toBe(404);
  });

  it("R9: a notice that means something else ends what was agreed to; nothing else ends, and an old page cannot bring it back", async () => {
    await decide("c", { personalize: true, email: true, share: true }, { notice: "privacy@1" });
    const texts = (await ask<{ notice: { languages: Record<string, Json> } }>("GET", "/v1/notices/current")).body.notice.languages;
    const same = await ask("PUT", "/v1/notices", { languages: texts });
    expect(same.body).toMatchObject({ version: 1, ended: 0 });
    const small = await ask("PUT", "/v1/notices", { languages: { ...texts, en: { ...texts.en, title: "Your data" } } });
    expect(small.body).toMatchObject({ version: 2, ended: 0, material: [] });
    expect(await may("c", "email")).toBe(true);
    held.pass(1);
    const changed = await ask("PUT", "/v1/notices", { recipients: [{ name: "Acme Ads", purpose: "advertising" }], material: ["share", "email"] });
    expect(changed.body).toMatchObject({ version: 3, material: ["email", "share"], ended: 2 });
    expect([await may("c", "email"), await may("c", "share"), await may("c", "personalize")]).toEqual([false, false, true]);
    held.pass(1);
    const stale = await decide("c", { email: true, personalize: true, share: false }, { notice: "privacy@1" });
    expect(stale.body).toMatchObject({ held: { email: "notice-outdated" }, purposes: { personalize: true, share: false } });
    expect(await may("c", "email")).toBe(false);
    await decide("c", { email: true }, { notice: "privacy@3" });
    expect(await may("c", "email")).toBe(true);
    // The same text again, for everything.
    held.pass(1);
    expect((await ask("PUT", "/v1/notices", { material: true })).body).toMatchObject({ version: 4 });
    expect((await consentsOf("c")).purposes).toEqual({ share: false });
    // A notice is public; what is no notice is refused.
    const hash = String(changed.body.hash);
    expect((await ask("GET", `/v1/notices/${hash}`, undefined, { key: null })).body).toMatchObject({ version: 3, hash });
    expect((await ask("GET", "/v1/notices/nothing", undefined, { key: null })).status).toBe(404);
    for (const bad of [{ languages: {} }, { languages: { en: { title: "x" } } }, { material: ["nonsense"] }, { material: "yes" }, { nonsense: 1 }])
      expect((await ask("PUT", "/v1/notices", bad)).status).toBe(400);
    expect((await ask("PUT", "/v1/notices", { material: true }, { key: held.keys.writeKey })).status).toBe(403);
  });

  it("R9: a purpose that nobody had been told of is new to everybody; and where ending broke off it goes on", async () => {
    const { notice } = (await ask<{ notice: { languages: Record<string, { purposes: Json }> } }>("GET", "/v1/notices/current")).body;
    const without = Object.fromEntries(
      Object.entries(notice.languages).map(
        ([
          language,
          {
            purposes: { research: _, ...rest },
            ...text
          },
        ]) => [language, { ...text, purposes: rest }],
      ),
    );
    await ask("PUT", "/v1/notices", { languages: without });
    await decide("c", { research: true, learn: true });
    held.pass(1);
    expect((await ask("PUT", "/v1/notices", { languages: notice.languages })).body).toMatchObject({ material: ["research"], ended: 1 });
    await decide("c", { research: true });
    const row = {
      shopId: held.shopId,
      name: "terms",
      version: 1,
      hash: "0".repeat(64),
      body: "{}",
      material: ["learn"] as const,
      publishedAt: held.now() + 1,
    };
    await held.house.store.consentRecords.addNotice({ ...row, applied: false });
    expect(await held.house.notices.finish(held.shopId)).toBe(1);
    expect(await held.house.notices.finish(held.shopId)).toBe(0);
    expect((await consentsOf("c")).purposes).toEqual({ research: true });
  });
});

describe("children", () => {
  it("R11: a child's own yes opens nothing, from the next request on, before and after the signal", async () => {
    await decide("kid", { personalize: true, learn: true, share: true });
    expect((await ask("POST", "/v1/track", view("kid", "k0"))).body.accepted).toBe(1);
    const signal = await ask("PUT", "/v1/signals/age", { customerId: "kid", ageBand: "13-15" }, { key: held.keys.writeKey });
    expect(signal.body).toEqual({ recorded: true, ageBand: "13-15" });
    for (const purpose of ["personalize", "learn", "share"] as const) expect(await may("kid", purpose)).toBe(false);
    expect((await ask("POST", "/v1/track", view("kid", "k1"))).body.accepted).toBe(0);
    await decide("kid", { personalize: true, email: true });
    expect([await may("kid", "personalize"), await may("kid", "email")]).toEqual([false, false]);
    const seen = await consentsOf("kid");
    expect(seen).toMatchObject({ child: true, purposes: { personalize: false, learn: false, share: false } });
    expect(seen.mayAsk.personalize).toMatchObject({ mayAsk: false, because: "age" });
    expect(JSON.stringify(seen)).not.toContain("of-age");
    // The learner comes to the same result from the log alone.
    const { personId } = await held.house.personIds.of(held.shopId, "customer", "kid");
    const head = await held.house.store.log.head(held.shopId);
    expect((await held.house.gate.allowEach(held.shopId, [personId], "learn", head)).size).toBe(0);
  });

  it("R11: a guardian's yes opens what it names: with the server key, and a note of how they were made sure of", async () => {
    await ask("PUT", "/v1/signals/age", { customerId: "kid", ageBand: "under-13" });
    const guardian = { customerId: "kid", purposes: { personalize: true }, how: "guardian" };
    expect((await ask("PUT", "/v1/consents", guardian)).status).toBe(400);
    const whole = { ...guardian, verification: "card payment of 0.01 EUR, 2026-05-20" };
    expect((await ask("PUT", "/v1/consents", whole, { key: held.keys.writeKey })).status).toBe(403);
    expect((await ask("PUT", "/v1/consents", whole)).body).toMatchObject({ purposes: { personalize: true } });
    expect([await may("kid", "personalize"), await may("kid", "learn")]).toEqual([true, false]);
    const { records } = (await ask<{ records: ConsentRecord[] }>("GET", "/v1/consents/records?customerId=kid")).body;
    expect(records.at(-1)!.event[0]).toMatchObject({ event_type: "guardian", event_method: "guardian", verification: whole.verification });
    // The child's own yes changes nothing about it; its no does.
    await decide("kid", { personalize: true });
    expect(await may("kid", "personalize")).toBe(true);
    await decide("kid", { personalize: false });
    expect(await may("kid", "personalize")).toBe(false);
  });

  it("R11: who is a child under one name is one under all; a page cannot say otherwise, and the policy says how old", async () => {
    await ask("PUT", "/v1/signals/age", { anonymousId: "tablet", ageBand: "16-17" });
    await ask("PUT", "/v1/consents", { anonymousId: "tablet", purposes: { personalize: true, learn: true, measure: true } });
    await decide("parent", { personalize: true, learn: true, measure: true });
    await ask("PUT", "/v1/policy", { packs: ["gdpr", "pk"] });
    expect((await ask<{ childAge: number }>("GET", "/v1/policy")).body.childAge).toBe(18);
    const tablet = await held.house.gate.recognise(held.shopId, { customerId: null, anonymousId: "tablet" as never });
    expect(await held.house.gate.allow(held.shopId, tablet, "personalize")).toBeNull();
    expect(await may("parent", "personalize")).toBe(true);
    const merged = await held.house.identities.merge(
      held.shopId,
      { customerId: null, anonymousId: "tablet" as never },
      { customerId: "parent" as never, anonymousId: null },
    );
    expect(merged.ok).toBe(true);
    expect(await may("parent", "personalize")).toBe(false);
    expect((await ask("PUT", "/v1/signals/age", { customerId: "parent", ageBand: "adult" }, { key: held.keys.writeKey })).status).toBe(403);
    await ask("PUT", "/v1/signals/age", { customerId: "parent", birthYear: 1980 });
    expect(await may("parent", "personalize")).toBe(true);
    for (const bad of [{}, { ageBand: "old" }, { birthYear: 2200 }, { ageBand: "adult", birthYear: 1980 }, { birthYear: "1980" }])
      expect((await ask("PUT", "/v1/signals/age", { customerId: "x", ...bad })).status).toBe(400);
  });
});

describe("do not contact", () => {
  it("R19: an address on the list is not reached, whatever the consent says, and nobody can read the list", async () => {
    await decide("c", { sms: true, email: true });
    const check = async (channel: string, address: string | null) =>
      (await ask("POST", "/v1/contacts/check", { customerId: "c", channel, address })).body;
    expect(await check("sms", "+92 300 1234567")).toEqual({ allowed: true, because: [], notBefore: null });
    const list = ["0300-1234567", "00923211111111", "not a number"];
    const put = await ask("PUT", "/v1/contacts/suppressions", { channels: ["sms", "voice"], source: "dncr", country: "92", addresses: list });
    expect(put.body).toEqual({ added: 4, known: 0, invalid: 2 });
    for (const spelling of ["+923001234567", "+92 (300) 123-4567", "0092 300 1234567"])
      for (const channel of ["sms", "voice"])
        expect(await check(channel, spelling)).toMatchObject({ allowed: false, because: expect.arrayContaining(["SUPPRESSED"]) });
    expect(await check("whatsapp", "+923001234567")).toMatchObject({ allowed: false, because: ["NO_CONSENT"] });
    expect(await check("sms", null)).toMatchObject({ allowed: false, because: ["ADDRESS_MISSING"] });
    expect(await check("sms", "12")).toMatchObject({ allowed: false, because: ["ADDRESS_INVALID"] });
    await ask("PUT", "/v1/contacts/suppressions", { channels: ["*"], source: "complaint", addresses: ["A.Person@Example.com"] });
    expect(await check("email", "a.person@example.com")).toMatchObject({ allowed: false, because: ["SUPPRESSED"] });
    expect(await check("email", "another@example.com")).toMatchObject({ allowed: true, because: [] });
  });

  it("R51: WhatsApp and SMS need a yes that is on record, and an error 131049 is waited out, longer each time", async () => {
    const check = async (channel: "sms" | "whatsapp" | "email") => {
      const address = channel === "email" ? "w@example.com" : "+923001112223";
      return (await ask("POST", "/v1/contacts/check", { customerId: "w", channel, address })).body;
    };
    const failed = async (hoursAgo: number, error = "131049") => {
      const told = { type: "track", event: `Message Failed: whatsapp ${error}`, messageId: `failed-${error}-${hoursAgo}`, userId: "w" };
      const { status } = await ask("POST", "/v1/track", { ...told, timestamp: new Date(held.now() - hoursAgo * 3_600_000).toISOString() });
      expect(status).toBe(200);
    };
    const inHours = (hours: number) => new Date(held.now() + hours * 3_600_000).toISOString();
    for (const channel of ["sms", "whatsapp"] as const) expect(await check(channel)).toMatchObject({ allowed: false, because: ["NO_CONSENT"] });
    await decide("w", { whatsapp: true, email: true, measure: true });
    expect(await check("sms")).toMatchObject({ allowed: false, because: ["NO_CONSENT"] });
    expect(await check("whatsapp")).toMatchObject({ allowed: true });
    await failed(1, "131026");
    expect(await check("whatsapp")).toMatchObject({ allowed: true });
    await failed(30);
    expect(await check("whatsapp")).toMatchObject({ allowed: true });
    await failed(2);
    // The second in a week: two days from the last one on, and then it may be tried again.
    expect(await check("whatsapp")).toEqual({ allowed: false, because: ["HELD_BACK"], notBefore: inHours(46) });
    expect(await check("email")).toMatchObject({ allowed: true });
    await failed(0);
    expect(await check("whatsapp")).toMatchObject({ allowed: false, notBefore: inHours(4 * 24) });
    held.pass(4 * dayMs);
    expect(await check("whatsapp")).toMatchObject({ allowed: true });
  });

  it("R50: a link in a message ends its channel with one request, without a login, and says nothing of whom it is about", async () => {
    await decide("u", { email: true, sms: true, measure: true });
    const { body } = await ask<{ url: string; headers: Record<string, string> }>("POST", "/v1/contacts/unsubscribe-links", { customerId: "u" });
    expect(body.headers).toEqual({ "List-Unsubscribe": `<${body.url}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" });
    const { pathname } = new URL(body.url);
    const press = (payload: string, type = "application/x-www-form-urlencoded", path = pathname) =>
      held.sendRaw({ method: "POST", path, headers: { "content-type": type }, payload });
    const mayWrite = async (channel: "email" | "sms") =>
      (await ask("POST", "/v1/contacts/check", { customerId: "u", channel, address: channel === "email" ? "u@example.com" : "+923001112224" })).body
        .allowed;

    // Looking changes nothing, nor does a request that is not the one of the RFC.
    const seen = await held.sendRaw({ method: "GET", path: pathname, headers: { "accept-language": "id" } });
    expect([seen.status, seen.text.includes("Jangan tulis lagi"), seen.text.includes(">u<")]).toEqual([200, true, false]);
    expect((await press("yes=please")).status).toBe(400);
    expect(await mayWrite("email")).toBe(true);
    expect((await press("List-Unsubscribe=One-Click")).status).toBe(200);
    expect([await mayWrite("email"), await mayWrite("sms")]).toEqual([false, true]);
    const { records } = (await ask<{ records: ConsentRecord[] }>("GET", "/v1/consents/records?customerId=u")).body;
    expect(records.at(-1)).toMatchObject({ event: [{ event_state: "withdrawn", event_method: "one-click" }] });

    // As parts of a form, as some mail programs send it; again and again.
    await decide("u", { email: true });
    const parts = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
    for (let times = 0; times < 2; times++) expect((await press(parts, "multipart/form-data; boundary=b")).status).toBe(200);
    expect(await mayWrite("email")).toBe(false);

    // Another's token is none, and whoever is forgotten stays so.
    const token = pathname.split("/").at(-1)!;
    for (const other of [`x${token}`, `${token}.x`, token.slice(0, -4), token.replace(/\.(.)/, (_, first) => `.${first === "A" ? "B" : "A"}`), "a.b"])
      expect((await press("List-Unsubscribe=One-Click", undefined, `/privacy/unsubscribe/${other}`)).status, other).toBe(404);
    await ask("POST", "/v1/privacy/erasures", { customerId: "u" });
    await held.house.forget.runAll();
    expect((await press("List-Unsubscribe=One-Click")).status).toBe(200);
    const { personId } = await held.house.personIds.of(held.shopId, "customer", "u");
    expect(await held.house.store.identities.nameOf(held.shopId, personId)).toBeNull();
  });

  it("R50: text messages and calls are one yes and one no, and the page of either link says so", async () => {
    await decide("both", { sms: true });
    const agreed = async (channel: "sms" | "voice") => {
      const { body } = await ask<{ because: string[] }>("POST", "/v1/contacts/check", { customerId: "both", channel, address: "+923001112224" });
      return !body.because.includes("NO_CONSENT");
    };
    expect([await agreed("sms"), await agreed("voice")]).toEqual([true, true]);
    for (const channel of ["sms", "voice"]) {
      const { body } = await ask<{ url: string }>("POST", "/v1/contacts/unsubscribe-links", { customerId: "both", channel });
      const { text } = await held.sendRaw({ method: "GET", path: new URL(body.url).pathname });
      expect(text).toContain("SMS and calls");
      if (channel === "sms") continue;
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      await held.sendRaw({ method: "POST", path: new URL(body.url).pathname, headers, payload: "List-Unsubscribe=One-Click" });
    }
    expect([await agreed("sms"), await agreed("voice")]).toEqual([false, false]);
  });

  it("R49: caps of the laws for a channel, the person's budget over all of them, quiet hours where they are", async () => {
    await ask("PUT", "/v1/policy", { packs: ["gdpr", "pk"], overrides: { contact: { caps: { sms: { perDay: 1, perWeek: 2 } } } } });
    await decide("d", { sms: true, email: true, whatsapp: true, personalize: true, measure: true });
    const check = async (channel: string, more: object = {}) => {
      const address = channel === "email" ? "d@example.com" : "+923009999999";
      return (await ask("POST", "/v1/contacts/check", { customerId: "d", channel, address, ...more })).body;
    };
    const sent = async (name: string, hoursAgo: number) =>
      expect(
        (
          await ask("POST", "/v1/track", {
            type: "track",
            event: name,
            messageId: `sent-${name}-${hoursAgo}`,
            userId: "d",
            timestamp: new Date(held.now() - hoursAgo * 3_600_000).toISOString(),
          })
        ).status,
      ).toBe(200);
    const inHours = (hours: number) => new Date(held.now() + hours * 3_600_000).toISOString();
    expect(await check("sms")).toEqual({ allowed: true, because: [], notBefore: null });
    await sent("Message Sent: sms", 100);
    expect(await check("sms")).toMatchObject({ allowed: true });
    await sent("Message Sent: sms", 20);
    // One a day: four hours more. Two a week: when the first is a week old.
    expect(await check("sms")).toEqual({ allowed: false, because: ["CAP_REACHED"], notBefore: inHours(7 * 24 - 100) });
    expect(await check("email")).toMatchObject({ allowed: true });
    // What was sent somewhere counts everywhere.
    await ask("PUT", "/v1/preferences", { customerId: "d", frequency: { perWeek: 2 } });
    expect(await check("email")).toEqual({ allowed: false, because: ["BUDGET_SPENT"], notBefore: inHours(7 * 24 - 100) });
    await ask("PUT", "/v1/preferences", { customerId: "d", frequency: { perWeek: 0 } });
    expect(await check("email")).toEqual({ allowed: false, because: ["BUDGET_SPENT"], notBefore: null });
    await ask("PUT", "/v1/preferences", { customerId: "d", frequency: { perWeek: null } });
    // At noon in London it is five in the afternoon in Karachi, and late in the evening in Auckland.
    expect(await check("whatsapp", { timeZone: "Asia/Karachi" })).toMatchObject({ allowed: true });
    const late = await check("whatsapp", { timeZone: "Pacific/Auckland" });
    expect(late).toMatchObject({ allowed: false, because: ["QUIET_HOURS"] });
    expect(
      new Intl.DateTimeFormat("en-GB", { timeZone: "Pacific/Auckland", hour: "2-digit", minute: "2-digit" }).format(new Date(String(late.notBefore))),
    ).toBe("09:00");
    expect(await check("email", { timeZone: "Pacific/Auckland" })).toMatchObject({ allowed: true });
    const nowhere = await ask("POST", "/v1/contacts/check", { customerId: "d", channel: "sms", address: "+923009999999", timeZone: "Mars" });
    expect(nowhere).toMatchObject({ status: 400 });
    // What does not end by waiting has no time.
    expect(await check("sms", { customerId: "nobody", timeZone: "Pacific/Auckland" })).toMatchObject({ notBefore: null });
    await ask("PUT", "/v1/policy", { packs: ["gdpr"] });
  });
});
