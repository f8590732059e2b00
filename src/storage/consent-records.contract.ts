import { expect, it } from "vitest";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { LogEntry, NameOf, Store } from "./ports.ts";

/** Decisions with an end, policies, notices, and addresses that must not be written to. */
export function testConsentRecords(storeOf: () => Store, freshShop: () => ShopId): void {
  let number = 0;
  const nameOf = (id: string): NameOf => ({ personId: `p-${id}` as PersonId, kind: "customer", externalId: id });
  function decided(who: string, purpose: Purpose, granted: boolean, at: number, more: object = {}, entry: object = {}): LogEntry {
    const decision = { personId: nameOf(who).personId, purpose, granted, at, source: "person", notice: null, how: "banner", ...more } as const;
    return { kind: "consent", messageId: `cr-${++number}` as MessageId, name: nameOf(who), decision, ...entry };
  }

  it("decisions keep their end and their proof, and end where they are over and nowhere else", async () => {
    const store = storeOf();
    const shop = freshShop();
    const proof = { noticeHash: "f".repeat(64), noticeShown: true, language: "ur" };
    await store.log.append(shop, [
      decided("a", "learn", true, 10, { expiresAt: 100, proof }),
      decided("b", "learn", true, 20),
      decided("a", "email", false, 30),
    ]);
    const now = (await store.consents.current(shop, ["p-a" as PersonId])).get("p-a" as PersonId)!;
    expect(now.get("learn")).toMatchObject({ granted: true, expiresAt: 100 });
    expect(
      (await store.consentRecords.history(shop, ["p-a" as PersonId])).map(({ state, own, decision }) => [state, own, decision.proof ?? null]),
    ).toEqual([
      ["given", true, proof],
      ["refused", true, null],
    ]);
    expect(await store.consentRecords.expired(shop, 99, 10)).toEqual([]);
    expect(await store.consentRecords.expired(shop, 100, 10)).toEqual([{ personId: "p-a", purpose: "learn" }]);
    const over = (who: string, lapses: string, at: number) => decided(who, "learn", false, at, { how: lapses }, { lapses });
    const early = await store.log.append(shop, [over("a", "expired", 99), over("b", "expired", 1000), over("b", "notice-changed", 19)]);
    expect(early.map(({ kind }) => kind)).toEqual(["duplicate", "duplicate", "duplicate"]);
    const [ended] = await store.log.append(shop, [over("a", "expired", 100)]);
    expect(ended!.kind).toBe("appended");
    expect((await store.consents.current(shop, ["p-a" as PersonId])).get("p-a" as PersonId)!.has("learn")).toBe(false);
    expect(await store.consentRecords.expired(shop, 1000, 10)).toEqual([]);
    expect(await store.consents.granted(shop, "learn")).toEqual(["p-b"]);
    expect(await store.consentRecords.grantedBefore(shop, "learn", 20, 10)).toEqual([{ personId: "p-b", purpose: "learn" }]);
    expect(await store.consentRecords.grantedBefore(shop, "learn", 19, 10)).toEqual([]);
    expect((await store.consentRecords.onPurpose(shop, "learn", null, 10)).map(({ personId }) => personId)).toEqual(["p-b"]);
    expect((await store.consentRecords.history(shop, ["p-a" as PersonId])).at(-1)).toMatchObject({ state: "over" });
    await store.log.append(shop, [decided("a", "learn", true, 200)]);
    expect(await store.consents.granted(shop, "learn")).toEqual(["p-a", "p-b"]);
  });

  it("of two who are one, what ends first ends for both", async () => {
    const store = storeOf();
    const shop = freshShop();
    await store.log.append(shop, [decided("a", "learn", true, 10, { expiresAt: 100 }), decided("b", "learn", true, 20, { expiresAt: 50 })]);
    await store.log.append(shop, [
      { kind: "link", messageId: `cr-${++number}` as MessageId, name: nameOf("b"), root: nameOf("a"), device: null, at: 30 },
    ]);
    const people = ["p-a", "p-b"] as PersonId[];
    const ends = async () => [...(await store.consents.current(shop, people)).values()].map((state) => state.get("learn")?.expiresAt);
    expect(await ends()).toEqual([50, 50]);
    await store.log.append(shop, [decided("a", "learn", true, 40, { expiresAt: 140 })]);
    expect(await ends()).toEqual([140, 140]);
    for (const { personId } of await store.consentRecords.expired(shop, 140, 10))
      await store.log.append(shop, [decided(personId.slice(2), "learn", false, 140, { how: "expired" }, { lapses: "expired" })]);
    expect(await store.consents.granted(shop, "learn")).toEqual([]);
  });

  it("policies, notices and the list of addresses", async () => {
    const { consentRecords } = storeOf();
    const shop = freshShop();
    expect(await consentRecords.policy(shop)).toBeNull();
    const policy = { packs: ["gdpr", "pk"], overrides: { childAge: 18 }, changedAt: 5 };
    await consentRecords.setPolicy(shop, { ...policy, packs: ["gdpr"] });
    await consentRecords.setPolicy(shop, policy);
    expect(await consentRecords.policy(shop)).toEqual(policy);
    const row = {
      shopId: shop,
      name: "privacy",
      version: 1,
      hash: `${shop}-1`,
      body: '{"a":1}',
      material: ["email"] as const,
      publishedAt: 5,
      applied: false,
    };
    expect([await consentRecords.addNotice(row), await consentRecords.addNotice({ ...row, body: "{}" })]).toEqual([true, false]);
    await consentRecords.markApplied(row);
    expect(await consentRecords.notices(shop)).toEqual([{ ...row, applied: true }]);
    expect(await consentRecords.noticeByHash(row.hash)).toEqual({ ...row, applied: true });
    expect(await consentRecords.noticeByHash("none")).toBeNull();
    const one = { channel: "sms", digest: "d-1", source: "dncr", at: 1 };
    expect(await consentRecords.suppress(shop, [one, { ...one, digest: "d-2" }])).toBe(2);
    expect(await consentRecords.suppress(shop, [one])).toBe(0);
    expect(await consentRecords.suppressed(shop, ["sms", "*"], ["d-1", "d-3"])).toEqual([one]);
    expect(await consentRecords.suppressed(freshShop(), ["sms"], ["d-1"])).toEqual([]);
    expect(await consentRecords.countSuppressed(shop)).toEqual([{ channel: "sms", source: "dncr", count: 2 }]);
    expect([await consentRecords.unsuppress(shop, "sms", "d-1"), await consentRecords.unsuppress(shop, "sms", "d-1")]).toEqual([true, false]);
  });
}
