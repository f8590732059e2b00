import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { surfaces } from "#domain/recommendation.ts";
import type { PreferencesReply } from "#server/contract/preferences.ts";
import type { ProfileReply } from "#server/contract/profile.ts";
import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";
import { tasteItems, tasteOrders } from "../support/two-tastes.ts";

// What a person chooses and corrects, through the API: who may say it, what it changes, and that it changes it at once.

let held: HeldHouse;
let people = 0;
const dayMs = 86_400_000;
const fresh = (kind = "person") => `${kind}-${++people}`;

type Reply<Body> = { readonly status: number; readonly body: Body };
async function send<Body = { success: boolean; preferences?: PreferencesReply; error?: { code: string; detail?: string } }>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
  key: "server" | "write" = "server",
): Promise<Reply<Body>> {
  const { status, text } = await held.sendRaw({
    method,
    path,
    headers: {
      authorization: `Bearer ${key === "server" ? held.keys.serverKey : held.keys.writeKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status, body: JSON.parse(text) as Body };
}
async function ok<Body>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<Body> {
  const reply = await send<Body>(method, path, body);
  if (reply.status !== 200) throw new Error(`${method} ${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply.body;
}
const code = ({ body }: Reply<{ error?: { code: string } }>) => body.error?.code;
const agree = (customerId: string, purposes: Record<string, boolean> = { personalize: true, learn: true, measure: true }) =>
  ok("PUT", "/v1/consents", { customerId, purposes });
const act = (customerId: string, event: string, item: string, more: Record<string, unknown> = {}) =>
  ok<{ accepted: number; dropped: Record<string, number> }>("POST", "/v1/track", {
    userId: customerId,
    event,
    messageId: `e-${++people}`,
    timestamp: new Date(held.now()).toISOString(),
    properties: { order_id: `o-${people}`, products: [{ product_id: item, price: 9, quantity: 1 }] },
    ...more,
  });
const recommend = (customerId: string, more: Record<string, unknown> = {}) =>
  ok<RecommendationsReply>("POST", "/v1/recommendations", { customerId, surface: "for-you", n: 20, explain: "full", preview: true, ...more });
const shown = async (customerId: string, more: Record<string, unknown> = {}) => (await recommend(customerId, more)).items.map(({ id }) => id);
const chosen = (customerId: string) => ok<PreferencesReply>("GET", `/v1/preferences?customerId=${customerId}`);
const profile = (customerId: string) => ok<ProfileReply>("GET", `/v1/profile?customerId=${customerId}`);

beforeAll(async () => {
  held = await openHeldHouse();
  const sold = tasteItems.map((item, at) => ({ ...item, brand: at % 3 === 0 ? "Acme" : "Other" }));
  const prayer = { id: "mat", title: "Mat", categories: ["Everything", "Prayer mats"], price: 30, brand: "Acme" };
  await ok("PUT", "/v1/items", { items: [...sold, prayer] });
  const orders = tasteOrders(held.now());
  for (const customerId of new Set(orders.map((order) => order.customerId))) await agree(customerId);
  await ok("POST", "/v1/batch", { batch: orders.map(({ message }) => message) });
  // Whoever bought the mat bought tools: without care, a mat would speak for tools.
  for (let at = 0; at < 8; at++) {
    await agree(`mat-${at}`);
    for (const item of ["mat", "tools-01", "tools-02"]) await act(`mat-${at}`, "Order Completed", item);
  }
  await held.house.learner.learn(held.shopId);
  held.pass(1000);
});
afterAll(() => held.close());

describe("limits", () => {
  it("less and mute hold on every surface at once, with consent and without", async () => {
    for (const consent of [true, false]) {
      const who = fresh();
      if (consent) {
        await agree(who);
        await act(who, "Order Completed", "tea-01");
      }
      await ok("POST", "/v1/preferences/less", { customerId: who, item: "tea-02" });
      await ok("POST", "/v1/preferences/mute", { customerId: who, category: "Upper shelf" });
      for (const surface of surfaces) {
        const items = await shown(who, { surface, item: "tea-01", basket: ["tea-01"], n: 100 });
        expect(items, surface).not.toContain("tea-02");
        expect(
          items.filter((id) => id !== "mat" && Number(id.slice(-2)) % 2 === 0),
          surface,
        ).toEqual([]);
      }
      await ok("POST", "/v1/preferences/unmute", { customerId: who, category: "Upper shelf" });
      expect(await shown(who, { surface: "popular", n: 100 })).toContain("tea-04");
      await ok("POST", "/v1/preferences/mute", { customerId: who, brand: "Acme" });
      expect(await shown(who, { surface: "popular", n: 100 })).not.toContain("tea-03");
    }
  });

  it("a write key may only limit, and learns nothing", async () => {
    const who = fresh();
    await agree(who);
    const page = <Body = { success: boolean; preferences?: unknown; error?: { code: string } }>(
      method: "POST" | "PUT" | "GET" | "DELETE",
      path: string,
      body?: unknown,
    ) => send<Body>(method, path, body, "write");
    expect(code(await page("GET", `/v1/preferences?customerId=${who}`))).toBe("KEY_NOT_ALLOWED");
    expect(code(await page("GET", `/v1/profile?customerId=${who}`))).toBe("KEY_NOT_ALLOWED");
    for (const [path, body] of [
      ["/v1/preferences/more", { item: "tea-01" }],
      ["/v1/preferences/unmute", { category: "Upper shelf" }],
      ["/v1/preferences/resume", {}],
    ] as const)
      expect(code(await page("POST", path, { customerId: who, ...body })), path).toBe("KEY_NOT_ALLOWED");
    expect(code(await page("PUT", "/v1/preferences", { customerId: who, dataUse: null }))).toBe("KEY_NOT_ALLOWED");
    expect(code(await page("PUT", "/v1/preferences", { customerId: who, more: { items: ["tea-01"] } }))).toBe("KEY_NOT_ALLOWED");
    await ok("PUT", "/v1/preferences", { customerId: who, dataUse: "visit", frequency: { perWeek: 2 }, less: ["tea-01"] });
    // The same words whether it lowered anything or not.
    for (const body of [{ dataUse: "everything" }, { dataUse: "page" }, { frequency: { perWeek: 9 } }, { less: ["tea-02"] }])
      expect(await page("PUT", "/v1/preferences", { customerId: who, ...body })).toEqual({ status: 200, body: { success: true } });
    expect(await chosen(who)).toMatchObject({ dataUse: { chosen: "page" }, frequency: { perWeek: 2 }, less: ["tea-01", "tea-02"] });
  });

  it("says what is unknown or malformed, and changes nothing", async () => {
    const who = fresh();
    const refused: [string, string, object, string][] = [
      ["POST", "/v1/preferences/less", { item: "no-such" }, "ITEM_UNKNOWN"],
      ["POST", "/v1/preferences/less", {}, "REQUEST_INVALID"],
      ["POST", "/v1/preferences/less", { item: "a\u0000b" }, "ID_INVALID"],
      ["POST", "/v1/preferences/mute", { category: "No such shelf" }, "PREFERENCE_INVALID"],
      ["POST", "/v1/preferences/mute", { brand: "No such brand" }, "PREFERENCE_INVALID"],
      ["POST", "/v1/preferences/mute", {}, "REQUEST_INVALID"],
      ["POST", "/v1/preferences/more", { item: "tea-01" }, "CONSENT_NEEDED"],
      ["POST", "/v1/preferences/pause", { until: "2020-01-01T00:00:00Z" }, "PREFERENCE_INVALID"],
      ["POST", "/v1/preferences/pause", { until: "soon" }, "REQUEST_INVALID"],
      ["PUT", "/v1/preferences", { dataUse: "some" }, "REQUEST_INVALID"],
      ["PUT", "/v1/preferences", { frequency: { perDay: 1.5 } }, "REQUEST_INVALID"],
      ["PUT", "/v1/preferences", { frequency: { perWeek: 501 } }, "PREFERENCE_INVALID"],
      ["PUT", "/v1/preferences", { nonsense: 1 }, "REQUEST_INVALID"],
    ];
    for (const [method, path, body, expected] of refused)
      expect(code(await send(method as "POST", path, { customerId: who, ...body })), `${path} ${JSON.stringify(body)}`).toBe(expected);
    expect(code(await send("POST", "/v1/preferences/less", { item: "tea-01" }))).toBe("PERSON_MISSING");
    expect(await chosen(who)).toMatchObject({ less: [], muted: { categories: [], brands: [] }, paused: null, dataUse: { chosen: null } });
  });

  it("over all names of a person the lowest level and every limit holds; what they say later replaces it", async () => {
    const [who, device] = [fresh(), fresh("device")];
    await agree(who);
    await ok("PUT", "/v1/preferences", { anonymousId: device, dataUse: "page", less: ["tea-01"] });
    await ok("PUT", "/v1/preferences", { customerId: who, dataUse: "purchases", less: ["tea-02"] });
    expect((await chosen(who)).dataUse).toMatchObject({ chosen: "purchases", inForce: "purchases" });
    await ok("POST", "/v1/identify", { userId: who, anonymousId: device, messageId: fresh("link") });
    expect(await chosen(who)).toMatchObject({ dataUse: { chosen: "page", inForce: "page" }, less: ["tea-01", "tea-02"] });
    expect(await recommend(who)).toMatchObject({ personalized: false, notices: [{ code: "DATA_USE" }] });
    await ok("PUT", "/v1/preferences", { customerId: who, dataUse: "everything" });
    expect((await chosen(who)).dataUse).toMatchObject({ chosen: "everything", inForce: "everything" });
    await ok("DELETE", `/v1/preferences/less?customerId=${who}&item=tea-01`);
    expect((await chosen(who)).less).toEqual(["tea-02"]);
  });

  it("in a pause nothing is used, and nothing is kept for it; afterwards neither comes back", async () => {
    const who = fresh();
    await agree(who, { personalize: true, learn: true });
    await act(who, "Order Completed", "tea-01");
    expect((await recommend(who)).personalized).toBe(true);
    await ok("POST", "/v1/preferences/pause", { customerId: who, until: new Date(held.now() + dayMs).toISOString() });
    expect(await recommend(who)).toMatchObject({ personalized: false, dataUse: "nothing", notices: [{ code: "DATA_USE" }] });
    expect(await act(who, "Order Completed", "tools-01")).toMatchObject({ accepted: 0, dropped: { NO_CONSENT: 1 } });
    const inPause = new Date(held.now()).toISOString();
    held.pass(2 * dayMs);
    expect((await recommend(who)).personalized).toBe(true);
    // Told late: it happened in the pause.
    expect(await act(who, "Order Completed", "tools-02", { timestamp: inPause })).toMatchObject({ accepted: 0 });
    expect((await profile(who)).known.latest.map(({ items }) => items[0]!.id)).toEqual(["tea-01"]);
    // With leave to measure it is kept, for reports alone.
    await agree(who, { measure: true });
    await ok("POST", "/v1/preferences/pause", { customerId: who });
    expect(await act(who, "Order Completed", "tools-03")).toMatchObject({ accepted: 1 });
    await ok("POST", "/v1/preferences/resume", { customerId: who });
    expect((await profile(who)).known.latest.find(({ items }) => items[0]!.id === "tools-03")).toMatchObject({
      used: false,
      unusedBecause: "not-agreed-then",
    });
    expect(JSON.stringify(await recommend(who))).not.toContain('"item":"tools-03"');
  });

  it("R52: the budget of messages is shown with what is spent of it, and can be changed", async () => {
    const who = fresh();
    await agree(who);
    await ok("PUT", "/v1/preferences", { customerId: who, frequency: { perDay: 1, perWeek: 3 } });
    expect((await chosen(who)).frequency).toEqual({ perDay: 1, perWeek: 3, spent: { lastDay: 0, lastWeek: 0 } });
    for (const days of [0.5, 3, 9])
      await act(who, "Message Sent", "tea-01", { timestamp: new Date(held.now() - days * dayMs).toISOString(), messageId: fresh("sent") });
    expect((await chosen(who)).frequency.spent).toEqual({ lastDay: 1, lastWeek: 2 });
    await ok("PUT", "/v1/preferences", { customerId: who, frequency: { perDay: null, perWeek: 0 } });
    expect((await chosen(who)).frequency).toMatchObject({ perDay: null, perWeek: 0 });
  });
});

describe("more", () => {
  it("adds a reason of its own, and the reasons still add up to the last bit", async () => {
    const who = fresh();
    await agree(who);
    await act(who, "Order Completed", "tea-01");
    const before = await recommend(who);
    await ok("POST", "/v1/preferences/more", { customerId: who, brand: "Acme" });
    const after = await recommend(who);
    const wished = after.items.flatMap(({ id, reasons }) => reasons.filter(({ kind }) => kind === "choice").map(({ label }) => [id, label]));
    expect(wished.length).toBeGreaterThan(3);
    expect(new Set(wished.map(([, label]) => label))).toEqual(new Set(["more of brand: Acme"]));
    for (const { score, reasons } of after.items) expect(reasons.reduce((sum, { contribution }) => sum + contribution, 0)).toBe(score);
    const place = (reply: RecommendationsReply, brand: boolean) =>
      reply.items.findIndex(({ id }) => brand === (Number(id.slice(-2)) % 1 === 0 && wished.some(([wish]) => wish === id)));
    expect(place(after, true)).toBe(0);
    expect(after.items.map(({ id }) => id)).not.toEqual(before.items.map(({ id }) => id));
    // Not where their past may not be used, and not at a level that uses nothing of theirs.
    expect(JSON.stringify(await recommend(who, { dataUse: "page" }))).not.toContain("choice");
    await ok("DELETE", `/v1/preferences/more?customerId=${who}&brand=Acme`);
    expect((await recommend(who)).items).toEqual(before.items);
  });

  it("the level goes down by what somebody does, never below the visit, and up only with a word of theirs", async () => {
    const who = fresh();
    await agree(who);
    const inForce = async () => (await chosen(who)).dataUse;
    expect(await inForce()).toMatchObject({ inForce: "everything", cause: null });
    for (const item of ["tea-01", "tea-02"]) await ok("POST", "/v1/preferences/less", { customerId: who, item, afterWhy: true });
    expect(await inForce()).toMatchObject({ inForce: "purchases", cause: "adapted", chosen: null });
    for (const name of ["Tea", "Tools"]) await ok("DELETE", `/v1/profile/inferences/${encodeURIComponent(`category: ${name}`)}?customerId=${who}`);
    expect(await inForce()).toMatchObject({ inForce: "visit", cause: "adapted" });
    // Taking the corrections back raises nothing by itself.
    for (const name of ["Tea", "Tools"]) await ok("POST", `/v1/profile/inferences/${encodeURIComponent(`category: ${name}`)}`, { customerId: who });
    await ok("DELETE", `/v1/preferences/less?customerId=${who}&item=tea-01`);
    expect((await inForce()).inForce).toBe("visit");
    await ok("PUT", "/v1/preferences", { customerId: who, dataUse: "everything" });
    expect((await inForce()).inForce).toBe("everything");
    // A higher level is suggested to whoever chose a low one and asks for more and more; it is not taken.
    const other = fresh();
    await agree(other);
    await ok("PUT", "/v1/preferences", { customerId: other, dataUse: "visit", more: { items: ["tea-01", "tea-02"], categories: ["Upper shelf"] } });
    expect((await chosen(other)).dataUse).toMatchObject({ inForce: "visit", suggestion: "purchases" });
  });

  it("R23: the way to what is not personalized stands in every answer, and is one step", async () => {
    const who = fresh();
    await agree(who);
    await act(who, "Order Completed", "tea-01");
    for (const surface of surfaces) {
      const page = { surface, item: "tea-01", basket: ["tea-01"] };
      const { notPersonalized } = await recommend(who, page);
      expect(notPersonalized.active, surface).toBe(false);
      const off = await recommend(who, { ...page, ...notPersonalized.request });
      expect([off.dataUse, off.personalized, off.notPersonalized.active], surface).toEqual(["nothing", false, true]);
      expect(off.items, surface).toEqual(
        (await recommend(fresh("stranger"), { ...page, item: "tools-01", basket: ["tools-02"], dataUse: "nothing" })).items,
      );
    }
    const { always } = (await recommend(who)).notPersonalized;
    await send(always.method as "PUT", always.path, { customerId: who, ...always.body }, "write");
    expect(await recommend(who)).toMatchObject({ dataUse: "nothing", notPersonalized: { active: true } });
  });
});

describe("the profile", () => {
  it("R32: what is known and inferred is shown with its arithmetic; a deleted inference stays deleted and is not used", async () => {
    const who = fresh();
    await agree(who);
    await act(who, "Order Completed", "tea-01");
    await act(who, "Order Completed", "tools-04");
    const before = await profile(who);
    expect(before.known.groups).toMatchObject([{ type: "purchase", source: "shop-event", count: 2 }]);
    expect(before.known.latest[0]).toMatchObject({
      items: [{ id: "tools-04", title: "Tool number 4", quantity: 1 }],
      used: true,
      unusedBecause: null,
    });
    const shelf = before.inferred.find(({ key }) => key === "category: Lower shelf")!;
    expect(shelf).toMatchObject({ kind: "category", name: "Lower shelf", share: 0.5, because: [{ event: before.known.latest[1]!.id }] });
    for (const { kind, weight, because } of before.inferred)
      if (kind !== "reorder") expect(because.reduce((sum, { contribution }) => sum + contribution, 0)).toBe(weight);
    const { delete: control } = shelf.controls;
    await ok(control.method as "DELETE", `${control.path}?customerId=${who}`);
    const after = await profile(who);
    expect(after.inferred.map(({ key }) => key)).not.toContain("category: Lower shelf");
    expect(after.changes).toMatchObject([{ action: "set", kind: "suppressed", key: "category: Lower shelf", by: "shop" }, { kind: "act" }]);
    // What spoke for it is not asked with any more, and more of the same does not bring it back.
    expect(JSON.stringify(await recommend(who))).not.toContain('"item":"tea-01"');
    expect(JSON.stringify(await recommend(who))).toContain('"item":"tools-04"');
    await act(who, "Order Completed", "tea-03");
    expect((await profile(who)).inferred.map(({ key }) => key)).not.toContain("category: Lower shelf");
    expect(JSON.stringify(await recommend(who))).not.toContain('"item":"tea-03"');
    expect(code(await send("DELETE", `/v1/profile/inferences/nonsense?customerId=${who}`))).toBe("PREFERENCE_INVALID");
  });

  it("R32: a gift is used for nothing and stays in the records; a deleted event is gone from everything, the counts too", async () => {
    const who = fresh();
    await agree(who);
    for (const item of ["tea-01", "tools-04"]) await act(who, "Order Completed", item);
    const [tools, tea] = (await profile(who)).known.latest;
    await ok("POST", `/v1/profile/events/${tools!.id}/unused`, { customerId: who, reason: "gift" });
    expect(JSON.stringify(await recommend(who))).not.toContain('"item":"tools-04"');
    const gifted = await profile(who);
    expect(gifted.known.latest[0]).toMatchObject({ id: tools!.id, used: false, unusedBecause: "gift" });
    expect(gifted.inferred.flatMap(({ because }) => because.map(({ event }) => event))).not.toContain(tools!.id);
    await ok("DELETE", `/v1/profile/events/${tools!.id}/unused?customerId=${who}`);
    expect(JSON.stringify(await recommend(who))).toContain('"item":"tools-04"');

    await ok("DELETE", `/v1/profile/events/${tea!.id}?customerId=${who}`);
    expect((await profile(who)).known.latest.map(({ id }) => id)).toEqual([tools!.id]);
    expect((await profile(who)).changes.at(-1)).toMatchObject({ action: "delete-event", key: tea!.id });
    expect(JSON.stringify(await recommend(who))).not.toContain('"item":"tea-01"');
    const counted = await held.house.learner.learn(held.shopId);
    expect(counted).toBeDefined();
    expect(code(await send("DELETE", `/v1/profile/events/${tea!.id}?customerId=${who}`))).toBe("EVENT_UNKNOWN");
    // Nobody reaches another's events.
    expect(code(await send("DELETE", `/v1/profile/events/${tools!.id}?customerId=${fresh()}`))).toBe("EVENT_UNKNOWN");
  });

  it("R32: what they say of themselves is kept, and a preferred category is asked for more of", async () => {
    const who = fresh();
    await agree(who);
    await ok("PUT", "/v1/profile/traits/shoe%20size", { customerId: who, value: "42" });
    await ok("PUT", "/v1/profile/traits/preferred%20category", { customerId: who, value: "Upper shelf" });
    expect((await profile(who)).preferences).toMatchObject({ traits: { "shoe size": "42" }, more: { categories: ["Upper shelf"] } });
    expect(JSON.stringify(await recommend(who))).toContain("more of category: Upper shelf");
    await ok("DELETE", `/v1/profile/traits/shoe%20size?customerId=${who}`);
    expect((await profile(who)).preferences.traits).toEqual({});
  });

  it("is theirs without consent too; then nothing is inferred", async () => {
    const who = fresh();
    await agree(who, { personalize: false, learn: true });
    await act(who, "Order Completed", "tea-01");
    const seen = await profile(who);
    expect([seen.known.latest.length, seen.inferring, seen.inferred]).toEqual([1, "not-allowed", []]);
    expect(seen.known.latest[0]).toMatchObject({ used: false, unusedBecause: "not-agreed-then" });
  });

  it("says when something is likely to be bought again, and not once that is deleted", async () => {
    const who = fresh();
    await agree(who);
    for (const days of [60, 30, 0])
      await act(who, "Order Completed", "tea-01", { timestamp: new Date(held.now() - days * dayMs).toISOString(), messageId: fresh("again") });
    const reorder = (await profile(who)).inferred.find(({ kind }) => kind === "reorder")!;
    expect(reorder).toMatchObject({ key: "reorder: tea-01", weight: 30, expectedAt: new Date(held.now() + 30 * dayMs).toISOString(), sure: 0.5 });
    expect(await shown(who, { surface: "reorder" })).toEqual(["tea-01"]);
    await ok("DELETE", `/v1/profile/inferences/${encodeURIComponent("reorder: tea-01")}?customerId=${who}`);
    expect(await shown(who, { surface: "reorder" })).toEqual([]);
  });

  it("R41: what tells of somebody's religion is inferred of nobody, shown to nobody and shapes nothing", async () => {
    const [who, other] = [fresh(), fresh()];
    for (const customerId of [who, other]) {
      await agree(customerId);
      await act(customerId, "Order Completed", "tea-01");
    }
    await act(who, "Order Completed", "mat");
    // Both have bought tea alone as far as any answer may know; the mat itself is withheld from whoever has it.
    const withoutMat = ({ items }: RecommendationsReply) => items.filter(({ id }) => id !== "mat").map(({ id, score }) => [id, score]);
    expect(withoutMat(await recommend(who, { n: 100 }))).toEqual(withoutMat(await recommend(other, { n: 100 })));
    const seen = await profile(who);
    expect(JSON.stringify(seen.inferred)).not.toContain("Prayer");
    expect(seen.known.latest.map(({ items }) => items[0]!.id)).toContain("mat");
    expect(code(await send("PUT", "/v1/profile/traits/religion", { customerId: who, value: "any" }))).toBe("PREFERENCE_INVALID");
    expect(code(await send("POST", "/v1/preferences/more", { customerId: who, category: "Prayer mats" }))).toBe("PREFERENCE_INVALID");
    // Not to be shown it is a limit, and always allowed.
    await ok("POST", "/v1/preferences/mute", { customerId: who, category: "Prayer mats" });
    expect(await shown(who, { surface: "popular", n: 100 })).not.toContain("mat");
  });
});
