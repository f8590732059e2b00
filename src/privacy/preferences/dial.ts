import type { Clock } from "#domain/clock.ts";
import { byGpc, type ConsentState, isRefused } from "#domain/consent.ts";
import type { DataUse, Visit } from "#domain/data-use.ts";
import type { PersonId, SessionId, ShopId } from "#domain/ids.ts";
import type { Person } from "#domain/person.ts";
import { purposes } from "#domain/purpose.ts";
import type { PreferenceStore } from "#storage/ports/preference-store.ts";
import { type Choices, choicesOf, noChoices } from "./choices.ts";
import { fullLevel, type Level, type Limit, lowered } from "./decide-level.ts";
import { type RevealedActs, suggestedLevel } from "./suggest-level.ts";

/** How one request asks: in which visit, at most how much, with Global Privacy Control or not. */
export type Asking = { readonly sessionId: SessionId | null; readonly atMost: DataUse | null; readonly gpc: boolean };

export const askingPlainly: Asking = { sessionId: null, atMost: null, gpc: false };

/** Whose data must be left alone though they agreed, such as while a dispute about it lasts. */
export type IsRestricted = (shopId: ShopId, memberIds: readonly PersonId[]) => Promise<boolean>;

export type Dial = {
  choices(shopId: ShopId, person: Person | null): Promise<Choices>;
  /** As far as it can be told without looking at anything but the choices. */
  first(choices: Choices, asking: Asking): Level;
  /** Of somebody who allows personalization. */
  full(shopId: ShopId, person: Person, states: readonly (ConsentState | undefined)[], choices: Choices, asking: Asking): Promise<Level>;
  /** The names under which somebody chose less than everything, or paused. */
  limiting(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlySet<PersonId>>;
  visitOf(asking: Asking): Visit;
};

/** What somebody did that speaks for using less: their own refusals and corrections, and what their browser says. */
export function actsOf(choices: Choices, states: readonly (ConsentState | undefined)[], gpc: boolean): RevealedActs {
  const refused = states.flatMap((state) => purposes.filter((purpose) => isRefused(state, purpose)).map((purpose) => state!.get(purpose)!));
  const ownRefusals = new Set(refused.flatMap(({ purpose, source, how }) => (source === "person" && how !== byGpc ? [purpose] : [])));
  // What a browser said once holds until its owner says otherwise, on whichever device.
  const saidGpc = gpc || refused.some(({ how }) => how === byGpc);
  const times = (act: string) => choices.acts.get(act) ?? 0;
  return {
    gpc: saidGpc,
    refusals: ownRefusals.size,
    lessAfterWhy: times("less-after-why"),
    corrections: times("correction"),
    pauses: times("pause"),
  };
}

const limits = ({ dial, pausedUntil }: Choices) => (dial !== null && dial !== "everything") || pausedUntil !== null;

/** How much may be used for somebody, on top of what they agreed to: the choice, the pause, and what the request says. */
export function createDial(deps: {
  readonly preferences: Pick<PreferenceStore, "of">;
  readonly clock: Clock;
  readonly isRestricted?: IsRestricted | undefined;
}): Dial {
  const { preferences, clock, isRestricted } = deps;
  const first: Dial["first"] = ({ dial, pausedUntil }, { atMost }) => {
    const found: Limit[] = [];
    if (pausedUntil !== null) found.push({ cause: "paused", atMost: "nothing" });
    if (dial !== null) found.push({ cause: "choice", atMost: dial });
    if (atMost !== null) found.push({ cause: "request", atMost });
    return lowered(fullLevel, found);
  };
  return {
    first,
    async choices(shopId, person) {
      return person === null ? noChoices : choicesOf(await preferences.of(shopId, person.memberIds), clock());
    },
    async full(shopId, person, states, choices, asking) {
      const found: Limit[] = [];
      if ((await isRestricted?.(shopId, person.memberIds)) === true) found.push({ cause: "restricted", atMost: "page" });
      // Whoever chose is not guessed about.
      if (choices.dial === null) {
        const acts = actsOf(choices, states, asking.gpc);
        found.push({ cause: acts.gpc ? "gpc" : "adapted", atMost: suggestedLevel(acts) });
      }
      return lowered(first(choices, asking), found);
    },
    async limiting(shopId, personIds) {
      const rows = await preferences.of(shopId, personIds);
      const now = clock();
      return new Set(rows.flatMap((row) => (limits(choicesOf([row], now)) ? [row.personId] : [])));
    },
    visitOf: ({ sessionId }) => ({ sessionId, now: clock() }),
  };
}
