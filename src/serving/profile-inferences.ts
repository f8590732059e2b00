import { dayMs, type EpochMs } from "#domain/clock.ts";
import type { LoggedEvent } from "#domain/event.ts";
import { eventWeight, fullWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { onGrid } from "#models/linear/exact-sum.ts";
import type { Choices } from "#privacy/preferences/choices.ts";
import { isSensitive } from "#privacy/preferences/sensitive.ts";
import type { ShopSnapshot } from "./shop-snapshot.ts";
import { type TraitKind, traitKey, traitsOf } from "./traits.ts";

/** An event speaks half as loudly after so many days. */
const halfLifeDays = 60;
/** So much must be said for a trait before it is more sure than not: two purchases of late. */
const halfSureAt = 2;
/** Traits of a kind that are shown: the strongest. */
const maxPerKind = 20;
const maxReorders = 20;

/** What an event adds to a trait. The sum of them is its weight, to the last bit. */
export type InferenceCause = { readonly event: string; readonly contribution: number };

export type Inference = {
  readonly key: string;
  readonly kind: TraitKind | "reorder";
  readonly name: string;
  /** The sum of the causes. Of a reorder: the mean number of days between two purchases. */
  readonly weight: number;
  /** Of all that speaks for a trait of that kind, 0 to 1; null on a reorder. */
  readonly share: number | null;
  /** 0 to 1: how much there is to go by. */
  readonly sure: number;
  /** When it is likely to be bought again. */
  readonly expectedAt: EpochMs | null;
  readonly because: readonly InferenceCause[];
};

type Told = Pick<LoggedEvent, "type" | "lines" | "occurredAt" | "messageId">;

const isUsed = (snapshot: ShopSnapshot, itemId: ItemId) => {
  const position = snapshot.positionOf.get(itemId);
  return position === undefined || snapshot.barred[position] === 1 ? null : snapshot.items[position]!;
};

function affinities(events: readonly Told[], snapshot: ShopSnapshot, { suppressed }: Choices, now: EpochMs): Inference[] {
  const causes = new Map<string, { kind: TraitKind; name: string; byEvent: Map<string, number> }>();
  // Whether a name may be spoken of takes longer to tell than all the rest: once a name.
  const unspoken = new Set<string>();
  for (const { type, lines, occurredAt, messageId } of events) {
    const fade = 2 ** (-Math.max(0, now - occurredAt) / dayMs / halfLifeDays);
    const contribution = onGrid((eventWeight[type] / fullWeight) * fade);
    if (contribution === 0) continue;
    for (const { itemId } of lines) {
      const item = isUsed(snapshot, itemId);
      if (item === null) continue;
      for (const { kind, name } of traitsOf(item, snapshot)) {
        const key = traitKey(kind, name);
        if (unspoken.has(key)) continue;
        let trait = causes.get(key);
        if (trait === undefined) {
          if (suppressed.has(key) || isSensitive(name)) {
            unspoken.add(key);
            continue;
          }
          trait = { kind, name, byEvent: new Map() };
          causes.set(key, trait);
        }
        trait.byEvent.set(messageId, (trait.byEvent.get(messageId) ?? 0) + contribution);
      }
    }
  }
  const found = [...causes].map(([key, { kind, name, byEvent }]) => {
    const because = [...byEvent].map(([event, contribution]) => ({ event, contribution })).sort((a, b) => b.contribution - a.contribution);
    const weight = because.reduce((sum, { contribution }) => sum + contribution, 0);
    return { key, kind, name, weight, because };
  });
  const totals = new Map<string, number>();
  for (const { kind, weight } of found) if (weight > 0) totals.set(kind, (totals.get(kind) ?? 0) + weight);
  const taken = new Map<string, number>();
  return found
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1))
    .filter(({ kind }) => {
      taken.set(kind, (taken.get(kind) ?? 0) + 1);
      return taken.get(kind)! <= maxPerKind;
    })
    .map((one) => ({ ...one, share: one.weight / totals.get(one.kind)!, sure: one.weight / (one.weight + halfSureAt), expectedAt: null }));
}

/** What was bought more than once comes round again after as long as it did on average. */
function reorders(events: readonly Told[], snapshot: ShopSnapshot, { suppressed }: Choices): Inference[] {
  const purchases = new Map<ItemId, Map<EpochMs, string>>();
  for (const { type, lines, occurredAt, messageId } of events) {
    if (type !== "purchase") continue;
    for (const { itemId } of lines) {
      if (isUsed(snapshot, itemId) === null || suppressed.has(traitKey("reorder", itemId))) continue;
      const times = purchases.get(itemId) ?? new Map<EpochMs, string>();
      purchases.set(itemId, times.set(occurredAt, messageId));
    }
  }
  return [...purchases]
    .flatMap(([itemId, times]): Inference[] => {
      const at = [...times.keys()].sort((a, b) => a - b);
      const gaps = at.length - 1;
      if (gaps === 0) return [];
      const meanMs = (at.at(-1)! - at[0]!) / gaps;
      return [
        {
          key: traitKey("reorder", itemId),
          kind: "reorder",
          name: itemId,
          weight: meanMs / dayMs,
          share: null,
          sure: gaps / (gaps + halfSureAt),
          expectedAt: Math.round(at.at(-1)! + meanMs),
          because: at.map((time) => ({ event: times.get(time)!, contribution: 1 })),
        },
      ];
    })
    .sort((a, b) => a.expectedAt! - b.expectedAt! || (a.key < b.key ? -1 : 1))
    .slice(0, maxReorders);
}

/** All that is inferred of somebody, each with the arithmetic behind it. What is deleted, and what is sensitive, is not worked out at all. */
export function inferencesOf(events: readonly Told[], snapshot: ShopSnapshot, choices: Choices, now: EpochMs): Inference[] {
  return [...affinities(events, snapshot, choices, now), ...reorders(events, snapshot, choices)];
}
