import { describe, expect, it } from "vitest";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { LogEntry, NameOf, Store } from "./ports.ts";

const at = Date.UTC(2026, 0, 15);
const nameOf = (id: string, kind: NameOf["kind"] = "customer"): NameOf => ({ personId: `p-${id}` as PersonId, kind, externalId: id });
const met = (id: string, number = 0): LogEntry => ({
  kind: "consent",
  messageId: `met-${id}-${number}` as MessageId,
  name: nameOf(id),
  decision: { personId: nameOf(id).personId, purpose: "learn", granted: true, at, source: "person", notice: null, how: null },
});

/** What every store must keep of keys, and forget with them. */
export function testVault(storeOf: () => Store, freshShop: () => ShopId): void {
  const people = ["anna", "ben", "carl", "élan"];

  describe("vault", () => {
    it("a contact is kept, found by either digest, replaced and deleted; of two who share one both are found", async () => {
      const [shop, { vault }] = [freshShop(), storeOf()];
      const contact = { personId: nameOf("anna").personId, email: "a@x.pk", phone: "+923001234567", basis: "consent", changedAt: at } as const;
      await vault.putContact(shop, contact, { email: "digest-a", phone: "digest-p" }, nameOf("anna"));
      await vault.putContact(shop, { ...contact, personId: nameOf("ben").personId, phone: null }, { email: "digest-a", phone: null }, nameOf("ben"));
      expect(await vault.contacts(shop, [contact.personId, "nobody" as PersonId])).toEqual([contact]);
      expect([...(await vault.findContacts(shop, { email: "digest-a", phone: null }))].sort()).toEqual(["p-anna", "p-ben"]);
      expect(await vault.findContacts(shop, { email: null, phone: "digest-p" })).toEqual(["p-anna"]);
      expect(await vault.findContacts(freshShop(), { email: "digest-a", phone: "digest-p" })).toEqual([]);
      await vault.putContact(shop, { ...contact, phone: null }, { email: "digest-b", phone: null }, null);
      expect(await vault.findContacts(shop, { email: "digest-a", phone: "digest-p" })).toEqual(["p-ben"]);
      expect(await storeOf().identities.nameOf(shop, contact.personId)).toEqual(nameOf("anna"));
      expect(await vault.deleteContacts(shop, [contact.personId])).toBe(1);
      expect(await vault.contacts(shop, [contact.personId])).toEqual([]);
    });

    it("a secret of a shop is made once, whoever asks, and is another in another shop", async () => {
      const [shop, other, { vault }] = [freshShop(), freshShop(), storeOf()];
      let number = 0;
      const fresh = () => `secret-${++number}`;
      const asked = await Promise.all([1, 2, 3].map(() => vault.secret(shop, "index", fresh, at)));
      expect(new Set(asked).size).toBe(1);
      expect(await vault.secret(shop, "index", fresh, at)).toBe(asked[0]);
      expect(await vault.secret(shop, "suppression", fresh, at)).not.toBe(asked[0]);
      expect(await vault.secret(other, "index", fresh, at)).not.toBe(asked[0]);
    });

    it("of signing keys the newest signs; it gives way only to one who knows it, and the older lose their private part", async () => {
      const [shop, { vault }] = [freshShop(), storeOf()];
      const pair = (keyId: string, createdAt: number) => ({ keyId, publicKey: `{"kid":"${keyId}"}`, privateKey: `private-${keyId}`, createdAt });
      expect(await vault.signingKeys(shop)).toEqual([]);
      expect(await vault.addSigningKey(shop, pair("one", 1), null)).toBe(true);
      expect(await vault.addSigningKey(shop, pair("late", 1), null)).toBe(false);
      expect(await vault.addSigningKey(shop, pair("two", 2), "one")).toBe(true);
      expect((await vault.signingKeys(shop)).map(({ keyId, privateKey, retiredAt }) => [keyId, privateKey, retiredAt])).toEqual([
        ["two", "private-two", null],
        ["one", null, 2],
      ]);
    });

    it("after a rotation everything is read as before, and a person who was shredded in between stays away", async () => {
      const [shop, { vault, log, identities, shops }] = [freshShop(), storeOf()];
      await shops.create({ shopId: shop, name: shop, currency: "PKR", createdAt: at }, { personKey: "the person key", keyHashes: [] });
      await log.append(
        shop,
        people.map((id) => met(id)),
      );
      if ((await vault.health(1)).rootKeyId === null) return;
      const ids = people.map((id) => nameOf(id).personId);
      expect((await vault.withKeys(shop, ids)).size).toBe(people.length);
      await vault.beginRotation(shop, at + 1);
      // Begun again after it was cut off, it goes on with the same key.
      await vault.beginRotation(shop, at + 2);
      expect((await vault.rotateSome(shop, null, 2)).rewrapped).toBe(2);
      expect(await vault.finishRotation(shop)).toBe(false);
      expect((await vault.health(10)).unfinished).toBe(1);
      await vault.shred(shop, [ids[3]!]);
      await log.append(shop, [met("dora")]);
      expect((await vault.rotateSome(shop, null, 100)).rewrapped).toBe(1);
      expect(await vault.finishRotation(shop)).toBe(true);
      expect(await vault.health(10)).toMatchObject({ unfinished: 0, unreadablePeople: 0, unreadableShops: 0 });
      const names = await identities.namesOf(shop, [...ids, nameOf("dora").personId]);
      expect([...names.values()].map(({ externalId }) => externalId).sort()).toEqual(["anna", "ben", "carl", "dora"]);
      expect(await shops.personKey(shop)).toBe("the person key");
      // Who is met again after that is met anew.
      await log.append(shop, [met("élan", 1)]);
      expect((await identities.nameOf(shop, ids[3]!))?.externalId).toBe("élan");
    });
  });
}
