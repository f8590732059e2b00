import type { Clock, EpochMs, FreshId } from "#domain/clock.ts";
import type { EventType, LoggedEvent } from "#domain/event.ts";
import { type ItemId, isUsableId, type MessageId, type ShopId } from "#domain/ids.ts";
import type { Person, PersonName } from "#domain/person.ts";
import type { PreferenceActor, PreferenceChange } from "#domain/preference.ts";
import { ProblemError } from "#domain/problem.ts";
import type { Gate } from "#privacy/gate.ts";
import type { ManagePreferences } from "#privacy/preferences/manage-preferences.ts";
import type { ShownPreferences } from "#privacy/preferences/shown-preferences.ts";
import type { EventTally, Store } from "#storage/ports.ts";
import { type Inference, inferencesOf } from "./profile-inferences.ts";
import type { ShopSnapshots } from "./shop-snapshot.ts";
import { traitKinds } from "./traits.ts";

/** Events shown one by one, the latest; counted are all. */
const maxShown = 200;
/** Events that inferences are made of, the latest. */
const maxAsked = 2_000;

export const unusedReasons = ["gift", "not-me", "other"] as const;
export type UnusedReason = (typeof unusedReasons)[number];

export type KnownEvent = {
  readonly id: string;
  readonly type: EventType;
  readonly name: string;
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
  readonly source: "shop-event" | "order-record" | "shown-by-the-shop" | "outcome";
  readonly items: readonly { readonly id: string; readonly title: string | null; readonly quantity: number }[];
  readonly orderId: string | null;
  /** May it shape what they see, as things stand; and if not, why. */
  readonly used: boolean;
  readonly unusedBecause: string | null;
};

export type KnownGroup = {
  readonly type: EventType;
  readonly source: KnownEvent["source"];
  readonly count: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
};

/** Empty where nothing may be inferred: without consent, and at the levels that read nothing. */
export type Inferred = { readonly inferred: readonly Inference[]; readonly inferring: "allowed" | "not-allowed" };

export type ShownProfile = Inferred & {
  readonly names: readonly { readonly kind: string; readonly id: string }[];
  readonly known: { readonly groups: readonly KnownGroup[]; readonly latest: readonly KnownEvent[] };
  readonly preferences: ShownPreferences;
  readonly changes: readonly PreferenceChange[];
};

export type Profile = {
  /** All that is kept, inferred and chosen: by right, whatever they allow. */
  of(shopId: ShopId, names: PersonName): Promise<ShownProfile>;
  /** What is inferred of them alone: reads nothing else. */
  inferred(shopId: ShopId, names: PersonName): Promise<Inferred>;
  /** It never happened: no answer uses it, the counts give it back, it is not shown. */
  deleteEvent(shopId: ShopId, names: PersonName, messageId: string, by: PreferenceActor): Promise<void>;
  /** A gift, or somebody else: it stays what it is for the shop, and is used for nothing about them. */
  leaveUnused(shopId: ShopId, names: PersonName, messageId: string, reason: UnusedReason, by: PreferenceActor): Promise<void>;
  useAgain(shopId: ShopId, names: PersonName, messageId: string, by: PreferenceActor): Promise<void>;
  /** Wrong, or not wanted: it is not inferred again, however much speaks for it. */
  deleteInference(shopId: ShopId, names: PersonName, key: string, by: PreferenceActor): Promise<void>;
  inferAgain(shopId: ShopId, names: PersonName, key: string, by: PreferenceActor): Promise<void>;
  setTrait(shopId: ShopId, names: PersonName, key: string, value: string, by: PreferenceActor): Promise<void>;
  removeTrait(shopId: ShopId, names: PersonName, key: string, by: PreferenceActor): Promise<void>;
};

/** Traits that are wishes: stating them is asking for more. */
const wishTraits = { "preferred category": "more-category", "preferred brand": "more-brand" } as const;

type Told = { readonly type: EventType; readonly origin: EventTally["origin"] };
function sourceOf({ type, origin }: Told): KnownEvent["source"] {
  if (type === "impression") return "shown-by-the-shop";
  if (origin === "outcome") return "outcome";
  return origin === null ? "shop-event" : "order-record";
}
const toldBy = ({ type, messageId }: LoggedEvent): Told => ({
  type,
  origin: (/^(outcome|order|return):/.exec(messageId)?.[1] as EventTally["origin"] | undefined) ?? null,
});

/** The person's own view of what is kept of them, with a control for each thing. */
export function createProfile(deps: {
  readonly store: Pick<Store, "log" | "identities">;
  readonly gate: Gate;
  readonly preferences: ManagePreferences;
  readonly snapshots: ShopSnapshots;
  readonly clock: Clock;
  readonly freshId: FreshId;
}): Profile {
  const { store, gate, preferences, snapshots, clock, freshId } = deps;

  async function personOf(shopId: ShopId, names: PersonName): Promise<Person> {
    const person = await gate.recognise(shopId, names);
    if (person === null) throw new ProblemError({ code: "PERSON_MISSING", detail: "customerId or anonymousId" });
    return person;
  }

  async function eventOf(shopId: ShopId, names: PersonName, messageId: string): Promise<LoggedEvent> {
    const leave = await gate.access(shopId, await personOf(shopId, names));
    const [event] = await store.log.history(leave!, { limit: 1, messageIds: [messageId as MessageId] });
    if (event === undefined) throw new ProblemError({ code: "EVENT_UNKNOWN", detail: "the id in the path" });
    return event;
  }

  function requireInference(key: string): void {
    const isKnown = [...traitKinds, "reorder"].some((kind) => key.startsWith(`${kind}: `) && key.length > kind.length + 2);
    if (!isKnown || !isUsableId(key))
      throw new ProblemError({ code: "PREFERENCE_INVALID", detail: 'an inference is named as in the profile: "category: Tea"' });
  }

  const wishOf = (key: string) => (Object.hasOwn(wishTraits, key) ? wishTraits[key as keyof typeof wishTraits] : null);

  /** What answers may be made of, as things stand, and what is inferred of it. */
  async function inferOf(shopId: ShopId, person: Person) {
    const usable = await gate.usable(shopId, person, { sessionId: null, atMost: null, gpc: false });
    const snapshot = await snapshots.of(shopId);
    if (usable.leave === null) return { usable, snapshot, asked: [], inferred: [], inferring: "not-allowed" as const };
    const asked = await store.log.history(usable.leave, { limit: maxAsked });
    return { usable, snapshot, asked, inferred: inferencesOf(asked, snapshot, usable.choices, clock()), inferring: "allowed" as const };
  }

  return {
    async inferred(shopId, names) {
      const { inferred, inferring } = await inferOf(shopId, await personOf(shopId, names));
      return { inferred, inferring };
    },

    async of(shopId, names) {
      const person = await personOf(shopId, names);
      const leave = (await gate.access(shopId, person))!;
      const { usable, snapshot, asked, inferred, inferring } = await inferOf(shopId, person);
      const events = (await store.log.history(leave, { limit: maxShown })).toReversed();
      const isAsked = new Set<string>(asked.map(({ messageId }) => messageId));
      const groups = new Map<string, KnownGroup>();
      for (const { type, origin, count, from, to } of await store.log.tally(leave)) {
        const source = sourceOf({ type, origin });
        const group = groups.get(`${type} ${source}`) ?? { type, source, count: 0, from, to };
        groups.set(`${type} ${source}`, { ...group, count: group.count + count, from: Math.min(group.from, from), to: Math.max(group.to, to) });
      }
      const titleOf = (itemId: ItemId) => snapshot.items[snapshot.positionOf.get(itemId) ?? -1]?.title ?? null;
      const latest = events.map(
        (event): KnownEvent => ({
          id: event.messageId,
          type: event.type,
          name: event.name,
          at: event.occurredAt,
          receivedAt: event.receivedAt,
          source: sourceOf(toldBy(event)),
          items: event.lines.map(({ itemId, quantity }) => ({ id: itemId, title: titleOf(itemId), quantity })),
          orderId: event.orderId,
          used: isAsked.has(event.messageId),
          unusedBecause: isAsked.has(event.messageId)
            ? null
            : (usable.choices.unused.get(event.messageId) ??
              (event.refused.includes("personalize") ? "not-agreed-then" : usable.leave === null ? "not-agreed" : "dial")),
        }),
      );
      const namesOf = await store.identities.namesOf(shopId, person.memberIds);
      return {
        names: [...namesOf.values()].map(({ kind, externalId }) => ({ kind, id: externalId })),
        known: { groups: [...groups.values()].sort((a, b) => b.count - a.count), latest },
        inferred,
        inferring,
        preferences: await preferences.show(shopId, names),
        changes: await preferences.changes(shopId, names),
      };
    },

    async deleteEvent(shopId, names, messageId, by) {
      const event = await eventOf(shopId, names, messageId);
      const name = (await store.identities.namesOf(shopId, [event.personId])).get(event.personId)!;
      await store.log.append(shopId, [
        { kind: "retract", messageId: `deleted-by-person:${freshId()}` as MessageId, name, targets: [event.messageId], at: clock() },
      ]);
      await preferences.noteDeletedEvent(shopId, event.personId, event.messageId, by);
    },

    async leaveUnused(shopId, names, messageId, reason, by) {
      await preferences.leaveUnused(shopId, names, await eventOf(shopId, names, messageId), reason, by);
    },

    useAgain: (shopId, names, messageId, by) => preferences.unchoose(shopId, names, "unused", messageId, by),

    async deleteInference(shopId, names, key, by) {
      requireInference(key);
      await preferences.suppress(shopId, names, key, by);
    },

    async inferAgain(shopId, names, key, by) {
      requireInference(key);
      await preferences.unchoose(shopId, names, "suppressed", key, by);
    },

    async setTrait(shopId, names, key, value, by) {
      const wish = wishOf(key);
      await (wish === null ? preferences.setTrait(shopId, names, key, value, by) : preferences.choose(shopId, names, wish, value, by));
    },

    removeTrait: (shopId, names, key, by) => preferences.unchoose(shopId, names, "trait", key, by),
  };
}
