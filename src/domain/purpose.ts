/**
 * What a person's data may be used for. Each has its own switch, none is on by itself.
 * `personalize`: my history may shape what I see; `learn`: my events may enter the shop's counts;
 * `measure`: my events may enter reports. The others belong to rooms that send or share.
 */
export const purposes = ["personalize", "learn", "measure", "email", "sms", "whatsapp", "push", "share", "research"] as const;
export type Purpose = (typeof purposes)[number];

/**
 * Not a purpose: whether the person is old enough to decide by themselves. Kept with the decisions, so that it is merged,
 * replayed, copied and forgotten as they are.
 */
export const ofAge = "of-age" as Purpose;

/** Everything that is stored as a decision. */
export const decidable: readonly Purpose[] = [...purposes, ofAge];

/** The purposes for which a behavioural event may be stored at all. */
export const eventPurposes = ["personalize", "learn", "measure"] as const satisfies readonly Purpose[];

const known: ReadonlySet<string> = new Set(purposes);

export function isPurpose(text: string): text is Purpose {
  return known.has(text);
}
