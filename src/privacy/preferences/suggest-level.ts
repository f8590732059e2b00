import { type DataUse, dataUses, isBelow } from "#domain/data-use.ts";

/** What somebody did that speaks for using less of their data, and how often. */
export type RevealedActs = {
  /** Their browser sends Global Privacy Control with this request. */
  readonly gpc: boolean;
  /** Purposes that they themselves refuse. */
  readonly refusals: number;
  /** "Less of this" said after reading why it was shown. */
  readonly lessAfterWhy: number;
  /** Inferences deleted, and events not to be used for them. */
  readonly corrections: number;
  readonly pauses: number;
};

/** From so many on, an act is a sign; one alone may be a slip of the hand. */
const signs: readonly { readonly act: Exclude<keyof RevealedActs, "gpc">; readonly from: number }[] = [
  { act: "refusals", from: 3 },
  { act: "lessAfterWhy", from: 2 },
  { act: "corrections", from: 2 },
  { act: "pauses", from: 1 },
];

export const signsIn = (acts: RevealedActs): string[] => [
  ...(acts.gpc ? ["gpc"] : []),
  ...signs.flatMap(({ act, from }) => (acts[act] >= from ? [act] : [])),
];

/**
 * The level for somebody who chose none: no sign, everything; one sign, purchases; two or more, or Global Privacy Control, the visit.
 * Never lower: whoever wants nothing used has a switch for it, and to guess at that would be to decide for them.
 */
export function suggestedLevel(acts: RevealedActs): DataUse {
  const found = signsIn(acts);
  return found.length === 0 ? "everything" : found.length === 1 && !acts.gpc ? "purchases" : "visit";
}

/** So often somebody asked for more of something before they are asked whether more may be used. */
const moreBeforeAsking = 3;

/**
 * A higher level that somebody could be asked about; null: there is no reason to ask. Only they can take it: nothing is ever raised
 * without a word of theirs.
 */
export function levelToAskAbout(inForce: DataUse, acts: RevealedActs, askedForMore: number): DataUse | null {
  if (inForce === "everything" || askedForMore < moreBeforeAsking) return null;
  const next = dataUses[dataUses.indexOf(inForce) + 1]!;
  return isBelow(suggestedLevel(acts), next) ? null : next;
}
