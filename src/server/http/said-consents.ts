import type { Static } from "typebox";
import type { EpochMs } from "#domain/clock.ts";
import { byGpc, byGpcAcknowledged, byGuardian } from "#domain/consent.ts";
import { ProblemError } from "#domain/problem.ts";
import { isPurpose, type Purpose } from "#domain/purpose.ts";
import { readGppString } from "#privacy/signals/gpp-string.ts";
import { signalTableVersion } from "#privacy/signals/signal-table.ts";
import { type ReadSignal, readTcString } from "#privacy/signals/tc-string.ts";
import type { putConsentsBody } from "../contract/consents.ts";

type Body = Static<typeof putConsentsBody>;

export type Said = {
  readonly purposes: ReadonlyMap<Purpose, boolean>;
  readonly how: string | null;
  /** A consent string carried an opt-out signal. */
  readonly gpc: boolean;
  readonly expiresAt: EpochMs | null;
  readonly signal: string | null;
};

/** What somebody objects to, without a reason being asked (GDPR art. 21). */
const objections: Readonly<Record<NonNullable<Body["objection"]>, readonly Purpose[]>> = {
  "direct-marketing": ["email", "sms", "whatsapp", "push", "share"],
  profiling: ["personalize", "learn"],
};

/** Words that say more than how something was said; only this house may say them. */
const reserved: ReadonlySet<string> = new Set([byGpc, byGpcAcknowledged, "expired", "notice-changed", "merge", "standing"]);

const refused = (detail: string) => new ProblemError({ code: "CONSENT_INVALID", detail });

function signalIn({ tcString, gppString }: Body, now: EpochMs): { readonly kind: "tcf" | "gpp"; readonly read: ReadSignal } | null {
  if (tcString !== undefined && gppString !== undefined) throw refused("tcString and gppString: send one of them");
  if (tcString !== undefined) return { kind: "tcf", read: readTcString(tcString, now) };
  return gppString === undefined ? null : { kind: "gpp", read: readGppString(gppString, now) };
}

/**
 * What a request says about consent: switches, a consent string, an objection. Where they differ, a no beats a yes. Throws
 * ProblemError.
 */
export function saidIn(body: Body, now: EpochMs): Said {
  const purposes = new Map<Purpose, boolean>();
  const say = (purpose: Purpose, granted: boolean) => purposes.set(purpose, granted && purposes.get(purpose) !== false);
  for (const [purpose, granted] of Object.entries(body.purposes ?? {})) {
    if (!isPurpose(purpose)) throw refused(`purposes.${purpose.slice(0, 50)}`);
    say(purpose, granted);
  }
  const signal = signalIn(body, now);
  if (signal !== null && !signal.read.ok)
    throw new ProblemError({ code: "CONSENT_STRING_INVALID", detail: `${signal.kind === "tcf" ? "tcString" : "gppString"}: ${signal.read.why}` });
  const read = signal?.read.ok === true ? signal.read : null;
  for (const [purpose, granted] of read?.purposes ?? []) say(purpose, granted);
  for (const purpose of body.objection === undefined ? [] : objections[body.objection]) purposes.set(purpose, false);
  if (purposes.size === 0 && read === null) throw refused("purposes is empty");
  if (body.how !== undefined && (reserved.has(body.how) || body.how.startsWith("age:"))) throw refused("how: this word is kept for Rapport itself");
  if (body.how === byGuardian && (body.verification ?? "").trim() === "") throw refused("verification: how the guardian was made sure of");
  const expiresAt = body.validUntil === undefined ? null : Date.parse(body.validUntil);
  if (expiresAt !== null && !(expiresAt > now)) throw refused("validUntil is not in the future");
  return {
    purposes,
    how: body.objection !== undefined ? "objection" : signal === null ? null : signal.kind,
    gpc: read?.gpc === true,
    expiresAt,
    signal: signal === null ? null : `${signal.kind} table ${signalTableVersion}`,
  };
}
