import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AnonymousId, CustomerId, ShopId } from "#domain/ids.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { createPersonIds } from "../person-ids.ts";
import { parseEmbedOrigins } from "./embed-origins.ts";
import { createLimitTries } from "./limit-tries.ts";
import { createPrivacyLinks, idleMs, type PrivacyLinks } from "./privacy-links.ts";

const shop = "s" as ShopId;
const anna = { customerId: "anna" as CustomerId, anonymousId: null };
const plain = { ttlMinutes: null, locale: null, embedOrigins: [] };
const minuteMs = 60_000;

describe("one-time links", () => {
  let store: Store;
  let links: PrivacyLinks;
  let now = Date.UTC(2026, 0, 15);
  beforeAll(async () => {
    store = await openSqlite(":memory:");
    await store.shops.create({ shopId: shop, name: "S", currency: "EUR", createdAt: 0 }, { personKey: "k", keyHashes: [] });
    links = createPrivacyLinks({ store, personIds: createPersonIds(store.shops), randomBytes, clock: () => now });
  });
  afterAll(() => store.close());
  async function minted(options: Partial<typeof plain> & { ttlMinutes?: number | null } = {}, name = anna): Promise<string> {
    now += 11 * minuteMs;
    const made = await links.mint(shop, name, { ...plain, ...options });
    if (!made.ok) throw new Error(made.problem.detail);
    return made.value.token;
  }

  it("holds 256 bits, keeps only a hash, and lives 15 minutes unless told", async () => {
    const token = await minted();
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect(await links.peek(token)).not.toBeNull();
    now += 15 * minuteMs - 1;
    expect(await links.peek(token)).not.toBeNull();
    now += 1;
    expect(await links.peek(token)).toBeNull();
    expect(await links.enter(token)).toBeNull();
  });

  it("looking at it does not use it up; entering does", async () => {
    const token = await minted({ locale: "ur" as never });
    await links.peek(token);
    await links.peek(token);
    const entered = await links.enter(token);
    expect(entered!.session).toMatchObject({ shopId: shop, locale: "ur", name: { kind: "customer", externalId: "anna" } });
    expect(await links.enter(token)).toBeNull();
    expect(await links.peek(token)).toBeNull();
    expect(await links.session(entered!.sessionToken)).not.toBeNull();
    // The link's token is no session, nor is the form's.
    expect(await links.session(token)).toBeNull();
    expect(await links.session(links.formToken(entered!.sessionToken))).toBeNull();
  });

  it("a page closes after half an hour without a touch, and after 12 hours with", async () => {
    const { sessionToken } = (await links.enter(await minted()))!;
    for (let minutes = 0; minutes < 100; minutes += 25) {
      now += 25 * minuteMs;
      expect(await links.session(sessionToken)).not.toBeNull();
    }
    now += idleMs;
    expect(await links.session(sessionToken)).toBeNull();
    now -= idleMs;
    expect(await links.session(sessionToken)).toBeNull();
    const busy = (await links.enter(await minted()))!.sessionToken;
    for (let minutes = 0; minutes < 700; minutes += 20) {
      now += 20 * minuteMs;
      await links.session(busy);
    }
    expect(await links.session(busy)).not.toBeNull();
    now += 20 * minuteMs;
    expect(await links.session(busy)).toBeNull();
  });

  it("R33: when somebody is forgotten their pages and links are closed", async () => {
    const { sessionToken, session } = (await links.enter(await minted()))!;
    const waiting = await minted();
    expect(await links.endOf(shop, [session.name.personId])).toBeGreaterThanOrEqual(2);
    expect(await links.session(sessionToken)).toBeNull();
    expect(await links.peek(waiting)).toBeNull();
  });

  it("a device that is named beside a customer opens nothing more", async () => {
    const token = await minted({}, { customerId: "anna" as CustomerId, anonymousId: "of-somebody-else" as AnonymousId } as never);
    expect((await links.enter(token))!.session.name).toMatchObject({ kind: "customer", externalId: "anna" });
  });

  it("refuses nobody, times out of bounds, and origins that are none", async () => {
    now += 11 * minuteMs;
    const codeOf = async (name: typeof anna, options: object) => {
      const made = await links.mint(shop, name, { ...plain, ...options });
      return made.ok ? "ok" : made.problem.code;
    };
    expect(await codeOf({ customerId: null as never, anonymousId: null }, {})).toBe("PERSON_MISSING");
    for (const ttlMinutes of [0, -1, 1.5, 1441, Number.NaN]) expect(await codeOf(anna, { ttlMinutes })).toBe("REQUEST_INVALID");
    for (const ttlMinutes of [1, 1440]) expect(await codeOf(anna, { ttlMinutes })).toBe("ok");
    expect(await codeOf(anna, { embedOrigins: ["https://*.example"] })).toBe("REQUEST_INVALID");
  });

  it("does not make links for one person without end", async () => {
    now += 11 * minuteMs;
    const made = await Promise.all(Array.from({ length: 70 }, () => links.mint(shop, anna, plain)));
    expect(made.filter(({ ok }) => ok)).toHaveLength(60);
    expect((await links.mint(shop, { ...anna, customerId: "bob" as CustomerId }, plain)).ok).toBe(true);
  });

  it("no text that was not handed out opens anything", async () => {
    const token = await minted();
    const { sessionToken } = (await links.enter(await minted()))!;
    const near = fc.record({ at: fc.nat(42), to: fc.constantFrom("A", "B", "-", "_", "é", "") }).map(({ at, to }) => {
      const [good, other] = [token, sessionToken];
      return [good.slice(0, at) + to + good.slice(at + 1), other.slice(0, at) + to + other.slice(at + 1)] as const;
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => [text, text] as const),
          near,
        ),
        async ([link, session]) => {
          if (link !== token) expect(await links.enter(link)).toBeNull();
          if (session !== sessionToken) expect(await links.session(session)).toBeNull();
        },
      ),
      { numRuns: 150 },
    );
    expect(await links.enter(token)).not.toBeNull();
  });
});

describe("embedding", () => {
  it("takes origins and nothing else", () => {
    expect(parseEmbedOrigins(["https://shop.example", "https://shop.example/", "http://localhost:3000"])).toEqual([
      "https://shop.example",
      "http://localhost:3000",
    ]);
    for (const bad of [
      "*",
      "https://*.example",
      "https://a.example/path",
      "javascript:alert(1)",
      "shop.example",
      "https://a.example; script-src *",
      "https://u:p@a.example",
      "https://a.example?x",
      "data:text/html,x",
      "",
    ])
      expect(parseEmbedOrigins([bad]), bad).toBeNull();
    expect(parseEmbedOrigins(Array.from({ length: 21 }, (_, at) => `https://s${at}.example`))).toBeNull();
  });
});

describe("limits", () => {
  it("opens again when the window has passed, and forgets the oldest key of too many", () => {
    let now = 0;
    const limit = createLimitTries({ most: 2, windowMs: 100, clock: () => now });
    expect([limit.take("a"), limit.take("a"), limit.take("a"), limit.isOpen("a"), limit.take("b")]).toEqual([true, true, false, false, true]);
    now = 100;
    expect([limit.isOpen("a"), limit.take("a")]).toEqual([true, true]);
    for (let at = 0; at < 20_001; at++) limit.take(`k${at}`);
    expect([limit.take("a"), limit.take("a"), limit.take("a")]).toEqual([true, true, false]);
  });
});
