import { expect, it } from "vitest";
import { identityLimits } from "#domain/identity-link.ts";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { LogEntry, NameOf, Store } from "./ports.ts";

const at = Date.UTC(2026, 0, 15);
let number = 0;
const messageId = () => `identity-${number++}` as MessageId;
const nameOf = (id: string, kind: NameOf["kind"]): NameOf => ({ personId: `p-${id}` as PersonId, kind, externalId: id });
const customer = (id: string) => nameOf(id, "customer");
const device = (id: string) => nameOf(id, "anonymous");
const session = (id: string, of: string): NameOf => ({ ...device(id), personId: `p-${id}-${of}` as PersonId });
const claimed = (id: string, by: string, minute = 0): LogEntry => ({
  kind: "link",
  messageId: messageId(),
  name: device(id),
  root: customer(by),
  device: { deviceId: device(id).personId, session: session(id, by) },
  at: at + minute * 60_000,
});
const merged = (from: string, into: string): LogEntry => ({
  kind: "link",
  messageId: messageId(),
  name: customer(from),
  root: customer(into),
  device: null,
  at,
});
const unlinked = (name: NameOf, root: string): LogEntry => ({ kind: "unlink", messageId: messageId(), name, rootId: customer(root).personId, at });
function decided(name: NameOf, purpose: Purpose, granted: boolean): LogEntry {
  const decision = { personId: name.personId, purpose, granted, at, source: "person", notice: "v1", how: "banner" } as const;
  return { kind: "consent", messageId: messageId(), name, decision };
}

/** What every store must do with links between names. */
export function testIdentities(storeOf: () => Store, freshShop: () => ShopId): void {
  const rootOf = async (shop: ShopId, name: NameOf) => (await storeOf().identities.cluster(shop, name.personId))?.rootId ?? null;
  const granted = async (shop: ShopId, name: NameOf, purpose: Purpose) =>
    (await storeOf().consents.current(shop, [name.personId])).get(name.personId)?.get(purpose)?.granted;

  it("joins and parts customers, and what is in force for each", async () => {
    const shop = freshShop();
    const store = storeOf();
    const [a, b] = [customer("a"), customer("b")];
    await store.log.append(shop, [decided(a, "learn", true), decided(b, "learn", false), decided(b, "email", true), merged("a", "b")]);
    const together = await store.log.head(shop);
    expect([await rootOf(shop, a), await rootOf(shop, b), await store.identities.count(shop)]).toEqual(["p-a", "p-a", 1]);
    expect([await granted(shop, a, "learn"), await granted(shop, b, "learn"), await granted(shop, a, "email")]).toEqual([false, false, true]);
    await store.log.append(shop, [decided(a, "learn", true)]);
    expect([await granted(shop, b, "learn"), await store.consents.granted(shop, "learn")]).toEqual([true, ["p-a", "p-b"]]);
    expect(await store.consents.granted(shop, "learn", 1)).toEqual(["p-a"]);
    expect((await store.consents.own(shop, [b.personId])).get(b.personId)!.get("learn")!.granted).toBe(false);
    await store.log.append(shop, [unlinked(b, "a")]);
    expect([await granted(shop, a, "learn"), await granted(shop, b, "learn"), await granted(shop, a, "email")]).toEqual([true, false, undefined]);
    expect([await rootOf(shop, a), await rootOf(shop, b), await store.identities.count(shop)]).toEqual(["p-a", "p-b", 2]);
    expect((await store.consents.asOf(shop, [a.personId], together)).get(a.personId)!.get("email")!.granted).toBe(true);
    expect(await store.consents.tally(shop)).toEqual([
      { purpose: "email", granted: 1, refused: 0 },
      { purpose: "learn", granted: 1, refused: 1 },
    ]);
    // Whoever learns must hear of all of it.
    const touched = (await store.log.refs(shop, together, 99)).map(({ kind, personId }) => `${kind} ${personId}`);
    expect(touched).toEqual(["consent p-a", "consent p-b", "unlink p-b", "consent p-a", "consent p-b"]);
  });

  it("gives the time before the first sign-in to whoever was first by the clock, whoever told first", async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const shop = freshShop();
      const claims = [claimed("phone", "a", 1), claimed("phone", "b", 2)];
      for (const index of order) await storeOf().log.append(shop, [claims[index]!]);
      const roots = [device("phone"), session("phone", "a"), session("phone", "b")].map((name) => rootOf(shop, name));
      expect(await Promise.all(roots)).toEqual(["p-a", "p-a", "p-b"]);
      await storeOf().log.append(shop, [unlinked(device("phone"), "a")]);
      expect([await rootOf(shop, device("phone")), await rootOf(shop, session("phone", "a"))]).toEqual(["p-b", "p-phone-a"]);
      await storeOf().log.append(shop, [unlinked(device("phone"), "b")]);
      expect([await rootOf(shop, device("phone")), await rootOf(shop, customer("b"))]).toEqual(["p-phone", "p-b"]);
    }
  });

  it("lets a device go, and remembers all that was said of it", async () => {
    const shop = freshShop();
    const store = storeOf();
    const base: NameOf = { ...device("phone"), personId: "p-phone-2" as PersonId };
    const cut: LogEntry = { kind: "cut", messageId: messageId(), name: device("phone"), base, at: at + 1 };
    await store.log.append(shop, [claimed("phone", "a"), cut]);
    const links = (await store.identities.linksOf(shop, [device("phone").personId, device("none").personId])).get(device("phone").personId)!;
    expect(links.map(({ kind, baseId, rootId, at: since }) => [kind, baseId, rootId, since])).toEqual([
      ["claim", "p-phone", "p-a", at],
      ["cut", "p-phone-2", null, at + 1],
    ]);
    expect([await rootOf(shop, base), await rootOf(shop, device("phone"))]).toEqual(["p-phone-2", "p-a"]);
    expect(await store.identities.linksAmong(shop, [customer("a").personId])).toEqual([links[0]]);
  });

  it("refuses a name too many and a hand too many, and keeps everything else", async () => {
    const shop = freshShop();
    const store = storeOf();
    const claims = Array.from({ length: identityLimits.names }, (_, index) => claimed(`d${index}`, "a", index));
    const limits = (await store.log.append(shop, claims)).map((outcome) => (outcome.kind === "appended" ? outcome.limit : outcome.kind));
    expect(limits).toEqual([...Array(identityLimits.names - 1).fill(undefined), "names"]);
    expect(await rootOf(shop, device(`d${identityLimits.names - 1}`))).toBe(`p-d${identityLimits.names - 1}`);
    const hands = Array.from({ length: identityLimits.customersPerDevice + 2 }, (_, index) => claimed("till", `c${index}`, index));
    const refused = (await store.log.append(shop, hands)).map((outcome) => (outcome.kind === "appended" ? outcome.limit : outcome.kind));
    expect(refused).toEqual([...Array(identityLimits.customersPerDevice).fill(undefined), "device", "device"]);
    expect(await Promise.all(["c0", "c1"].map((id) => rootOf(shop, customer(id))))).toEqual(["p-c0", "p-c1"]);
    expect(await rootOf(shop, device("till"))).toBe("p-till");
  });
}
