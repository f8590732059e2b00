import { createHash } from "node:crypto";
import type { Clock, EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { PrivacyLink, PrivacyLinkStore, PrivacySession } from "#storage/ports/privacy-link-store.ts";
import type { PersonIds } from "../person-ids.ts";
import { parseEmbedOrigins } from "./embed-origins.ts";
import { createLimitTries } from "./limit-tries.ts";

const minuteMs = 60_000;
export const linkMinutes = { usual: 15, least: 1, most: 24 * 60 } as const;
/** A page that nobody has touched for so long is closed. */
export const idleMs = 30 * minuteMs;
/** And however busy it is, it is closed after so long. */
const longestMs = 12 * 60 * minuteMs;
/** A page that shows itself again and again need not be written down each time. */
const touchEveryMs = minuteMs;
const tokenBytes = 32;
/** 43 characters of base64url are 32 bytes. */
const tokenShape = /^[A-Za-z0-9_-]{43}$/;

export type LinkOptions = { readonly ttlMinutes: number | null; readonly locale: string | null; readonly embedOrigins: readonly string[] };

export type PrivacyLinks = {
  /** Makes a link to the own page of whoever is named. Refuses with PERSON_MISSING, REQUEST_INVALID or TOO_MANY_TRIES. */
  mint(shopId: ShopId, name: PersonName, options: LinkOptions): Promise<Result<{ readonly token: string; readonly expiresAt: EpochMs }>>;
  /** What a link says of how its page is to be shown; null when it opens nothing. Looking does not use it up. */
  peek(token: string): Promise<Pick<PrivacyLink, "locale" | "embedOrigins" | "shopId"> | null>;
  /** Uses a link up. Null for every link that opens nothing, for whatever reason. */
  enter(token: string): Promise<{ readonly sessionToken: string; readonly session: PrivacySession } | null>;
  /** Who is at their page; null when nobody is, or not any more. */
  session(sessionToken: string | undefined): Promise<PrivacySession | null>;
  setLocale(session: PrivacySession, locale: string): Promise<void>;
  leave(session: PrivacySession): Promise<void>;
  /** Closes all pages and links of these persons, as when they are forgotten. */
  endOf(shopId: ShopId, personIds: readonly PersonId[]): Promise<number>;
  /** What every form of the session carries; only a page of this session can know it. */
  formToken(sessionToken: string): string;
};

const digestOf = (kind: "link" | "session" | "form", token: string) => createHash("sha256").update(`rapport ${kind} ${token}`).digest("base64url");

/**
 * One-time links and the short sessions they open. Tokens are chance of 256 bits; the store holds only hashes of them, so
 * that a copy of the store opens nobody's page.
 */
export function createPrivacyLinks(deps: {
  readonly store: { readonly privacyLinks: PrivacyLinkStore };
  readonly personIds: Pick<PersonIds, "ofNames">;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly clock: Clock;
}): PrivacyLinks {
  const { personIds, randomBytes, clock } = deps;
  const { privacyLinks: kept } = deps.store;
  const freshToken = () => Buffer.from(randomBytes(tokenBytes)).toString("base64url");
  const mintsOfPerson = createLimitTries({ most: 60, windowMs: 10 * minuteMs, clock });

  return {
    async mint(shopId, names, { ttlMinutes, locale, embedOrigins }) {
      // A browser names its own device, so a device never opens more than itself: a customer's name stands alone.
      const [name] = await personIds.ofNames(shopId, names.customerId === null ? names : { ...names, anonymousId: null });
      if (name === undefined) return refuse("PERSON_MISSING", "customerId or anonymousId");
      const minutes = ttlMinutes ?? linkMinutes.usual;
      if (!Number.isInteger(minutes) || minutes < linkMinutes.least || minutes > linkMinutes.most)
        return refuse("REQUEST_INVALID", `ttlMinutes is not ${linkMinutes.least} to ${linkMinutes.most}`);
      const origins = parseEmbedOrigins(embedOrigins);
      if (origins === null) return refuse("REQUEST_INVALID", 'embedOrigins: origins such as "https://shop.example", at most 20');
      if (!mintsOfPerson.take(`${shopId} ${name.personId}`)) return refuse("TOO_MANY_TRIES", "links for one person");
      const now = clock();
      await kept.sweep({ expiredBefore: now, seenBefore: now - idleMs, startedBefore: now - longestMs });
      const token = freshToken();
      const expiresAt = now + minutes * minuteMs;
      await kept.keepLink({ digest: digestOf("link", token), shopId, name, locale, embedOrigins: origins, createdAt: now, expiresAt });
      return succeed({ token, expiresAt });
    },

    peek: async (token) => (tokenShape.test(token) ? kept.link(digestOf("link", token), clock()) : null),

    async enter(token) {
      if (!tokenShape.test(token)) return null;
      const sessionToken = freshToken();
      const session = await kept.exchange(digestOf("link", token), { digest: digestOf("session", sessionToken), at: clock() });
      return session === null ? null : { sessionToken, session };
    },

    async session(sessionToken) {
      if (sessionToken === undefined || !tokenShape.test(sessionToken)) return null;
      const session = await kept.session(digestOf("session", sessionToken));
      if (session === null) return null;
      const now = clock();
      if (now - session.seenAt >= idleMs || now - session.startedAt >= longestMs) {
        await kept.end(session.digest);
        return null;
      }
      if (now - session.seenAt >= touchEveryMs) await kept.touch(session.digest, { seenAt: now });
      return session;
    },

    setLocale: (session, locale) => kept.touch(session.digest, { seenAt: clock(), locale }),
    leave: (session) => kept.end(session.digest),
    endOf: (shopId, ids) => kept.endOf(shopId, ids),
    formToken: (sessionToken) => digestOf("form", sessionToken),
  };
}
