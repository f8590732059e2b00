import type { EpochMs } from "./clock.ts";
import type { PersonId } from "./ids.ts";

/**
 * What a person has chosen. `dial`: how much may be used; `pause`: not at all for a while; `less`, `mute-…`: not to be shown;
 * `more-…`: to be shown sooner; `budget`: how many messages at most; `suppressed`: what is not to be inferred; `unused`: an event that
 * is not to be used for them (a gift, somebody else's); `trait`: what they say of themselves;
 * `act`: how often they did what speaks for using less (the value counts).
 */
export const preferenceKinds = [
  "dial",
  "pause",
  "less",
  "mute-category",
  "mute-brand",
  "more-item",
  "more-category",
  "more-brand",
  "budget",
  "suppressed",
  "unused",
  "trait",
  "act",
] as const;
export type PreferenceKind = (typeof preferenceKinds)[number];

/** One choice, under the name it was made. `key` says of what; there is one for each kind and key. */
export type Preference = {
  readonly personId: PersonId;
  readonly kind: PreferenceKind;
  /** The item, category, brand, event, trait; "" where there is only one of the kind; the start of a pause. */
  readonly key: string;
  /** A level, the end of a pause ("" while it is open), a number, words; "" where the key says it all. */
  readonly value: string;
  readonly at: EpochMs;
};

/** Who made a change: the person, the shop's staff or systems for them, or anybody with the public key of the shop's pages. */
export const preferenceActors = ["person", "shop", "page"] as const;
export type PreferenceActor = (typeof preferenceActors)[number];

/** What was changed, as it is kept: a choice made (`set`) or taken back (`clear`), an event taken back (`delete-event`). */
export type PreferenceChange = {
  readonly personId: PersonId;
  readonly action: "set" | "clear" | "delete-event";
  readonly kind: PreferenceKind | "event";
  readonly key: string;
  readonly value: string;
  readonly at: EpochMs;
  readonly by: PreferenceActor;
};
