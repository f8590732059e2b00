import type { ProfileReply } from "#server/contract/profile.ts";
import type { OpenedRightsReply } from "#server/contract/rights.ts";
import type { Reply } from "../../support/api-client.ts";
import { type ApiWorld, allPurposes } from "../../support/api-world.ts";
import { waitUntil } from "../../support/wait-until.ts";

type GoodRequests = Record<string, () => Promise<Reply<unknown>>>;

const customerId = "documented";
const who = `customerId=${customerId}`;

/** What a person decided, was told and signed for; who may be written to, and how. */
export async function consentRequests({ api, pages, keyless }: ApiWorld): Promise<GoodRequests> {
  const { body: notice } = await pages.get<{ hash: string }>("/v1/notices/current");
  const { body: policy } = await api.get<{ packs: readonly string[] }>("/v1/policy");
  const { body: receipt } = await api.get(`/v1/consents/receipts?${who}`);
  return {
    "get /v1/consents/records": () => api.get(`/v1/consents/records?${who}`),
    "get /v1/consents/record-schema": () => keyless.get("/v1/consents/record-schema"),
    "get /v1/consents/receipts": () => api.get(`/v1/consents/receipts?${who}`),
    "post /v1/consents/receipts/verify": () => pages.post("/v1/consents/receipts/verify", { receipt }),
    "put /v1/notices": () => api.put("/v1/notices", { recipients: [{ name: "Parcel Post", purpose: "delivery" }] }),
    "get /v1/notices": () => api.get("/v1/notices"),
    "get /v1/notices/current": () => pages.get("/v1/notices/current"),
    "get /v1/notices/{hash}": () => keyless.get(`/v1/notices/${notice.hash}`),
    "put /v1/signals/age": () => pages.put("/v1/signals/age", { customerId: "documented-adult", ageBand: "adult" }),
    "get /v1/policy": () => api.get("/v1/policy"),
    "put /v1/policy": () => api.put("/v1/policy", { packs: policy.packs }),
    "get /.well-known/gpc.json": () => keyless.get("/.well-known/gpc.json"),
    "put /v1/contacts": () => api.put("/v1/contacts", { customerId, email: "documented@shop.example", basis: "contract" }),
    "get /v1/contacts": () => api.get(`/v1/contacts?${who}`),
    "post /v1/contacts/find": () => api.post("/v1/contacts/find", { email: "Documented@Shop.example" }),
    "post /v1/contacts/check": () => api.post("/v1/contacts/check", { customerId, channel: "email" }),
    "put /v1/contacts/suppressions": () =>
      api.put("/v1/contacts/suppressions", { channels: ["email"], source: "complaint", addresses: ["never@shop.example", "no address"] }),
    "delete /v1/contacts": () => api.delete(`/v1/contacts?${who}`),
  };
}

/** What a person wants done, what is known of them, and why they are shown what they are. */
export async function controlRequests({ api, pages, keyless, keys }: ApiWorld): Promise<GoodRequests> {
  const events = ["documented-seen", "documented-never"];
  for (const messageId of events)
    await pages.post("/v1/track", { messageId, userId: customerId, event: "Product Viewed", properties: { product_id: "tea-00" } });
  const { body: profile } = await api.get<ProfileReply>(`/v1/profile?${who}`);
  const kept = new Set(profile.known.latest.map(({ id }) => id));
  const lost = events.filter((id) => !kept.has(id));
  if (lost.length > 0) throw new Error(`the profile does not show ${lost.join(" and ")}`);
  const inference = encodeURIComponent("category: Everything");
  const trait = encodeURIComponent("shoe size");
  return {
    "put /v1/preferences": () =>
      api.put("/v1/preferences", {
        customerId,
        dataUse: "everything",
        frequency: { perDay: 2, perWeek: null },
        muted: { categories: ["Upper shelf"] },
      }),
    "get /v1/preferences": () => api.get(`/v1/preferences?${who}`),
    "post /v1/preferences/less": () => pages.post("/v1/preferences/less", { customerId, item: "tea-01" }),
    "delete /v1/preferences/less": () => api.delete(`/v1/preferences/less?${who}&item=tea-01`),
    "post /v1/preferences/more": () => api.post("/v1/preferences/more", { customerId, item: "tea-02" }),
    "delete /v1/preferences/more": () => api.delete(`/v1/preferences/more?${who}&item=tea-02`),
    "post /v1/preferences/mute": () => api.post("/v1/preferences/mute", { customerId, category: "Lower shelf" }),
    "post /v1/preferences/unmute": () => api.post("/v1/preferences/unmute", { customerId, category: "Lower shelf" }),
    "delete /v1/preferences/mute": () => api.delete(`/v1/preferences/mute?${who}&category=Upper+shelf`),
    "post /v1/preferences/pause": () => api.post("/v1/preferences/pause", { customerId, until: null }),
    "post /v1/preferences/resume": () => api.post("/v1/preferences/resume", { customerId }),
    "get /v1/profile": () => api.get(`/v1/profile?${who}`),
    "post /v1/profile/events/{id}/unused": () => api.post("/v1/profile/events/documented-seen/unused", { customerId, reason: "gift" }),
    "delete /v1/profile/events/{id}/unused": () => api.delete(`/v1/profile/events/documented-seen/unused?${who}`),
    "delete /v1/profile/events/{id}": () => api.delete(`/v1/profile/events/documented-never?${who}`),
    "delete /v1/profile/inferences/{key}": () => api.delete(`/v1/profile/inferences/${inference}?${who}`),
    "post /v1/profile/inferences/{key}": () => api.post(`/v1/profile/inferences/${inference}`, { customerId }),
    "put /v1/profile/traits/{key}": () => api.put(`/v1/profile/traits/${trait}`, { customerId, value: "42" }),
    "delete /v1/profile/traits/{key}": () => api.delete(`/v1/profile/traits/${trait}?${who}`),
    "post /v1/why": () => api.post("/v1/why", { surface: "similar", item: "tea-00", itemId: "tea-01", depth: "everything", locale: "ur" }),
    "get /v1/ranking": () => keyless.get(`/v1/ranking?${new URLSearchParams({ shop: keys.shop })}`),
    "post /v1/contacts/unsubscribe-links": () => api.post("/v1/contacts/unsubscribe-links", { customerId, channel: "email" }),
    "post /v1/privacy/links": () => api.post("/v1/privacy/links", { customerId, locale: "id" }),
  };
}

/** What people ask for by right, forgetting, and what is proven of it. */
export async function rightsRequests({ api, pages, keyless, keys }: ApiWorld): Promise<GoodRequests> {
  /** An open request of somebody who asks for nothing else. */
  async function asked(kind: string, by: Readonly<Record<string, unknown>>): Promise<string> {
    const { status, text, body } = await api.post<OpenedRightsReply>("/v1/rights-requests", { kind, ...by });
    if (status !== 201) throw new Error(`a request for ${kind} was answered ${status}: ${text}`);
    return `/v1/rights-requests/${body.request.id}`;
  }
  const access = await asked("access", { customerId });
  const portability = await asked("portability", { customerId });
  const unverified = await asked("access", { email: "somebody@shop.example" });
  const denied = await asked("access", { customerId: "documented-nobody" });
  const revoked = await asked("portability", { customerId: "documented-nobody" });
  const restriction = await asked("restriction", { customerId: "documented-restricted" });
  const byHand = await asked("rectification", { customerId });

  const forgotten = { customerId: "documented-forgotten" };
  await pages.put("/v1/consents", { ...forgotten, purposes: allPurposes });
  const { body: erasure } = await api.post<{ erasureId: string }>("/v1/privacy/erasures", forgotten);
  const erasurePath = `/v1/privacy/erasures/${erasure.erasureId}`;
  const certified = () =>
    waitUntil("the certificate of a forgetting", async () => {
      const reply = await api.get(`${erasurePath}/certificate`);
      return reply.status === 409 ? null : reply;
    });

  return {
    "post /v1/rights-requests": () => api.post("/v1/rights-requests", { kind: "objection", customerId: "documented-objector" }),
    "get /v1/rights-requests": () => api.get("/v1/rights-requests"),
    "get /v1/rights-requests/{id}": () => api.get(access),
    "post /v1/rights-requests/{id}/verify": () => api.post(`${unverified}/verify`, { by: "a call back" }),
    "post /v1/rights-requests/{id}/extend": () => api.post(`${portability}/extend`, { reason: "there is a great deal of it" }),
    "post /v1/rights-requests/{id}/fulfil": () => api.post(`${access}/fulfil`, {}),
    "get /v1/rights-requests/{id}/export": () => api.get(`${portability}/export?format=json`),
    "post /v1/rights-requests/{id}/deny": () => api.post(`${denied}/deny`, { reason: "no_match", words: "Nobody is known here by that name." }),
    "post /v1/rights-requests/{id}/lift": () => api.post(`${restriction}/lift`, { reason: "what was disputed is settled" }),
    "post /v1/rights-requests/{id}/done": () => api.post(`${byHand}/done`, {}),
    "delete /v1/rights-requests/{id}": () => api.delete(revoked),
    "get /v1/privacy/export": () => api.get(`/v1/privacy/export?${who}`),
    "post /v1/privacy/identify": () => keyless.post("/v1/privacy/identify", { shop: keys.shop, email: "somebody@shop.example" }),
    "post /v1/privacy/erasures": () => api.post("/v1/privacy/erasures", { anonymousId: "documented-elsewhere-forgotten" }),
    "get /v1/privacy/erasures/{erasureId}": () => api.get(erasurePath),
    "get /v1/privacy/erasures/{erasureId}/certificate": certified,
    "get /v1/privacy/keys": () => keyless.get(`/v1/privacy/keys?${new URLSearchParams({ shop: keys.shop })}`),
    "get /v1/privacy/verify-signed.mjs": () => keyless.get("/v1/privacy/verify-signed.mjs"),
    "get /v1/privacy/verify-audit.mjs": () => keyless.get("/v1/privacy/verify-audit.mjs"),
  };
}

/** Who did what with people's data, documents about it, and breaches. */
export async function accountRequests({ api }: ApiWorld): Promise<GoodRequests> {
  const { body: breach } = await api.post<{ breachId: string }>("/v1/breaches", { what: "key", since: "2026-01-10" });
  return {
    "get /v1/audit": () => api.get("/v1/audit"),
    "get /v1/audit/verify": () => api.get("/v1/audit/verify"),
    "get /v1/records/{kind}": () => api.get("/v1/records/ropa"),
    "post /v1/breaches": () => api.post("/v1/breaches", { what: "database", since: "2026-01-10" }),
    "get /v1/breaches": () => api.get("/v1/breaches"),
    "get /v1/breaches/{id}": () => api.get(`/v1/breaches/${breach.breachId}`),
    "get /v1/breaches/{id}/affected": () => api.get(`/v1/breaches/${breach.breachId}/affected`),
    "post /v1/breaches/{id}/close": () => api.post(`/v1/breaches/${breach.breachId}/close`, {}),
  };
}
