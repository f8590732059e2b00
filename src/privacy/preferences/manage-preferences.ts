import type { Clock, EpochMs } from "#domain/clock.ts";
import { type DataUse, isBelow } from "#domain/data-use.ts";
import { isUsableId, type PersonId, type ShopId } from "#domain/ids.ts";
import type { Person, PersonName } from "#domain/person.ts";
import type { Preference, PreferenceActor, PreferenceChange, PreferenceKind } from "#domain/preference.ts";
import { ProblemError } from "#domain/problem.ts";
import type { PreferenceStore } from "#storage/ports/preference-store.ts";
import type { ConsentStore } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";
import { choicesOf, isPausedAt, pausesIn } from "./choices.ts";
import type { MessagesSpent } from "./count-messages.ts";
import { actsOf, askingPlainly } from "./dial.ts";
import { isSensitive } from "./sensitive.ts";
import { type ShownPreferences, showChoices } from "./shown-preferences.ts";
import { levelToAskAbout } from "./suggest-level.ts";

/** What the shop sells, as far as one can choose among it. */
export type Choosable = {
  readonly hasItem: (id: string) => boolean;
  readonly hasCategory: (name: string) => boolean;
  readonly hasBrand: (name: string) => boolean;
};

export const chooseKinds = [
  "less",
  "mute-category",
  "mute-brand",
  "more-item",
  "more-category",
  "more-brand",
] as const satisfies readonly PreferenceKind[];
export type ChooseKind = (typeof chooseKinds)[number];

export type ManagePreferences = {
  show(shopId: ShopId, names: PersonName): Promise<ShownPreferences>;
  /** Null: no choice of their own any more. */
  setDial(shopId: ShopId, names: PersonName, level: DataUse | null, by: PreferenceActor): Promise<void>;
  /** Null: until they resume. */
  pause(shopId: ShopId, names: PersonName, until: EpochMs | null, by: PreferenceActor): Promise<void>;
  resume(shopId: ShopId, names: PersonName, by: PreferenceActor): Promise<void>;
  choose(
    shopId: ShopId,
    names: PersonName,
    kind: ChooseKind,
    key: string,
    by: PreferenceActor,
    options?: { readonly afterWhy?: boolean },
  ): Promise<void>;
  /** Takes a choice back, under all their names; nothing where there is none. */
  unchoose(shopId: ShopId, names: PersonName, kind: ChooseKind | "suppressed" | "unused" | "trait", key: string, by: PreferenceActor): Promise<void>;
  setBudget(
    shopId: ShopId,
    names: PersonName,
    budget: { readonly perDay?: number | null; readonly perWeek?: number | null },
    by: PreferenceActor,
  ): Promise<void>;
  /** Something is not to be inferred of them, ever. */
  suppress(shopId: ShopId, names: PersonName, key: string, by: PreferenceActor): Promise<void>;
  /** An event is not to be used for them: it stays what it is for the shop. */
  leaveUnused(
    shopId: ShopId,
    names: PersonName,
    event: { readonly personId: PersonId; readonly messageId: string },
    reason: string,
    by: PreferenceActor,
  ): Promise<void>;
  /** What they say of themselves. */
  setTrait(shopId: ShopId, names: PersonName, key: string, value: string, by: PreferenceActor): Promise<void>;
  /** Notes that an event was taken back; that itself is an entry of the log. */
  noteDeletedEvent(shopId: ShopId, personId: PersonId, messageId: string, by: PreferenceActor): Promise<void>;
  /** All that was changed, oldest first. */
  changes(shopId: ShopId, names: PersonName): Promise<readonly PreferenceChange[]>;
};

/** Most choices under one name: the key of a shop's pages is public. */
const maxChoices = 1000;
const maxBudget = { perDay: 100, perWeek: 500 } as const;
const maxTraitLength = 200;
const maxPauseMs = 10 * 366 * 86_400_000;

const refuseChoice = (detail: string) => new ProblemError({ code: "PREFERENCE_INVALID", detail });

/** The word of a person about the use of their data. Limits need no agreement and hold from the next answer on; more needs one. */
export function createManagePreferences(deps: {
  readonly preferences: PreferenceStore;
  readonly consents: Pick<ConsentStore, "current">;
  readonly gate: Gate;
  readonly choosable: (shopId: ShopId) => Promise<Choosable>;
  readonly countMessages: (shopId: ShopId, person: Person | null) => Promise<MessagesSpent>;
  readonly clock: Clock;
}): ManagePreferences {
  const { preferences, consents, gate, choosable, countMessages, clock } = deps;

  async function personOf(shopId: ShopId, names: PersonName): Promise<Person> {
    const person = await gate.recognise(shopId, names);
    if (person === null) throw new ProblemError({ code: "PERSON_MISSING", detail: "customerId or anonymousId" });
    return person;
  }

  /** The one way in which anything is changed: with who said so and when. */
  async function record(shopId: ShopId, by: PreferenceActor, changes: readonly Omit<PreferenceChange, "at" | "by">[]): Promise<void> {
    const at = clock();
    await preferences.change(
      shopId,
      changes.map((change) => ({ ...change, at, by })),
    );
  }

  /** The public key may limit; what gives more is for the person and the shop. */
  function onlyForOwners(by: PreferenceActor, what: string): void {
    if (by === "page") throw new ProblemError({ code: "KEY_NOT_ALLOWED", detail: `a write key may only limit: ${what}` });
  }

  const set = (personId: PersonId, kind: PreferenceKind, key: string, value = "") => ({ personId, action: "set", kind, key, value }) as const;
  const clear = ({ personId, kind, key, value }: Preference) => ({ personId, action: "clear", kind, key, value }) as const;

  async function countAct(rows: readonly Preference[], personId: PersonId, act: string) {
    const known = rows.find((row) => row.kind === "act" && row.key === act && row.personId === personId);
    return set(personId, "act", act, String(Number(known?.value ?? 0) + 1));
  }

  async function requireKnown(shopId: ShopId, kind: ChooseKind, key: string): Promise<void> {
    if (!isUsableId(key)) throw new ProblemError({ code: "ID_INVALID", detail: kind });
    const { hasItem, hasCategory, hasBrand } = await choosable(shopId);
    if ((kind === "less" || kind === "more-item") && !hasItem(key)) throw new ProblemError({ code: "ITEM_UNKNOWN", detail: "item" });
    if (kind.endsWith("-category") && !hasCategory(key)) throw refuseChoice("category: nothing in the catalogue is in a category of that name");
    if (kind.endsWith("-brand") && !hasBrand(key)) throw refuseChoice("brand: nothing in the catalogue is of a brand of that name");
  }

  function requireRoom(rows: readonly Preference[], { personId }: Person): void {
    if (rows.filter((row) => row.personId === personId).length >= maxChoices) throw refuseChoice(`more than ${maxChoices} choices`);
  }

  return {
    async show(shopId, names) {
      const person = await personOf(shopId, names);
      const { level, cause, choices } = await gate.usable(shopId, person, askingPlainly);
      const agrees = await gate.agrees(shopId, person, "personalize");
      const states = await consents.current(shopId, person.memberIds);
      const acts = actsOf(
        choices,
        person.memberIds.map((personId) => states.get(personId)),
        false,
      );
      const askedForMore = choices.moreItems.size + choices.moreCategories.size + choices.moreBrands.size;
      const suggestion = agrees && choices.pausedUntil === null ? levelToAskAbout(level, acts, askedForMore) : null;
      const dataUse = { inForce: level, cause: cause ?? (agrees ? null : "no-consent"), chosen: choices.dial, suggestion } as const;
      return showChoices(choices, dataUse, await countMessages(shopId, person));
    },

    async setDial(shopId, names, level, by) {
      if (level === null) onlyForOwners(by, "dataUse null");
      const person = await personOf(shopId, names);
      const rows = (await preferences.of(shopId, person.memberIds)).filter(({ kind }) => kind === "dial");
      if (level === null) return record(shopId, by, rows.map(clear));
      const chosen = choicesOf(rows, clock()).dial;
      if (by === "page") {
        if (chosen !== null && !isBelow(level, chosen)) return;
        return record(shopId, by, [set(person.personId, "dial", "", level)]);
      }
      // Said now, by who is known under all these names: it replaces what was said under any of them.
      const others = rows.filter(({ personId }) => personId !== person.personId);
      await record(
        shopId,
        by,
        [person.personId, ...others.map(({ personId }) => personId)].map((personId) => set(personId, "dial", "", level)),
      );
    },

    async pause(shopId, names, until, by) {
      const now = clock();
      if (until !== null && !(until > now && until < now + maxPauseMs)) throw refuseChoice("until: a time to come, at most ten years ahead");
      const person = await personOf(shopId, names);
      const rows = await preferences.of(shopId, person.memberIds);
      requireRoom(rows, person);
      const running = pausesIn(rows).some((pause) => isPausedAt([pause], now) && (pause.until === null || (until !== null && pause.until >= until)));
      if (running) return;
      // Two at one moment are one, the longer.
      const paused = set(person.personId, "pause", String(now), until === null ? "" : String(until));
      await record(shopId, by, [paused, await countAct(rows, person.personId, "pause")]);
    },

    async resume(shopId, names, by) {
      onlyForOwners(by, "resume");
      const person = await personOf(shopId, names);
      const now = clock();
      const rows = await preferences.of(shopId, person.memberIds);
      const running = rows.filter((row) => row.kind === "pause" && isPausedAt(pausesIn([row]), now));
      await record(
        shopId,
        by,
        running.map(({ personId, key }) => set(personId, "pause", key, String(now))),
      );
    },

    async choose(shopId, names, kind, key, by, { afterWhy = false } = {}) {
      if (kind.startsWith("more-")) onlyForOwners(by, "more");
      await requireKnown(shopId, kind, key);
      const person = await personOf(shopId, names);
      if (kind.startsWith("more-")) {
        if (!(await gate.agrees(shopId, person, "personalize"))) throw new ProblemError({ code: "CONSENT_NEEDED", detail: "personalize" });
        if (isSensitive(key)) throw refuseChoice("that says more of a person than is kept of anybody");
      }
      const rows = await preferences.of(shopId, person.memberIds);
      requireRoom(rows, person);
      const opposite = oppositeOf[kind];
      // What was said last is meant: asking for less takes back having asked for more. A page can take back nothing but that.
      const against = rows.filter((row) => opposite.includes(row.kind) && row.key === key).map(clear);
      const act = afterWhy && kind === "less" ? [await countAct(rows, person.personId, "less-after-why")] : [];
      await record(shopId, by, [set(person.personId, kind, key), ...against, ...act]);
    },

    async unchoose(shopId, names, kind, key, by) {
      onlyForOwners(by, `taking back ${kind}`);
      const person = await personOf(shopId, names);
      const rows = await preferences.of(shopId, person.memberIds);
      await record(shopId, by, rows.filter((row) => row.kind === kind && row.key === key).map(clear));
    },

    async setBudget(shopId, names, budget, by) {
      const person = await personOf(shopId, names);
      const rows = (await preferences.of(shopId, person.memberIds)).filter(({ kind }) => kind === "budget");
      const changes: Omit<PreferenceChange, "at" | "by">[] = [];
      for (const period of ["perDay", "perWeek"] as const) {
        const wanted = budget[period];
        if (wanted === undefined) continue;
        const said = rows.filter(({ key }) => key === period);
        if (wanted === null) {
          onlyForOwners(by, "frequency null");
          changes.push(...said.map(clear));
          continue;
        }
        if (!Number.isInteger(wanted) || wanted < 0 || wanted > maxBudget[period])
          throw refuseChoice(`frequency.${period}: a whole number, 0 to ${maxBudget[period]}`);
        if (by === "page" && said.some(({ value }) => Number(value) <= wanted)) continue;
        const under = by === "page" ? [person.personId] : [...new Set([person.personId, ...said.map(({ personId }) => personId)])];
        changes.push(...under.map((personId) => set(personId, "budget", period, String(wanted))));
      }
      await record(shopId, by, changes);
    },

    async suppress(shopId, names, key, by) {
      const person = await personOf(shopId, names);
      const rows = await preferences.of(shopId, person.memberIds);
      requireRoom(rows, person);
      await record(shopId, by, [set(person.personId, "suppressed", key), await countAct(rows, person.personId, "correction")]);
    },

    async leaveUnused(shopId, names, { personId, messageId }, reason, by) {
      const person = await personOf(shopId, names);
      const rows = await preferences.of(shopId, person.memberIds);
      requireRoom(rows, person);
      await record(shopId, by, [set(personId, "unused", messageId, reason), await countAct(rows, person.personId, "correction")]);
    },

    async setTrait(shopId, names, key, value, by) {
      onlyForOwners(by, "traits");
      if (!isUsableId(key) || value.trim() === "" || value.length > maxTraitLength || !value.isWellFormed())
        throw refuseChoice(`a trait has a name and a value of at most ${maxTraitLength} characters`);
      if (isSensitive(key) || isSensitive(value)) throw refuseChoice("that says more of a person than is kept of anybody");
      const person = await personOf(shopId, names);
      const rows = await preferences.of(shopId, person.memberIds);
      requireRoom(rows, person);
      const elsewhere = rows.filter((row) => row.kind === "trait" && row.key === key && row.personId !== person.personId).map(clear);
      await record(shopId, by, [set(person.personId, "trait", key, value), ...elsewhere]);
    },

    noteDeletedEvent: (shopId, personId, messageId, by) =>
      record(shopId, by, [{ personId, action: "delete-event", kind: "event", key: messageId, value: "" }]),

    async changes(shopId, names) {
      return preferences.changes(shopId, (await personOf(shopId, names)).memberIds);
    },
  };
}

const oppositeOf: Readonly<Record<ChooseKind, readonly PreferenceKind[]>> = {
  less: ["more-item"],
  "mute-category": ["more-category"],
  "mute-brand": ["more-brand"],
  "more-item": ["less"],
  "more-category": ["mute-category"],
  "more-brand": ["mute-brand"],
};
