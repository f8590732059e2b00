import { type Purpose, purposes } from "#domain/purpose.ts";
import type { IncomingMessage } from "#ingestion/message.ts";
import { readGppString } from "#privacy/signals/gpp-string.ts";
import { readTcString } from "#privacy/signals/tc-string.ts";
import { type Fields, isRecord } from "./decode-fields.ts";

// Consent as Segment's and RudderStack's clients carry it: one switch a category of the shop's
// consent manager. A category named like a purpose is that purpose; the usual names stand for what people are told
// behind them.

const analytics = ["analytics", "performance", "statistics", "measurement", "c0002"];
const personalization = ["personalization", "personalisation", "personalized", "personalised", "recommendations"];
const advertising = ["advertising", "marketing", "targeting", "advertisement", "ads", "c0004"];

/** By purpose, groups of categories. The first group that was stamped speaks, and all of it must say yes. */
const categoriesOf: Readonly<Partial<Record<Purpose, readonly (readonly string[])[]>>> = {
  personalize: [["personalize"], personalization, advertising],
  learn: [["learn"], analytics],
  measure: [["measure"], analytics],
};

const keyOf = (category: string) => category.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The purposes that the categories speak of; "malformed" when they cannot be read. */
export function purposesOfCategories(preferences: unknown): ReadonlyMap<Purpose, boolean> | "malformed" {
  if (!isRecord(preferences)) return "malformed";
  const stamped = new Map<string, boolean>();
  for (const [category, allowed] of Object.entries(preferences)) {
    if (typeof allowed !== "boolean") return "malformed";
    const key = keyOf(category);
    stamped.set(key, allowed && stamped.get(key) !== false);
  }
  const found = new Map<Purpose, boolean>();
  for (const purpose of purposes) {
    const groups = categoriesOf[purpose] ?? [[purpose]];
    const said = groups.map((group) => group.flatMap((category) => stamped.get(category) ?? [])).find((answers) => answers.length > 0);
    if (said !== undefined) found.set(purpose, said.every(Boolean));
  }
  return found;
}

/** RudderStack's stamp as switches: lists of the categories that were allowed and of those that were denied. */
function categoriesOfLists({ allowedConsentIds = [], deniedConsentIds = [] }: Fields): Fields | null {
  const ids = (list: unknown) => (Array.isArray(list) && list.every((id) => typeof id === "string") ? (list as string[]) : null);
  const [allowed, denied] = [ids(allowedConsentIds), ids(deniedConsentIds)];
  if (allowed === null || denied === null) return null;
  // Whatever stands in both was denied.
  return Object.fromEntries([...allowed.map((id) => [id, true] as const), ...denied.map((id) => [id, false] as const)]);
}

/** Consent strings beside the categories, by the names that consent managers give them. */
const strings = [
  ["tcf", readTcString],
  ["tcString", readTcString],
  ["gpp", readGppString],
  ["gppString", readGppString],
] as const;

/** Whatever stands in `context.consent` must be readable, all of it; where two parts differ, a no beats a yes. */
function consentIn(consent: Fields): ReadonlyMap<Purpose, boolean> | "malformed" {
  const given = strings.filter(([name]) => Object.hasOwn(consent, name));
  const parts: ReadonlyMap<Purpose, boolean>[] = [];
  if (given.length === 0 || Object.hasOwn(consent, "categoryPreferences")) {
    const categories = purposesOfCategories(consent.categoryPreferences);
    if (categories === "malformed") return "malformed";
    parts.push(categories);
  }
  for (const [name, read] of given) {
    const signal = read(consent[name], Number.POSITIVE_INFINITY);
    if (!signal.ok) return "malformed";
    parts.push(signal.purposes);
  }
  const found = new Map<Purpose, boolean>();
  for (const [purpose, granted] of parts.flatMap((part) => [...part])) found.set(purpose, granted && found.get(purpose) !== false);
  return found;
}

/** What the event itself says about consent: Segment's `context.consent`, else RudderStack's `context.consentManagement`. */
export function stampedConsentOf(context: Fields): IncomingMessage["stampedConsent"] {
  if (Object.hasOwn(context, "consent")) return isRecord(context.consent) ? consentIn(context.consent) : "malformed";
  if (!Object.hasOwn(context, "consentManagement")) return null;
  return isRecord(context.consentManagement) ? purposesOfCategories(categoriesOfLists(context.consentManagement)) : "malformed";
}

const noMail: ReadonlyMap<Purpose, boolean> = new Map([["email", false]]);

/** What a person decides with an event: the consent manager's own event, or turning one's back on e-mail. */
export function decisionsOf(eventName: string | null, stamp: IncomingMessage["stampedConsent"]): ReadonlyMap<Purpose, boolean> | null {
  if (eventName === "Unsubscribed" || eventName === "Email Marked as Spam") return noMail;
  return eventName === "Segment Consent Preference Updated" && stamp !== "malformed" ? stamp : null;
}
