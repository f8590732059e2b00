import type { EpochMs } from "#domain/clock.ts";
import { byGpc, type ConsentDecision, type ConsentState } from "#domain/consent.ts";
import { eventPurposes, type Purpose } from "#domain/purpose.ts";
import type { IncomingMessage } from "../message.ts";

/** How decisions came about that arrived with an event; both are the shop's consent manager speaking. */
export const [byStamp, byEvent] = ["segment-stamp", "segment-event"] as const;

/** A no counts though it reaches us behind a yes: clocks differ, and a no too many can be taken back. */
const lateNoMs = 3_600_000;
/** A yes must be later than the no it takes back; by so much two clocks may differ. */
const clockSlackMs = 5_000;

function overturns(current: ConsentDecision, granted: boolean, explicit: boolean, at: EpochMs): boolean {
  if (current.granted === granted) return false;
  if (!granted) return at + lateNoMs >= current.at;
  // An opt-out signal is taken back by whoever was told of it, and by nothing in passing.
  if (current.how === byGpc) return false;
  // What the shop asserted gives way to what the person says, whenever it was.
  if (current.source === "shop-asserted") return true;
  // One consent manager, one clock: a yes that was sent again after the no is the older of the two.
  if (current.how === byStamp || current.how === byEvent) return at > current.at;
  // A no given elsewhere is taken back by a decision alone, never in passing.
  return explicit && at + clockSlackMs > current.at;
}

/**
 * What a message says about consent that is not in force yet, by purpose. A stamp of nothing but no on somebody who
 * was never heard is no decision: consent managers stamp that before anybody was asked.
 */
export function hearConsent(
  message: Pick<IncomingMessage, "stampedConsent" | "decides">,
  state: ConsentState | undefined,
  at: EpochMs,
): ReadonlyMap<Purpose, { readonly granted: boolean; readonly how: string }> {
  const heard = new Map<Purpose, { granted: boolean; how: string }>();
  const stamp = message.stampedConsent === "malformed" ? null : message.stampedConsent;
  const wasAnswered = eventPurposes.some((purpose) => stamp?.get(purpose) === true);
  for (const [purpose, granted] of stamp ?? []) {
    const current = state?.get(purpose);
    const isOptOut = purpose === "share" && !granted && state !== undefined;
    if (current === undefined ? wasAnswered || isOptOut : overturns(current, granted, false, at)) heard.set(purpose, { granted, how: byStamp });
  }
  for (const [purpose, granted] of message.decides ?? []) {
    const current = state?.get(purpose);
    if (current === undefined || overturns(current, granted, true, at)) heard.set(purpose, { granted, how: byEvent });
  }
  return heard;
}
