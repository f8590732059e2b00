import { expect, it } from "vitest";
import type { ErrorReply } from "#server/contract/errors.ts";
import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import type { ApiWorld } from "../../support/api-world.ts";

type IdentityReply = { names: { kind: string; id: string }[]; links: { kind: string; customerId: string | null; undone: boolean }[] };
type Names = { readonly customerId?: string; readonly anonymousId?: string };

/** Who is whom, and what follows for what is shown. */
export function testIdentifying(given: () => ApiWorld): void {
  const allow = async (names: Names) =>
    expect((await given().pages.put("/v1/consents", { ...names, purposes: { personalize: true } })).status).toBe(200);
  async function take(type: string, message: object): Promise<void> {
    const { body, text } = await given().pages.post<IngestReply>(`/v1/${type}`, message);
    expect(body.accepted, text).toBe(1);
  }
  const view = (names: object, itemId: string) => take("track", { ...names, event: "Product Viewed", properties: { product_id: itemId } });
  async function causes(names: Names): Promise<string[]> {
    const ask = { surface: "for-you", explain: "full", preview: true, ...names };
    const { body } = await given().api.post<RecommendationsReply>("/v1/recommendations", ask);
    return [
      ...new Set(body.items.flatMap(({ reasons }) => reasons.flatMap(({ kind, item }) => (kind === "event" && item !== undefined ? [item] : [])))),
    ].sort();
  }
  const identify = (userId: string, anonymousId: string) => take("identify", { userId, anonymousId });
  const manage = async (verb: string, body: unknown) => (await given().api.post<ErrorReply>(`/v1/identities/${verb}`, body)).body;

  it("the first answer after a sign-in knows the device's history, and the device the customer's", async () => {
    await allow({ anonymousId: "ida-phone" });
    await view({ anonymousId: "ida-phone" }, "tea-01");
    expect(await causes({ customerId: "ida" })).toEqual([]);
    expect(await causes({ customerId: "ida", anonymousId: "ida-phone" })).toEqual(["tea-01"]);
    await identify("ida", "ida-phone");
    expect(await causes({ customerId: "ida" })).toEqual(["tea-01"]);
    await view({ userId: "ida" }, "tea-02");
    expect(await causes({ anonymousId: "ida-phone" })).toEqual(["tea-01", "tea-02"]);
  });

  it("on a device that changes hands nobody meets what another did", async () => {
    await allow({ customerId: "jon" });
    await identify("jon", "ida-phone");
    await view({ anonymousId: "ida-phone" }, "tools-01");
    expect([await causes({ customerId: "jon" }), await causes({ customerId: "ida" })]).toEqual([["tools-01"], ["tea-01", "tea-02"]]);
    const notMe = await given().pages.post("/v1/identities/not-me", { anonymousId: "ida-phone", userId: "jon" });
    expect(notMe.body).toEqual({ success: true });
    expect(await causes({ anonymousId: "ida-phone" })).toEqual([]);
    const stranger = { anonymousId: "ida-phone", event: "Product Viewed", properties: { product_id: "tea-03" } };
    expect((await given().pages.post<IngestReply>("/v1/track", stranger)).body.dropped).toEqual({ NO_CONSENT: 1 });
    expect(await causes({ customerId: "jon" })).toEqual(["tools-01"]);
  });

  it("merges two customers, shows it, and takes them apart again", async () => {
    expect(await manage("merge", { from: "jon", into: { customerId: "ida" } })).toEqual({ success: true });
    expect(await causes({ customerId: "jon" })).toEqual(["tea-01", "tea-02", "tools-01"]);
    const { body } = await given().api.get<IdentityReply>("/v1/identities?customerId=jon");
    expect(body.names.map(({ id }) => id).sort()).toEqual(["ida", "ida-phone", "jon"]);
    expect(body.links.filter(({ kind, undone }) => kind === "merge" && !undone)).toHaveLength(1);
    expect(await manage("unmerge", { from: "jon", into: "ida" })).toEqual({ success: true });
    expect([await causes({ customerId: "jon" }), await causes({ customerId: "ida" })]).toEqual([["tools-01"], ["tea-01", "tea-02"]]);
  });

  it("says what is wrong with a merge, and lets no page do it", async () => {
    const { api, pages } = given();
    const long = "x".repeat(10_000);
    const told = async (path: string, body: unknown, client = api) => {
      const { status, body: reply } = await client.post<ErrorReply>(`/v1/identities/${path}`, body);
      return [status, reply.error?.code];
    };
    expect(await told("unmerge", { from: "jon", into: "ida" })).toEqual([409, "IDENTITY_NOT_MERGED"]);
    expect(await told("merge", { from: "jon", into: "jon" })).toEqual([400, "REQUEST_INVALID"]);
    expect(await told("merge", { from: "jon", into: "never met" })).toEqual([404, "CUSTOMER_UNKNOWN"]);
    expect(await told("merge", { from: { customerId: "jon", anonymousId: "b" }, into: "ida" })).toEqual([400, "REQUEST_INVALID"]);
    expect(await told("merge", { from: {}, into: "ida" })).toEqual([400, "REQUEST_INVALID"]);
    expect(await told("merge", { into: "ida" })).toEqual([400, "REQUEST_INVALID"]);
    expect(await told("merge", { from: long, into: "ida" })).toEqual([400, "ID_INVALID"]);
    expect(await told("merge", { from: "jon", into: "ida" }, pages)).toEqual([403, "KEY_NOT_ALLOWED"]);
    expect(await told("not-me", { userId: "jon" }, pages)).toEqual([400, "PERSON_MISSING"]);
    expect(await told("not-me", { anonymousId: long }, pages)).toEqual([400, "ID_INVALID"]);
    expect((await pages.get("/v1/identities?customerId=ida")).status).toBe(403);
    expect((await api.get("/v1/identities?customerId=never-met")).status).toBe(404);
    expect((await api.get(`/v1/identities?customerId=${long}`)).status).toBe(400);
    expect((await given().other.get("/v1/identities?customerId=ida")).status).toBe(404);
  });

  it("takes aliases as they come: to oneself, in a circle, with an empty or no earlier name", async () => {
    await allow({ customerId: "ali" });
    for (const previousId of ["ali", "alo", "ali-phone"]) await take("alias", { userId: "ali", previousId });
    await take("alias", { userId: "alo", previousId: "ali" });
    await given().pages.post("/v1/alias", { userId: "ali", previousId: "" });
    await given().pages.post("/v1/alias", { userId: "ali" });
    await view({ userId: "alo" }, "tools-02");
    expect(await causes({ customerId: "ali" })).toEqual(["tools-02"]);
  });

  it("counts the links it refuses, for whoever keeps the server running", async () => {
    const { body } = await given().keyless.get<{ identityLimits: Record<string, number> }>("/health");
    expect(body.identityLimits).toEqual({ names: 0, device: 0 });
    expect((await given().keyless.get("/metrics")).text).toContain('rapport_identity_limit_total{reason="names"} 0');
  });
}
