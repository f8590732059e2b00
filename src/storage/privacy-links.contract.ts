import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PrivacyLink } from "./ports/privacy-link-store.ts";
import type { Store } from "./ports.ts";

const minuteMs = 60_000;
const at = Date.UTC(2026, 0, 15);
let number = 0;
const freshShop = () => `shop-links-${++number}-${process.pid}` as ShopId;
const linkOf = (shopId: ShopId, digest: string, more: Partial<PrivacyLink> = {}): PrivacyLink => ({
  digest: `${shopId} ${digest}`,
  shopId,
  name: { personId: "p-anna" as PersonId, kind: "customer", externalId: "anna" },
  locale: "ur",
  embedOrigins: ["https://shop.example"],
  createdAt: at,
  expiresAt: at + 15 * minuteMs,
  ...more,
});

/** What every store must do with the one-time links to a person's own page. */
export function testPrivacyLinks(name: string, open: () => Promise<Store>): void {
  describe(`privacy links: ${name}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store.close();
    });

    it("opens once, and not after its time", async () => {
      const { privacyLinks } = store;
      const shop = freshShop();
      const link = linkOf(shop, "once");
      await privacyLinks.keepLink(link);
      expect(await privacyLinks.link(link.digest, at)).toEqual(link);
      expect(await privacyLinks.link(link.digest, link.expiresAt)).toBeNull();
      expect(await privacyLinks.exchange(link.digest, { digest: `${shop} late`, at: link.expiresAt })).toBeNull();
      const session = await privacyLinks.exchange(link.digest, { digest: `${shop} s`, at: at + 1 });
      const { createdAt: _c, expiresAt: _e, ...kept } = link;
      expect(session).toEqual({ ...kept, digest: `${shop} s`, startedAt: at + 1, seenAt: at + 1 });
      expect(await privacyLinks.session(`${shop} s`)).toEqual(session);
      expect(await privacyLinks.exchange(link.digest, { digest: `${shop} again`, at: at + 2 })).toBeNull();
      expect(await privacyLinks.session(`${shop} again`)).toBeNull();
    });

    it("opens once even when many try at one time", async () => {
      const { privacyLinks } = store;
      const shop = freshShop();
      await privacyLinks.keepLink(linkOf(shop, "raced"));
      const tries = await Promise.all(Array.from({ length: 8 }, (_, n) => privacyLinks.exchange(`${shop} raced`, { digest: `${shop} ${n}`, at })));
      expect(tries.filter((session) => session !== null)).toHaveLength(1);
    });

    it("remembers when somebody was here, and in which language", async () => {
      const { privacyLinks } = store;
      const shop = freshShop();
      await privacyLinks.keepLink(linkOf(shop, "l", { locale: null, embedOrigins: [] }));
      await privacyLinks.exchange(`${shop} l`, { digest: `${shop} s`, at });
      await privacyLinks.touch(`${shop} s`, { seenAt: at + 5 });
      expect(await privacyLinks.session(`${shop} s`)).toMatchObject({ seenAt: at + 5, locale: null, embedOrigins: [] });
      await privacyLinks.touch(`${shop} s`, { seenAt: at + 6, locale: "id" });
      expect(await privacyLinks.session(`${shop} s`)).toMatchObject({ seenAt: at + 6, locale: "id", startedAt: at });
      await privacyLinks.end(`${shop} s`);
      expect(await privacyLinks.session(`${shop} s`)).toBeNull();
      await privacyLinks.touch(`${shop} s`, { seenAt: at + 7 });
    });

    it("ends all of a person, and of nobody else", async () => {
      const { privacyLinks } = store;
      const shop = freshShop();
      const bob = { personId: "p-bob" as PersonId, kind: "anonymous", externalId: "bob" } as const;
      for (const [digest, more] of [["a1"], ["a2"], ["b", { name: bob }]] as const) await privacyLinks.keepLink(linkOf(shop, digest, more));
      await privacyLinks.exchange(`${shop} a1`, { digest: `${shop} anna`, at });
      expect(await privacyLinks.endOf(freshShop(), ["p-anna" as PersonId])).toBe(0);
      expect(await privacyLinks.endOf(shop, ["p-anna" as PersonId, "p-none" as PersonId])).toBe(2);
      expect(await privacyLinks.session(`${shop} anna`)).toBeNull();
      expect(await privacyLinks.link(`${shop} a2`, at)).toBeNull();
      expect(await privacyLinks.link(`${shop} b`, at)).toMatchObject({ name: bob });
    });

    it("sweeps what is over", async () => {
      const { privacyLinks } = store;
      const shop = freshShop();
      const early = at - 365 * 24 * 60 * minuteMs;
      for (const [digest, expiresAt] of [
        ["gone", early],
        ["kept", early + 100],
        ["used", early + 100],
      ] as const)
        await privacyLinks.keepLink(linkOf(shop, digest, { expiresAt }));
      await privacyLinks.exchange(`${shop} used`, { digest: `${shop} s`, at: early });
      const none = Number.MIN_SAFE_INTEGER;
      expect(await privacyLinks.sweep({ expiredBefore: early, seenBefore: none, startedBefore: none })).toBe(1);
      expect(await privacyLinks.link(`${shop} kept`, early)).not.toBeNull();
      expect(await privacyLinks.sweep({ expiredBefore: none, seenBefore: early, startedBefore: none })).toBe(1);
      expect(await privacyLinks.session(`${shop} s`)).toBeNull();
    });
  });
}
