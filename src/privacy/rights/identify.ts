import { createHmac } from "node:crypto";
import type { Clock, EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { Store } from "#storage/ports.ts";
import { createLimitTries } from "../links/limit-tries.ts";
import type { PrivacyLinks } from "../links/privacy-links.ts";
import type { KeepContacts } from "../vault/keep-contacts.ts";
import { normaliseEmail, normalisePhone } from "../vault/normalise-contact.ts";

const minuteMs = 60_000;
export const identifyLimits = {
  /** Questions from one part of the network. */
  perBucket: { most: 20, windowMs: 10 * minuteMs },
  /** Links to one address; who asks for more is answered alike and nothing is sent. */
  perContact: { most: 3, windowMs: 60 * minuteMs },
  waiting: 1_000,
} as const;
/** People who share one address: each has a page of their own. */
const mostPeople = 5;
const linkMinutes = 30;

export type IdentifyQuestion = {
  readonly shop: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly country: string | null;
  readonly locale: string | null;
  /** Where the question comes from, coarsely; never kept. */
  readonly from: string;
  /** Where browsers reach this server, as it was told; never what a request says. */
  readonly address: string | null;
};

/** What the shop's own mailer is asked to send, and nobody else is ever told. */
export type LinkToSend = {
  readonly personId: PersonId;
  readonly names: PersonName;
  readonly channel: "email" | "phone";
  readonly to: string;
  readonly token: string;
  readonly expiresAt: EpochMs;
  readonly locale: string | null;
  readonly address: string | null;
};

export type Identify = {
  /**
   * Refuses what is no address, and too many questions from one place; else the answer is always the same, and is given before anything
   * is looked up, so that neither its bytes nor its time tell whether anybody is known.
   */
  ask(question: IdentifyQuestion): Result<null>;
  /** All that was asked so far has been seen to. */
  settled(): Promise<void>;
};

/** Addresses are counted by the network they are in, since whoever has one often has many: /24 and /48. */
export function bucketOf(ip: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip) ?? [];
  const plain = mapped ?? ip;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(plain)) return plain.split(".").slice(0, 3).join(".");
  const [head = "", tail] = plain.toLowerCase().split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const whole = tail === undefined ? first : [...first, ...Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => "0"), ...last];
  return whole
    .slice(0, 3)
    .map((part) => part.replace(/^0+(?=.)/, ""))
    .join(":");
}

/** Sends whoever is known under an address a link to their own page, without saying whether anybody is. */
export function createIdentify(deps: {
  readonly store: Pick<Store, "shops" | "identities">;
  readonly contacts: Pick<KeepContacts, "find" | "get">;
  readonly privacyLinks: Pick<PrivacyLinks, "mint">;
  /** A secret of this process. */
  readonly secret: string;
  /** Queues the news for the shop's own mailer. */
  readonly send: (shopId: ShopId, link: LinkToSend) => Promise<void>;
  readonly onFailure?: (error: unknown) => void;
  readonly clock: Clock;
}): Identify {
  const { store, contacts, privacyLinks, secret, send, onFailure, clock } = deps;
  const questions = createLimitTries({ ...identifyLimits.perBucket, clock });
  const links = createLimitTries({ ...identifyLimits.perContact, clock });
  const hidden = (text: string) => createHmac("sha256", secret).update(text).digest("base64url");
  let work: Promise<void> = Promise.resolve();
  let waiting = 0;

  async function see({ shop: name, email, phone, locale, address }: IdentifyQuestion): Promise<void> {
    const shop = await store.shops.byName(name);
    if (shop === null) return;
    const { shopId } = shop;
    const found = await contacts.find(shopId, { email, phone });
    if (!found.ok) return;
    const named = await store.identities.namesOf(shopId, found.value);
    for (const { personId, kind, externalId } of [...named.values()].slice(0, mostPeople)) {
      if (kind !== "customer") continue;
      const names = { customerId: externalId, anonymousId: null } as PersonName;
      const contact = await contacts.get(shopId, names);
      // To the address that is held, never to the one that was typed.
      const to = email === null ? contact?.phone : contact?.email;
      if (to == null) continue;
      const made = await privacyLinks.mint(shopId, names, { ttlMinutes: linkMinutes, locale, embedOrigins: [] });
      if (made.ok) await send(shopId, { personId, names, channel: email === null ? "phone" : "email", to, locale, address, ...made.value });
    }
  }

  return {
    ask(question) {
      const { shop, email, phone, country, from } = question;
      if ((email === null) === (phone === null)) return refuse("CONTACT_INVALID", "either email or phone");
      const address = email === null ? normalisePhone(phone!, country) : normaliseEmail(email);
      if (!address.ok) return address;
      if (!questions.take(hidden(`from ${bucketOf(from)}`))) return refuse("TOO_MANY_TRIES", "questions from one network");
      if (waiting >= identifyLimits.waiting || !links.take(hidden(`contact ${shop} ${address.value}`))) return succeed(null);
      waiting++;
      const job = { ...question, email: email === null ? null : address.value, phone: phone === null ? null : address.value };
      work = work
        .then(() => new Promise<void>((resolve) => setImmediate(resolve)))
        .then(() => see(job))
        .catch((error: unknown) => onFailure?.(error))
        .finally(() => {
          waiting--;
        });
      return succeed(null);
    },
    settled: () => work,
  };
}
