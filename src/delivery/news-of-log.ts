import type { ShopId } from "#domain/ids.ts";
import { isPurpose } from "#domain/purpose.ts";
import type { LogNews, NewMessage } from "#storage/ports/webhook-store.ts";
import { composeMessage } from "./compose-message.ts";
import type { WebhookType } from "./webhook-types.ts";

/** The types that are read from the log. */
export const logTypes: readonly WebhookType[] = ["consent.changed", "identity.merged", "identity.unmerged"];

const typeOfKind: Readonly<Record<string, WebhookType>> = { consent: "consent.changed", link: "identity.merged", unlink: "identity.unmerged" };

/** Under which name the shop knows them; null when it has none for them. Nothing but the shop's own ids leaves the house. */
function subjectOf({ name, root }: LogNews): Readonly<Record<string, string>> | null {
  if (name?.kind === "customer") return { customerId: name.externalId };
  if (root?.kind === "customer") return { customerId: root.externalId };
  return name?.kind === "anonymous" ? { anonymousId: name.externalId } : null;
}

/** What one request decides is written one after the other, within a moment. */
const momentMs = 1000;

/** Does this entry go on with the decision that the group tells? The same purpose again is another decision. */
function goesOn(group: readonly LogNews[] | undefined, { kind, personId, at, decision }: LogNews): boolean {
  const last = group?.at(-1);
  if (kind !== "consent" || last?.kind !== "consent" || last.personId !== personId || at - group![0]!.at >= momentMs) return false;
  return last.decision?.source === decision?.source && group!.every((one) => one.decision?.purpose !== decision?.purpose);
}

/** A decision on several purposes is several entries that stand side by side; to a receiver it is one. */
function together(news: readonly LogNews[]): LogNews[][] {
  const groups: LogNews[][] = [];
  for (const one of news) {
    const group = groups.at(-1);
    if (goesOn(group, one)) group!.push(one);
    else groups.push([one]);
  }
  return groups;
}

function consentMessage(shopId: ShopId, group: readonly [LogNews, ...LogNews[]]): NewMessage[] {
  const [first] = group;
  const subject = subjectOf(first);
  if (subject === null) return [];
  const purposes = Object.fromEntries(
    group.flatMap(({ decision }) => (decision === null || !isPurpose(decision.purpose) ? [] : [[decision.purpose, decision.granted] as const])),
  );
  if (Object.keys(purposes).length === 0) return [];
  const data = { ...subject, purposes, source: first.decision?.source };
  return [composeMessage(shopId, "consent.changed", String(first.seq), group.at(-1)!.at, data, first.personId)];
}

function identityMessage(shopId: ShopId, type: WebhookType, { seq, at, personId, name, linkedTo, holds }: LogNews): NewMessage[] {
  if (!holds || linkedTo?.kind !== "customer") return [];
  // Two accounts are both the shop's own; the name of a device is not told.
  const other = name?.kind === "customer" ? { otherCustomerId: name.externalId } : {};
  return [composeMessage(shopId, type, String(seq), at, { customerId: linkedTo.externalId, ...other }, personId)];
}

/** Entries of the log as messages for a receiver of these types. */
export function newsOfLog(shopId: ShopId, types: readonly string[], news: readonly LogNews[]): NewMessage[] {
  return together(news).flatMap((group): NewMessage[] => {
    const type = typeOfKind[group[0]!.kind];
    if (type === undefined || !types.includes(type)) return [];
    return type === "consent.changed" ? consentMessage(shopId, group as [LogNews, ...LogNews[]]) : identityMessage(shopId, type, group[0]!);
  });
}
