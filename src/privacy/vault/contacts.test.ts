import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CustomerId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import { furnish, type House } from "#server/compose.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { testVault } from "#storage/testing/test-vault.ts";

const shop = "shop" as ShopId;
let house: House;
beforeAll(async () => {
  house = furnish(await openSqlite(":memory:", testVault()), () => Date.UTC(2026, 0, 15), randomUUID);
  for (const shopId of [shop, "other" as ShopId])
    await house.store.shops.create({ shopId, name: shopId, currency: "PKR", createdAt: 0 }, { personKey: `secret-${shopId}`, keyHashes: [] });
});
afterAll(() => house.store.close());

const customer = (id: string): PersonName => ({ customerId: id as CustomerId, anonymousId: null });
const idOf = async (id: string) => (await house.personIds.of(shop, "customer", id)).personId;
const decide = (id: string, purpose: Purpose, granted: boolean) =>
  house.recordConsents(shop, [{ names: customer(id), purposes: new Map([[purpose, granted]]), source: "person", notice: null, how: null }]);
const codeOf = async (result: Promise<{ ok: boolean }>) => {
  const settled = (await result) as { ok: true } | { ok: false; problem: { code: string; detail: string } };
  return settled.ok ? "kept" : `${settled.problem.code} ${settled.problem.detail}`;
};

describe("contacts", () => {
  it("are kept only where a channel is allowed or an order needs them", async () => {
    const { contacts } = house.vault;
    expect(await codeOf(contacts.put(shop, customer("anna"), { email: "anna@example.com" }))).toBe("CONTACT_BASIS_MISSING email");
    await decide("anna", "email", true);
    expect(await codeOf(contacts.put(shop, customer("anna"), { email: "anna@example.com", phone: "+923001234567" }))).toBe(
      "CONTACT_BASIS_MISSING phone",
    );
    expect(await contacts.get(shop, customer("anna"))).toBeNull();
    expect(await codeOf(contacts.put(shop, customer("anna"), { email: " Anna@Example.com" }))).toBe("kept");
    await decide("anna", "whatsapp", true);
    expect(await codeOf(contacts.put(shop, customer("anna"), { phone: "0300 1234567", defaultCountry: "PK" }))).toBe("kept");
    expect(await contacts.get(shop, customer("anna"))).toMatchObject({ email: "anna@example.com", phone: "+923001234567", basis: "consent" });
    expect(await codeOf(contacts.put(shop, customer("ben"), { phone: "+447911123456", basis: "contract" }))).toBe("kept");
  });

  it("are found by any spelling, by nobody in another shop, and by both of two who share one", async () => {
    const { contacts } = house.vault;
    await contacts.put(shop, customer("carl"), { email: "family@bücher.example", basis: "contract" });
    await contacts.put(shop, customer("dora"), { email: "FAMILY@XN--BCHER-KVA.example", basis: "contract" });
    expect([...(await house.vault.findByContact(shop, { email: "Family@Bücher.example " }))].sort()).toEqual(
      [await idOf("carl"), await idOf("dora")].sort(),
    );
    expect(await house.vault.findByContact("other" as ShopId, { email: "family@bücher.example" })).toEqual([]);
    expect(await house.vault.findByContact(shop, { phone: "0092 300 123 45 67" })).toEqual([await idOf("anna")]);
    expect(await house.vault.findByContact(shop, { phone: "no number" })).toEqual([]);
  });

  it("change, lose a part, and go; what was there before is not found any more", async () => {
    const { contacts } = house.vault;
    await contacts.put(shop, customer("carl"), { email: "carl@example.com" });
    expect(await house.vault.findByContact(shop, { email: "family@bücher.example" })).toEqual([await idOf("dora")]);
    await contacts.put(shop, customer("carl"), { phone: "+923009999999" });
    await contacts.put(shop, customer("carl"), { email: null });
    expect(await contacts.get(shop, customer("carl"))).toMatchObject({ email: null, phone: "+923009999999", basis: "contract" });
    expect(await codeOf(contacts.put(shop, customer("carl"), { email: "no address" }))).toBe("CONTACT_INVALID email");
    expect(await contacts.put(shop, customer("carl"), { phone: null })).toEqual({ ok: true, value: null });
    expect(await contacts.get(shop, customer("carl"))).toBeNull();
    expect(await contacts.remove(shop, customer("dora"))).toBe(1);
    expect(await contacts.remove(shop, customer("dora"))).toBe(0);
    expect(await house.vault.findByContact(shop, { email: "family@bücher.example" })).toEqual([]);
  });

  it("R8: who takes back the channel is not reachable from the next look on", async () => {
    for (const purpose of ["email", "whatsapp"] as const) await decide("anna", purpose, true);
    await house.vault.contacts.put(shop, customer("anna"), { email: "anna@example.com", phone: "+923001234567" });
    await decide("anna", "email", false);
    expect(await house.vault.findByContact(shop, { email: "anna@example.com" })).toEqual([]);
    expect(await house.vault.contacts.get(shop, customer("anna"))).toMatchObject({ email: null, phone: "+923001234567" });
    await decide("anna", "whatsapp", false);
    expect(await house.vault.contacts.get(shop, customer("anna"))).toBeNull();
    expect(await house.store.vault.contacts(shop, [await idOf("anna")])).toEqual([]);
  });

  it("shredding takes contact and name together, at once, and once more changes nothing", async () => {
    const ben = await idOf("ben");
    expect((await house.store.identities.nameOf(shop, ben))?.externalId).toBe("ben");
    expect(await house.vault.shred(shop, [ben, ben])).toBe(1);
    expect(await house.store.identities.nameOf(shop, ben)).toBeNull();
    expect(await house.vault.contacts.get(shop, customer("ben"))).toBeNull();
    expect(await house.vault.findByContact(shop, { phone: "+447911123456" })).toEqual([]);
    expect(await house.vault.shred(shop, [ben])).toBe(0);
  });

  it("R36: the suppression digest is keyed, of one kind and one shop, and does not change when keys do", async () => {
    const digest = await house.vault.suppressionDigest(shop, "customer", "anna");
    expect(digest).toMatch(/^[\w-]{43}$/);
    await house.vault.rotateKeys(shop);
    expect(await house.vault.suppressionDigest(shop, "customer", "anna")).toBe(digest);
    const others = [
      await house.vault.suppressionDigest(shop, "email", "anna"),
      await house.vault.suppressionDigest("other" as ShopId, "customer", "anna"),
      await house.vault.suppressionDigest(shop, "customer", "anna2"),
      await idOf("anna"),
    ];
    expect(others).not.toContain(digest);
  });
});
