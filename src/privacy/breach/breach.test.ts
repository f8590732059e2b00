import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { testVault } from "#storage/testing/test-vault.ts";
import { type HeldHouse, openHeldHouse } from "../../../tests/support/held-house.ts";

type Report = {
  breachId: string;
  scope: string;
  people: number;
  namesReadable: boolean;
  words: string;
  uses: Record<string, number>;
  tables: { table: string; people: number; readable: string[]; sealed: string[] }[];
  clock: { dueAt: string; hours: number; gone: number; alarm: string };
};
const hourMs = 3_600_000;
let held: HeldHouse;
beforeAll(async () => {
  held = await openHeldHouse(() => openSqlite(":memory:", testVault()));
  for (const customerId of ["anna", "ben", "carl"]) await held.send("PUT", "/v1/consents", { customerId, purposes: { personalize: true } });
}, 120_000);
afterAll(() => held.close());
const open = async (more: Record<string, unknown>) => {
  const reply = await held.send("POST", "/v1/breaches", { what: "database", since: new Date(held.now() - hourMs).toISOString(), ...more });
  return JSON.parse(reply.text) as Report;
};
const columns = (report: Report, table: string) => report.tables.find((one) => one.table === table)!;

describe("breach mode", () => {
  it("R47: of a lost database everybody is affected; without the key nobody's name can be read, with it everybody's", async () => {
    const without = await open({});
    expect(without).toMatchObject({ scope: "everybody", people: 3, namesReadable: false });
    expect(columns(without, "people")).toMatchObject({ people: 3, sealed: ["external_id"] });
    expect(columns(without, "people").readable).not.toContain("external_id");
    const withKey = await open({ keyLost: true });
    expect(withKey.namesReadable).toBe(true);
    expect(columns(withKey, "people")).toMatchObject({ sealed: [] });
    expect(await open({ what: "key" })).toMatchObject({ scope: "nobody", people: 0 });
    expect(await open({ what: "key", keyLost: true })).toMatchObject({ scope: "everybody", people: 3 });
  });

  it("R47: of a lost API key those are affected whom it was used on, as the audit log has it", async () => {
    await held.send("GET", "/v1/profile?customerId=anna");
    const report = await open({ what: "api-key", since: new Date(held.now()).toISOString() });
    expect(report.uses["profile.read"]).toBe(1);
    expect(report.scope).toBe("named");
    const [, server] = [0, (await held.house.store.shops.keys(held.shopId)).find(({ scope }) => scope === "server")!];
    expect(await open({ what: "api-key", keyTag: "other" })).toMatchObject({ scope: "nobody", people: 0 });
    await held.send("GET", "/v1/customers");
    expect(await open({ what: "api-key", keyTag: server.hash.slice(0, 10) })).toMatchObject({ scope: "everybody", people: 3 });
  });

  it("R47: lists everybody with names and data, and writes the notification", async () => {
    const { breachId } = await open({});
    const lines = (await held.send("GET", `/v1/breaches/${breachId}/affected`)).text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: string; data: string[] });
    expect(lines.map(({ id }) => id).sort()).toEqual(["anna", "ben", "carl"]);
    expect(lines[0]!.data).toContain("consents");
    const draft = await held.send("GET", `/v1/breaches/${breachId}?format=md`);
    for (const words of ["art. 33", "3 people", "72 hours", "Letter to those"]) expect(draft.text).toContain(words);
    expect((await held.send("GET", "/v1/breaches/unknown")).status).toBe(404);
    expect((await held.send("POST", "/v1/breaches", { what: "database", since: "soon" })).status).toBe(400);
  });

  it("R47: the clock of the policy runs: half, late, overdue, and closed", async () => {
    const { breachId, clock } = await open({});
    expect(clock).toMatchObject({ hours: 72, alarm: "none" });
    const alarm = async () => (JSON.parse((await held.send("GET", `/v1/breaches/${breachId}`)).text) as Report).clock.alarm;
    const alarms: string[] = [];
    for (const hours of [35, 1, 21, 1, 13, 1]) {
      held.pass(hours * hourMs);
      alarms.push(await alarm());
    }
    expect(alarms).toEqual(["none", "half", "half", "late", "late", "overdue"]);
    expect((await held.send("POST", `/v1/breaches/${breachId}/close`)).status).toBe(200);
    expect(await alarm()).toBe("closed");
    expect((await held.send("POST", `/v1/breaches/${breachId}/close`)).status).toBe(404);
  });

  it("R45: a key that was revoked opens nothing any more, after ten seconds at most", async () => {
    const { createKey, listKeys, revokeKey } = await import("#server/shop-keys.ts");
    const { shops } = held.house.store;
    const made = await createKey(shops, held.shopId, "server", held.now());
    const ask = async () => (await held.sendRaw({ method: "GET", path: "/v1/policy", headers: { authorization: `Bearer ${made.key}` } })).status;
    expect(await ask()).toBe(200);
    expect((await listKeys(shops, held.shopId)).map(({ tag }) => tag)).toContain(made.tag);
    expect((await revokeKey(shops, held.shopId, made.tag)).ok).toBe(true);
    held.pass(10_000);
    expect(await ask()).toBe(401);
    expect(await revokeKey(shops, held.shopId, made.tag)).toMatchObject({ ok: false, problem: { code: "SHOP_KEY_UNKNOWN" } });
  });
});
