import { expect, it } from "vitest";
import { purposes } from "#domain/purpose.ts";
import type { ConsentsReply } from "#server/contract/consents.ts";
import type { ShopReply } from "#server/contract/console.ts";
import type { ErrorReply } from "#server/contract/errors.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { basic, bearer, createApiClient } from "../../support/api-client.ts";
import type { ApiWorld } from "../../support/api-world.ts";

const stored = { success: true, accepted: 1, dropped: {}, rejected: [] };
const refusedByConsent = { success: true, accepted: 0, dropped: { NO_CONSENT: 1 }, rejected: [] };

async function eventsOf({ api }: ApiWorld): Promise<number> {
  return (await api.get<ShopReply>("/v1/shop")).body.events;
}

/** Keys, consents and the Segment calls. */
export function testCollecting(given: () => ApiWorld): void {
  it("opens to both kinds of key, sent either way, and to the write key in a Segment body", async () => {
    const { address, keys, keyless } = given();
    for (const authorization of [bearer(keys.serverKey), basic(keys.serverKey)])
      expect((await createApiClient(address, authorization).get("/v1/shop")).status).toBe(200);
    for (const authorization of [bearer(keys.writeKey), basic(keys.writeKey)]) {
      const client = createApiClient(address, authorization);
      expect((await client.put("/v1/consents", { customerId: "keyed", purposes: { share: false } })).status).toBe(200);
      expect((await client.get<ErrorReply>("/v1/shop")).body.error.code).toBe("KEY_NOT_ALLOWED");
    }
    const message = { writeKey: keys.writeKey, userId: "keyed", event: "Product Viewed", properties: { product_id: "tea-00" } };
    expect((await keyless.post<IngestReply>("/v1/track", message)).body).toEqual(refusedByConsent);
  });

  it("records what a person allows, word by word, and tells it again", async () => {
    const { api, pages } = given();
    const notice = "https://shop.example/privacy#v3";
    const put = await pages.put<ConsentsReply>("/v1/consents", {
      customerId: "conny",
      purposes: { personalize: true, email: false },
      notice,
      how: "preference-centre",
    });
    const get = await api.get<ConsentsReply>("/v1/consents?customerId=conny");
    // Whoever has the server key is told besides what may be asked; a write key is told what it has just said.
    const { mayAsk, child, ...told } = get.body;
    expect(told).toEqual(put.body);
    expect([mayAsk!.personalize!.because, mayAsk!.email!.because, mayAsk!.measure!.because, child]).toEqual([
      "given",
      "refused",
      "never-asked",
      false,
    ]);
    expect(get.body.decisions.map(({ purpose, granted, source }) => [purpose, granted, source]).sort()).toEqual([
      ["email", false, "person"],
      ["personalize", true, "person"],
    ]);
    for (const decision of get.body.decisions) expect(decision).toMatchObject({ notice, how: "preference-centre" });
    await pages.put("/v1/consents", { customerId: "conny", purposes: { personalize: false } });
    const changed = (await api.get<ConsentsReply>("/v1/consents?customerId=conny")).body.decisions;
    expect(changed.map(({ purpose, granted }) => [purpose, granted]).sort()).toEqual([
      ["email", false],
      ["personalize", false],
    ]);
  });

  it("answers for a person nobody has met with no decisions, and for nobody with an error", async () => {
    const { api } = given();
    const { mayAsk, ...decided } = (await api.get<ConsentsReply>("/v1/consents?customerId=nobody-yet")).body;
    expect(decided).toEqual({ purposes: {}, decisions: [], child: false });
    expect(Object.keys(mayAsk!).sort()).toEqual([...purposes].sort());
    for (const ask of Object.values(mayAsk!)) expect(ask).toEqual({ mayAsk: true, askAgainAt: null, because: "never-asked" });
    expect((await api.get<ErrorReply>("/v1/consents")).body.error.code).toBe("PERSON_MISSING");
  });

  it("takes every call of the Segment API, by itself and in a batch", async () => {
    const { pages } = given();
    await pages.put("/v1/consents", { customerId: "sigrid", purposes: { learn: true } });
    await pages.put("/v1/consents", { anonymousId: "sigrids-phone", purposes: { learn: true } });
    const who = { userId: "sigrid", anonymousId: "sigrids-phone" };
    const calls: readonly [string, Record<string, unknown>][] = [
      ["track", { ...who, event: "Product Viewed", properties: { product_id: "tea-00", name: "Tea number 0", price: 5 } }],
      ["track", { ...who, event: "Something Of Our Own", properties: { any: ["thing"] } }],
      ["identify", { ...who, traits: { email: "sigrid@shop.example" } }],
      ["page", { ...who, name: "Home", properties: { url: "https://shop.example/" } }],
      ["screen", { ...who, name: "Start" }],
      ["group", { ...who, groupId: "club", traits: { name: "The club" } }],
      ["alias", { userId: "sigrid", previousId: "sigrids-phone" }],
    ];
    for (const [call, message] of calls) expect((await pages.post<IngestReply>(`/v1/${call}`, message)).body, call).toEqual(stored);
    const batch = calls.map(([type, message]) => ({ ...message, type }));
    const together = await pages.post<IngestReply>("/v1/batch", { batch, sentAt: new Date().toISOString(), context: { library: { name: "test" } } });
    expect(together.body).toEqual({ ...stored, accepted: batch.length });
  });

  it("takes one message once, however often it is sent", async () => {
    const world = given();
    await world.pages.put("/v1/consents", { customerId: "twice", purposes: { measure: true } });
    const message = { messageId: "sent-twice", userId: "twice", event: "Product Viewed", properties: { product_id: "tools-00" } };
    expect((await world.pages.post<IngestReply>("/v1/track", message)).body).toEqual(stored);
    const before = await eventsOf(world);
    expect((await world.pages.post<IngestReply>("/v1/track", message)).body).toEqual({ ...stored, accepted: 0, dropped: { DUPLICATE: 1 } });
    const batch = [1, 2].map(() => ({ ...message, type: "track", messageId: "sent-twice-in-one-batch" }));
    expect((await world.pages.post<IngestReply>("/v1/batch", { batch })).body).toEqual({ ...stored, dropped: { DUPLICATE: 1 } });
    expect(await eventsOf(world)).toBe(before + 1);
  });

  it("keeps nothing of a person who allows nothing, not even their name", async () => {
    const world = given();
    const before = await eventsOf(world);
    for (const userId of ["stranger", "refuser"]) {
      if (userId === "refuser")
        await world.pages.put("/v1/consents", { customerId: userId, purposes: { personalize: false, learn: false, measure: false } });
      const message = { userId, event: "Product Viewed", properties: { product_id: "never-met", name: "Never met" } };
      expect((await world.pages.post<IngestReply>("/v1/track", message)).body).toEqual(refusedByConsent);
    }
    expect(await eventsOf(world)).toBe(before);
    expect((await world.api.get<ErrorReply>("/v1/customers/stranger")).body.error.code).toBe("CUSTOMER_UNKNOWN");
    expect((await world.api.get<ErrorReply>("/v1/items/never-met")).body.error.code).toBe("ITEM_UNKNOWN");
  });

  it("takes the good messages of a batch and says what is wrong with the others", async () => {
    const { pages } = given();
    await pages.put("/v1/consents", { customerId: "mixed", purposes: { learn: true } });
    const good = { type: "track", userId: "mixed", event: "Product Viewed", properties: { product_id: "tea-01" } };
    const { status, body } = await pages.post<IngestReply>("/v1/batch", {
      batch: [good, { ...good, timestamp: "not a time" }, "not a message", { ...good, userId: "stranger" }, { ...good, type: "mystery" }],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: false, accepted: 1, dropped: { NO_CONSENT: 1 } });
    expect(body.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, "EVENT_TIME_INVALID"],
      [2, "EVENT_INVALID"],
      [4, "EVENT_INVALID"],
    ]);
  });
}
