import { dayMs, type EpochMs } from "#domain/clock.ts";
import type { RightsRequestKind } from "#storage/ports/rights-request-store.ts";
import { addMonths } from "../consent/months.ts";
import type { Policy } from "../policy/policy.ts";
import { policyPacks } from "../policy/policy.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";

const hourMs = 3_600_000;
/** Nobody is told in which zone the person is: a term must be kept in each of them. From the west end of the earth to the east. */
const zonesMs: readonly number[] = Array.from({ length: 27 }, (_, index) => (index - 12) * hourMs);

const inEveryZone = (at: EpochMs, end: (local: EpochMs) => EpochMs): EpochMs => Math.min(...zonesMs.map((zone) => end(at + zone) - zone));

/** Laws that count in months say 30 days here for one: both are kept, and February is shorter than 30 days. */
const daysOfMonth = 30;

/** So many days on, and where that is a number of months no later than so many calendar months. */
export function termEnd(at: EpochMs, days: number): EpochMs {
  const months = days / daysOfMonth;
  const end = at + days * dayMs;
  return Number.isInteger(months) && months > 0
    ? Math.min(
        end,
        inEveryZone(at, (local) => addMonths(local, months)),
      )
    : end;
}

/** Monday to Friday (UTC). Holidays differ from place to place and would only make it longer. */
export function businessDaysEnd(at: EpochMs, days: number): EpochMs {
  let end = at;
  for (let left = days; left > 0; ) {
    end += dayMs;
    const day = new Date(end).getUTCDay();
    if (day !== 0 && day !== 6) left--;
  }
  return end;
}

type Clocks = PolicyPack["clocks"];

/** The clocks of a law by its name, or of all that the shop keeps to; what the shop has set itself holds for both. */
function clocksOf(policy: Policy, regime: string): readonly Clocks[] {
  const names = regime === "" ? policy.packs : [regime];
  const packs = names.flatMap((name) => policyPacks.get(name)?.clocks ?? []);
  const own = policy.overrides.clocks ?? {};
  return (packs.length === 0 ? [policy.clocks] : packs).map((clocks) => ({ ...clocks, ...own }));
}

export const isRegime = (text: string): boolean => policyPacks.has(text);

/** By when a request must be answered: the earliest of the laws that hold. */
export function dueAt(
  policy: Policy,
  { kind, regime, at }: { readonly kind: RightsRequestKind; readonly regime: string; readonly at: EpochMs },
): EpochMs {
  return Math.min(
    ...clocksOf(policy, regime).map(({ requestDays, optOutBusinessDays }) =>
      kind === "opt-out" ? businessDaysEnd(at, optOutBusinessDays) : termEnd(at, requestDays),
    ),
  );
}

/** By when with an extension; null: the law knows none for this. Counted from the beginning, as one term, not from the extension. */
export function extendedDueAt(
  policy: Policy,
  { kind, regime, at }: { readonly kind: RightsRequestKind; readonly regime: string; readonly at: EpochMs },
): EpochMs | null {
  if (kind === "opt-out" || kind === "erase-shop") return null;
  const terms = clocksOf(policy, regime);
  if (terms.some(({ extensionDays }) => extensionDays === 0)) return null;
  return Math.min(...terms.map(({ requestDays, extensionDays }) => termEnd(at, requestDays + extensionDays)));
}

/** How far the clock is. */
export const rightsAlarms = ["calm", "half", "late", "overdue"] as const;
export type RightsAlarm = (typeof rightsAlarms)[number];
export const alarmShares = { half: 0.5, late: 0.8 } as const;

export const clockShare = ({ at, dueAt: due }: { readonly at: EpochMs; readonly dueAt: EpochMs }, now: EpochMs): number =>
  due <= at ? 1 : Math.max(0, (now - at) / (due - at));

export function alarmOf(request: { readonly at: EpochMs; readonly dueAt: EpochMs }, now: EpochMs): RightsAlarm {
  if (now >= request.dueAt) return "overdue";
  const share = clockShare(request, now);
  return share >= alarmShares.late ? "late" : share >= alarmShares.half ? "half" : "calm";
}
