import { dayMs, type EpochMs } from "./clock.ts";
import type { LogSeq, PersonId } from "./ids.ts";

/**
 * What was said about who is whom. `claim`: this device was in this customer's hands at that time. `cut`: from then on
 * the device is a stranger's. `merge`: two customers are one. What is undone stays on record and counts for nothing.
 */
export type IdentityLink = {
  readonly seq: LogSeq;
  readonly kind: "claim" | "cut" | "merge";
  /** The device of a claim or a cut; one customer of a merge. */
  readonly personId: PersonId;
  /** The device since its latest cut, or after this cut; `personId` before the first, and on merges. */
  readonly baseId: PersonId;
  /** The customer; null on a cut. */
  readonly rootId: PersonId | null;
  /** The device as far as it is in this customer's hands; null on cuts, merges, and links of the first schema. */
  readonly sessionId: PersonId | null;
  readonly at: EpochMs;
  readonly undoneSeq: LogSeq | null;
};

export const identityLimits = {
  /** Names one person may be known under. */
  names: 50,
  /** More customers than this on one device within a day: it stands in a shop, and is nobody's. */
  customersPerDevice: 5,
  customersWithinMs: dayMs,
  /** Changes of hands that are kept of one device. */
  changesPerDevice: 100,
} as const;

/** A device that many customers use belongs to none of them. `claims`: those of one device since its latest cut. */
export function isShared(claims: readonly IdentityLink[]): boolean {
  if (claims.length <= identityLimits.customersPerDevice) return false;
  const sorted = claims.toSorted((a, b) => a.at - b.at);
  return sorted.some((first, index) => {
    const soon = sorted.slice(index).filter(({ at }) => at - first.at <= identityLimits.customersWithinMs);
    return new Set(soon.map(({ rootId }) => rootId)).size > identityLimits.customersPerDevice;
  });
}

const claimOrder = (a: IdentityLink, b: IdentityLink) => a.at - b.at || (a.rootId! < b.rootId! ? -1 : a.rootId! > b.rootId! ? 1 : 0);

/** In whose hands a device was. */
export type DeviceHands = {
  readonly deviceId: PersonId;
  /** What happens while nobody is signed in is filed here. */
  readonly baseId: PersonId;
  /** Of the customer who holds it; null: nobody. */
  readonly rootId: PersonId | null;
  /** What happens in the holder's hands is filed here. */
  readonly sessionId: PersonId | null;
  /** Whom the time before the first sign-in belongs to; null: nobody has signed in. */
  readonly firstRootId: PersonId | null;
  readonly shared: boolean;
};

/** The hands a device was in at a time (null: now), by all that was said about it. */
export function handsOf(deviceId: PersonId, links: readonly IdentityLink[], at: EpochMs | null): DeviceHands {
  const cut = links.filter(({ kind, at: since }) => kind === "cut" && (at === null || since <= at)).toSorted((a, b) => a.at - b.at || a.seq - b.seq);
  const baseId = cut.at(-1)?.baseId ?? deviceId;
  const claims = links.filter((link) => link.kind === "claim" && link.baseId === baseId && link.undoneSeq === null).sort(claimOrder);
  const shared = isShared(claims);
  const holding = shared ? undefined : claims.findLast((claim) => at === null || claim.at <= at);
  return {
    deviceId,
    baseId,
    rootId: holding?.rootId ?? null,
    sessionId: holding?.sessionId ?? null,
    firstRootId: shared ? null : (claims[0]?.rootId ?? null),
    shared,
  };
}

/** Two names of one person, and since which entry of the log; 0: always. */
export type IdentityEdge = { readonly a: PersonId; readonly b: PersonId; readonly seq: number };

/**
 * Which names are one person: a function of what was said, not of the order in which it came in. The time before the
 * first sign-in on a device goes to whoever signed in first; every later hand gets what it did itself and no more.
 */
export function edgesOf(links: readonly IdentityLink[]): IdentityEdge[] {
  const edges: IdentityEdge[] = [];
  const claims = Map.groupBy(
    links.filter(({ kind }) => kind === "claim"),
    ({ baseId }) => baseId,
  );
  for (const [baseId, ofBase] of claims) {
    const active = ofBase.filter(({ undoneSeq }) => undoneSeq === null).sort(claimOrder);
    if (isShared(active)) continue;
    const [first] = active;
    if (first !== undefined) edges.push({ a: baseId, b: first.rootId!, seq: first.seq });
    for (const { sessionId, rootId, seq } of active) if (sessionId !== null) edges.push({ a: sessionId, b: rootId!, seq });
    // With nothing left of a sign-in, what was done in it is the device's again.
    if (first === undefined) for (const { sessionId } of ofBase) if (sessionId !== null) edges.push({ a: sessionId, b: baseId, seq: 0 });
  }
  for (const { kind, personId, rootId, seq, undoneSeq } of links) {
    if (kind === "merge" && undoneSeq === null) edges.push({ a: personId, b: rootId!, seq });
  }
  return edges;
}
