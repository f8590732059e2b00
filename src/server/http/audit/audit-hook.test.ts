import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditActions } from "#privacy/audit/audit-actions.ts";
import { type HeldHouse, openHeldHouse } from "../../../../tests/support/held-house.ts";
import { routesOf } from "../../../../tests/support/route-table.ts";
import { buildApp } from "../build-app.ts";
import { auditedRoutes, unauditedRoutes } from "./audited-routes.ts";

let held: HeldHouse;
beforeAll(async () => {
  held = await openHeldHouse();
  await held.send("PUT", "/v1/consents", { customerId: "anna", purposes: { personalize: true, measure: true } });
}, 120_000);
afterAll(() => held.close());
const latest = async () => (await held.house.audit.show(held.shopId, { before: null, limit: 1 }))[0]!;

describe("who looked at whom", () => {
  it("R45: every route is either noted, or stands in a table with the reason why not", async () => {
    const app = await buildApp({
      house: held.house,
      learning: { poke() {}, running: () => true, lag: async () => 0 },
      demo: null,
      logLevel: "silent",
    });
    await app.ready();
    const routes = routesOf(app);
    const untold = routes.filter((route) => !Object.hasOwn(auditedRoutes, route) && !unauditedRoutes.some(({ begins }) => begins.test(route)));
    expect(untold).toEqual([]);
    expect(routes.length).toBeGreaterThan(80);
    const stale = Object.keys(auditedRoutes).filter((route) => !routes.includes(route));
    expect(stale).toEqual([]);
    for (const { action } of Object.values(auditedRoutes)) expect(Object.hasOwn(auditActions, action)).toBe(true);
    await app.close();
  }, 60_000);

  it("R45: a read with a server key is noted with the key's tag, the action and the person", async () => {
    expect((await held.send("GET", "/v1/profile?customerId=anna")).status).toBe(200);
    const entry = await latest();
    expect(entry).toMatchObject({ action: "profile.read", actor: { kind: "key", scope: "server" } });
    const anna = await held.house.personIds.of(held.shopId, "customer", "anna");
    expect(entry.opened).toEqual([{ position: 0, personId: anna.personId }]);
    const [key] = (await held.house.store.shops.keys(held.shopId)).filter(({ scope }) => scope === "server");
    expect(entry.actor).toMatchObject({ tag: key!.hash.slice(0, 10) });
    const text = JSON.stringify(await held.house.store.audit.read(held.shopId, 0, 99));
    for (const secret of ["anna", anna.personId, held.keys.serverKey]) expect(text).not.toContain(secret);
    expect((await held.house.audit.about(held.shopId, [anna.personId], 9)).map(({ action }) => action)).toContain("profile.read");
  });

  it("R45: what was refused, answered to a page's key, or recommended is not", async () => {
    const before = (await latest()).seq;
    expect((await held.send("GET", "/v1/customers/nobody")).status).toBe(404);
    await held.send("POST", "/v1/recommendations", { customerId: "anna", surface: "popular" });
    const pages = { authorization: `Bearer ${held.keys.writeKey}`, "content-type": "application/json" };
    const said = await held.sendRaw({
      method: "PUT",
      path: "/v1/consents",
      headers: pages,
      payload: '{"customerId":"anna","purposes":{"learn":true}}',
    });
    expect(said.status).toBe(200);
    expect((await held.sendRaw({ method: "GET", path: "/v1/profile?customerId=anna", headers: pages })).status).toBe(403);
    expect((await latest()).seq).toBe(before);
  });

  it("R45: what the person does at their own page is noted as theirs", async () => {
    const { url } = JSON.parse((await held.send("POST", "/v1/privacy/links", { customerId: "anna" })).text) as { url: string };
    expect((await latest()).action).toBe("link.minted");
    const { search } = new URL(url);
    const app = held as unknown as { sendRaw: HeldHouse["sendRaw"] };
    const entered = await app.sendRaw({
      method: "POST",
      path: `/privacy/enter${search}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: "",
    });
    expect(entered.status).toBe(303);
    expect(await latest()).toMatchObject({ action: "own.read", actor: { kind: "person" } });
    expect((await latest()).opened).toHaveLength(1);
  });

  it("R45: what cannot be noted is not answered", async () => {
    const { note } = held.house.audit;
    const broken = { ...held.house, audit: { ...held.house.audit, note: async () => Promise.reject(new Error("full")) } };
    const app = await buildApp({ house: broken, learning: { poke() {}, running: () => true, lag: async () => 0 }, demo: null, logLevel: "silent" });
    const reply = await app.inject({
      method: "GET",
      url: "/v1/profile?customerId=anna",
      headers: { authorization: `Bearer ${held.keys.serverKey}` },
    });
    expect([reply.statusCode, reply.payload.includes("known")]).toEqual([500, false]);
    expect(note).toBeTypeOf("function");
    await app.close();
  }, 60_000);

  it("R44: no address of the network is kept anywhere", async () => {
    const app = await buildApp({
      house: held.house,
      learning: { poke() {}, running: () => true, lag: async () => 0 },
      demo: null,
      logLevel: "silent",
    });
    const [address, forwarded] = ["203.0.113.77", "198.51.100.99"];
    const headers = { authorization: `Bearer ${held.keys.serverKey}`, "content-type": "application/json", "x-forwarded-for": forwarded };
    const send = (method: "POST" | "PUT" | "GET", url: string, body?: object) =>
      app.inject({ method, url, headers, remoteAddress: address, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) });
    const context = { ip: address, userAgent: "test" };
    const event = {
      userId: "anna",
      event: "Product Viewed",
      messageId: "ip-1",
      properties: { product_id: "mug" },
      context: { ...context, consent: { categoryPreferences: { personalize: true } } },
    };
    expect((await send("POST", "/v1/track", event)).statusCode).toBe(200);
    await send("PUT", "/v1/preferences", { customerId: "anna", dataUse: "page" });
    await send("GET", "/v1/profile?customerId=anna");
    await send("POST", "/v1/privacy/links", { customerId: "anna" });
    for (const text of [address, forwarded]) expect(await held.house.store.forgetting.textRemains([text])).toEqual([]);
    await app.close();
  }, 60_000);
});
