import { expect, it } from "vitest";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { type AuditAppend, noAuditHead } from "./ports/audit-store.ts";
import type { LogEntry, NameOf, Store } from "./ports.ts";

const at = Date.UTC(2026, 0, 15);
const nameOf = (id: string): NameOf => ({ personId: `p-${id}` as PersonId, kind: "customer", externalId: id });
const decided = (who: string): LogEntry => ({
  kind: "consent",
  messageId: `audit-${who}` as MessageId,
  name: nameOf(who),
  decision: { personId: nameOf(who).personId, purpose: "measure", granted: true, at, source: "person", notice: null, how: null },
});
const entry = (words: string, who: readonly string[] = [], when = at): AuditAppend => ({
  make: ({ seq, hash }) => ({ entry: `${words} ${seq + 1}`, hash: `${hash.slice(0, 4)}${words}` }),
  at: when,
  openings: who.map((id) => ({ name: nameOf(id), text: `opening of ${id}` })),
});

/** What every store must do with the log of who looked at whom, and with breaches. */
export function testAudit(storeOf: () => Store, freshShop: () => ShopId): void {
  it("R45: appends to one chain a shop, and names those alone of whom something is kept", async () => {
    const { audit, log } = storeOf();
    const shop = freshShop();
    await log.append(shop, [decided("anna"), decided("ben")]);
    expect(await audit.head(shop)).toEqual(noAuditHead);
    await audit.append(shop, [entry("one", ["anna"]), entry("two", ["anna", "ben", "nobody"]), entry("three")]);
    await audit.append(shop, [entry('about "everybody":true')]);
    expect((await audit.read(shop, 0, 9)).map(({ seq, entry: text }) => `${seq} ${text}`)).toEqual([
      "1 one 1",
      "2 two 2",
      "3 three 3",
      '4 about "everybody":true 4',
    ]);
    expect((await audit.read(shop, 2, 1)).map(({ seq }) => seq)).toEqual([3]);
    expect((await audit.latest(shop, 3, 9)).map(({ seq }) => seq)).toEqual([2, 1]);
    expect((await audit.head(shop)).seq).toBe(4);
    expect((await audit.openings(shop, 1, 3)).map(({ seq, position, text }) => `${seq} ${position} ${text}`)).toEqual([
      "1 0 opening of anna",
      "2 0 opening of anna",
      "2 1 opening of ben",
    ]);
    expect((await audit.about(shop, [nameOf("ben").personId], 9)).map(({ seq }) => seq)).toEqual([4, 2]);
    expect(await audit.read(freshShop(), 0, 9)).toEqual([]);
  });

  it("R45: of many who append at once each has a number of its own", async () => {
    const { audit } = storeOf();
    const shop = freshShop();
    await Promise.all(Array.from({ length: 20 }, (_, number) => audit.append(shop, [entry(`entry ${number}`)])));
    expect((await audit.read(shop, 0, 99)).map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it("R44: what is past its time goes, table by table: openings, contacts, choices and how they came to be", async () => {
    const { audit, log, preferences, vault, retention } = storeOf();
    const shop = freshShop();
    await log.append(shop, [decided("anna")]);
    await audit.append(shop, [entry("old", ["anna"], at - 2), entry("new", ["anna"], at)]);
    const wish = { action: "set", kind: "less", key: "mug", value: "", by: "person" } as const;
    const ids = [nameOf("anna").personId, nameOf("gone").personId];
    for (const personId of ids) await preferences.change(shop, [{ ...wish, personId, at: at - 2 }]);
    await preferences.change(shop, [{ ...wish, personId: ids[0]!, key: "pot", at }]);
    const contact = { email: "a@example.com", phone: null, basis: "contract" } as const;
    await vault.putContact(shop, { ...contact, personId: ids[0]!, changedAt: at - 2 }, { email: "d", phone: null }, nameOf("anna"));
    await vault.putContact(shop, { ...contact, personId: "p-carl" as PersonId, changedAt: at }, { email: "d", phone: null }, nameOf("carl"));
    expect(await retention.forgetRecords(shop, "learn", { orders: null, decisions: null }, 100)).toBe(0);
    await retention.forgetRecords(shop, "learn", { orders: at - 1, decisions: at - 1 }, 100);
    expect((await audit.openings(shop, 1, 9)).map(({ seq }) => seq)).toEqual([2]);
    expect((await audit.read(shop, 0, 9)).length).toBe(2);
    // What holds for somebody who is known still holds.
    expect((await preferences.of(shop, ids)).map(({ personId, key }) => `${personId} ${key}`)).toEqual(["p-anna mug", "p-anna pot"]);
    expect((await preferences.changes(shop, ids)).map(({ key }) => key)).toEqual(["pot"]);
    expect((await vault.contacts(shop, [...ids, "p-carl" as PersonId])).map(({ personId }) => personId)).toEqual(["p-carl"]);
  });

  it("R47: keeps breaches, counts whom they are about, and lists them", async () => {
    const { breaches, log } = storeOf();
    const shop = freshShop();
    await log.append(shop, [decided("anna"), decided("ben")]);
    const facts = { what: "database", since: at - 5, until: at, keyLost: false, keyTag: null } as const;
    await breaches.open({ breachId: `b-${shop}`, shopId: shop, openedAt: at, closedAt: null, facts });
    expect(await breaches.list(shop)).toEqual([{ breachId: `b-${shop}`, shopId: shop, openedAt: at, closedAt: null, facts }]);
    expect(await breaches.get(freshShop(), `b-${shop}`)).toBeNull();
    expect((await breaches.affected(shop, null)).find(({ table }) => table === "consents")).toEqual({ table: "consents", rows: 2, people: 2 });
    expect((await breaches.affected(shop, [nameOf("ben").personId])).find(({ table }) => table === "consents")).toMatchObject({ people: 1 });
    const [first, ...rest] = await breaches.everybody(shop, null, 9);
    expect([first, ...rest]).toEqual(["p-anna", "p-ben"]);
    expect(await breaches.everybody(shop, first!, 1)).toEqual(["p-ben"]);
    expect((await breaches.tablesOf(shop, [first!])).get(first!)).toContain("consents");
    expect([await breaches.close(shop, `b-${shop}`, at + 1), await breaches.close(shop, `b-${shop}`, at + 2)]).toEqual([true, false]);
  });

  it("R45: keys of a shop are listed, added and removed", async () => {
    const { shops } = storeOf();
    const shop = freshShop();
    await shops.create(
      { shopId: shop, name: `keys of ${shop}`, currency: "EUR", createdAt: at },
      { personKey: "k", keyHashes: [{ hash: `h1-${shop}`, scope: "write" }] },
    );
    await shops.addKey(shop, { hash: `h2-${shop}`, scope: "server", createdAt: at + 1 });
    expect(await shops.keys(shop)).toEqual([
      { hash: `h1-${shop}`, scope: "write", createdAt: at },
      { hash: `h2-${shop}`, scope: "server", createdAt: at + 1 },
    ]);
    expect(await shops.removeKey(freshShop(), `h2-${shop}`)).toBe(false);
    expect(await shops.removeKey(shop, `h2-${shop}`)).toBe(true);
    expect(await shops.byKeyHash(`h2-${shop}`)).toBeNull();
  });
}
