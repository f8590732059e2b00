import { createHmac } from "node:crypto";
import { type Clock, dayMs, type EpochMs } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { Person } from "#domain/person.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { Store } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";
import type { ShopPolicies } from "../policy/shop-policies.ts";
import type { FailedMessage, Messages, ReadMessages, SentMessage } from "../preferences/count-messages.ts";
import { askingPlainly } from "../preferences/dial.ts";
import { localMinutes, quietUntil } from "./quiet-hours.ts";

export const channels = ["email", "sms", "whatsapp", "push", "voice"] as const;
export type Channel = (typeof channels)[number];

export const isChannel = (text: string): text is Channel => (channels as readonly string[]).includes(text);

/** What somebody must have agreed to, to be reached there. Notices ask for text messages and calls together. */
export const purposeOfChannel: Readonly<Record<Channel, Purpose>> = { email: "email", sms: "sms", whatsapp: "whatsapp", push: "push", voice: "sms" };
/** On the list under this, an address is not reached at all. */
const everyChannel = "*";

export const contactObstacles = [
  "NO_CONSENT",
  "SUPPRESSED",
  "ADDRESS_MISSING",
  "ADDRESS_INVALID",
  "QUIET_HOURS",
  "CAP_REACHED",
  "BUDGET_SPENT",
  "HELD_BACK",
] as const;
export type ContactAnswer = {
  readonly allowed: boolean;
  readonly because: readonly (typeof contactObstacles)[number][];
  /** When what is in the way by then, and only for a time, is over; null: nothing of the kind is. */
  readonly notBefore: EpochMs | null;
};

export type MayContact = {
  /** May this person be sent marketing there, at this address? No is the answer to everything that cannot be checked. */
  mayContact(
    shopId: ShopId,
    person: Person | null,
    channel: Channel,
    address: string | null,
    /** Of whoever is written to; null: unknown, and quiet hours cannot be kept. */
    timeZone: string | null,
  ): Promise<Result<ContactAnswer>>;
  /** Addresses that are never to be reached on these channels, whatever anybody agreed to. Those that are none are counted. */
  suppress(
    shopId: ShopId,
    list: {
      readonly channels: readonly (Channel | "*")[];
      readonly source: string;
      readonly country: string | null;
      readonly addresses: Iterable<string>;
    },
  ): Promise<Result<{ readonly added: number; readonly known: number; readonly invalid: number }>>;
  unsuppress(shopId: ShopId, channel: Channel | "*", address: string, country: string | null): Promise<boolean>;
  counts(shopId: ShopId): Promise<readonly { channel: string; source: string; count: number }[]>;
};

/**
 * A telephone number in E.164, an e-mail address in small letters; null: it is none. Numbers without a country are taken to be of
 * `country`, its calling code.
 */
export function normalAddress(address: string, channel: Channel | "*", country: string | null): string | null {
  const text = address.normalize("NFC").trim();
  if (text.length > 320) return null;
  if (channel === "email" || (channel === everyChannel && text.includes("@"))) return /^[^\s@]+@[^\s@]+$/.test(text) ? text.toLowerCase() : null;
  if (channel === "push") return text === "" ? null : text;
  const digits = text.replace(/[\s().\-/\u200e\u200f\u202a-\u202e]/g, "");
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return digits;
  if (/^00[1-9]\d{6,14}$/.test(digits)) return `+${digits.slice(2)}`;
  if (country === null || !/^\d+$/.test(digits)) return null;
  const whole = digits.startsWith(country) && digits.length > country.length + 7 ? `+${digits}` : `+${country}${digits.replace(/^0+/, "")}`;
  return /^\+[1-9]\d{6,14}$/.test(whole) ? whole : null;
}

const addressesAtOnce = 1000;

/** "Not delivered to maintain a healthy ecosystem engagement": this person has had enough of such messages, from any shop. */
const whatsappHoldsBack = "131049";

/**
 * WhatsApp wants no retry at once after that, but longer and longer waits: a day, two, four, a week, by how often it happened in the last
 * week (https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates). Null: it did not.
 */
function heldBackUntil(failed: readonly FailedMessage[]): EpochMs | null {
  const held = failed.filter(({ channel, error }) => channel === "whatsapp" && error === whatsappHoldsBack);
  if (held.length === 0) return null;
  const waitDays = Math.min(7, 2 ** (held.length - 1));
  return Math.max(...held.map(({ at }) => at)) + waitDays * dayMs;
}

export function createMayContact(deps: {
  readonly store: Pick<Store, "consentRecords" | "shops">;
  readonly gate: Pick<Gate, "allow" | "usable">;
  readonly policies: Pick<ShopPolicies, "of">;
  readonly readMessages: ReadMessages;
  readonly clock: Clock;
}): MayContact {
  const { store, gate, policies, readMessages, clock } = deps;

  /** Too many already: by the laws of the shop on this channel, or by what the person wants on all of them. When one more may go. */
  async function tooMany(
    shopId: ShopId,
    person: Person | null,
    channel: Channel,
    messages: Messages,
  ): Promise<Map<"CAP_REACHED" | "BUDGET_SPENT", EpochMs | null>> {
    const now = clock();
    const sent = messages.sent.toSorted((a, b) => a.at - b.at);
    const { caps } = (await policies.of(shopId)).contact;
    const { budget } = (await gate.usable(shopId, person, askingPlainly)).choices;
    const found = new Map<"CAP_REACHED" | "BUDGET_SPENT", EpochMs | null>();
    const hold = (because: "CAP_REACHED" | "BUDGET_SPENT", most: number | null, counted: readonly SentMessage[], spanMs: number) => {
      const within = counted.filter(({ at }) => at > now - spanMs);
      if (most === null || within.length < most) return;
      // The oldest of the last `most` has to be out of the span; where none may ever go, there is no such moment.
      const until = most === 0 ? null : within.at(-most)!.at + spanMs;
      const known = found.get(because);
      found.set(because, known === undefined ? until : known === null || until === null ? null : Math.max(known, until));
    };
    // What the shop did not say a channel of may have been sent on this one.
    const onChannel = sent.filter((message) => message.channel === null || message.channel === channel);
    for (const [spanMs, period] of [
      [dayMs, "perDay"],
      [7 * dayMs, "perWeek"],
    ] as const) {
      hold("CAP_REACHED", caps[channel][period], onChannel, spanMs);
      hold("BUDGET_SPENT", budget[period], sent, spanMs);
    }
    return found;
  }

  /** Under a key of the shop: a list of numbers as plain digests could be tried out. */
  async function digestOf(shopId: ShopId): Promise<(address: string) => string> {
    const key = await store.shops.personKey(shopId);
    return (address) => createHmac("sha256", key).update(`contact\n${address}`).digest("base64url");
  }

  return {
    async mayContact(shopId, person, channel, address, timeZone) {
      const now = clock();
      const local = timeZone === null ? null : localMinutes(timeZone, now);
      if (timeZone !== null && local === null) return refuse("REQUEST_INVALID", 'timeZone is a name such as "Asia/Karachi"');
      const because: ContactAnswer["because"][number][] = [];
      if ((await gate.allow(shopId, person, purposeOfChannel[channel])) === null) because.push("NO_CONSENT");
      const normal = address === null ? null : normalAddress(address, channel, null);
      if (address === null) {
        if (channel !== "push") because.push("ADDRESS_MISSING");
      } else if (normal === null) because.push("ADDRESS_INVALID");
      else {
        const digest = (await digestOf(shopId))(normal);
        if ((await store.consentRecords.suppressed(shopId, [channel, everyChannel], [digest])).length > 0) because.push("SUPPRESSED");
      }
      const waits: (EpochMs | null)[] = [];
      // Mail lies still until it is read.
      const quiet = local === null || channel === "email" ? null : quietUntil((await policies.of(shopId)).contact.quietHours, local, now);
      if (quiet !== null) {
        because.push("QUIET_HOURS");
        waits.push(quiet);
      }
      const messages = await readMessages(shopId, person);
      for (const [obstacle, until] of await tooMany(shopId, person, channel, messages)) {
        because.push(obstacle);
        waits.push(until);
      }
      const heldUntil = channel === "whatsapp" ? heldBackUntil(messages.failed) : null;
      if (heldUntil !== null && heldUntil > now) {
        because.push("HELD_BACK");
        waits.push(heldUntil);
      }
      const isForATime = waits.length === because.length && !waits.includes(null);
      const notBefore = isForATime && waits.length > 0 ? Math.max(...waits.map(Number)) : null;
      return succeed({ allowed: because.length === 0, because, notBefore });
    },

    async suppress(shopId, { channels: wanted, source, country, addresses }) {
      if (wanted.length === 0) return refuse("REQUEST_INVALID", "channels is empty");
      const digest = await digestOf(shopId);
      const at = clock();
      const sums = { added: 0, known: 0, invalid: 0 };
      let part: { channel: string; digest: string; source: string; at: number }[] = [];
      const write = async () => {
        const added = await store.consentRecords.suppress(shopId, part);
        sums.added += added;
        sums.known += part.length - added;
        part = [];
      };
      for (const address of addresses) {
        for (const channel of wanted) {
          const normal = normalAddress(address, channel, country);
          if (normal === null) sums.invalid++;
          else part.push({ channel, digest: digest(normal), source: source.slice(0, 100), at });
        }
        if (part.length >= addressesAtOnce) await write();
      }
      if (part.length > 0) await write();
      return succeed(sums);
    },

    async unsuppress(shopId, channel, address, country) {
      const normal = normalAddress(address, channel, country);
      return normal !== null && store.consentRecords.unsuppress(shopId, channel, (await digestOf(shopId))(normal));
    },

    counts: (shopId) => store.consentRecords.countSuppressed(shopId),
  };
}
