import type { EpochMs } from "#domain/clock.ts";
import type { RightsRequest } from "#storage/ports/rights-request-store.ts";
import { alarmOf, clockShare, type RightsAlarm } from "./clocks.ts";
import { isVerified } from "./is-verified.ts";
import { isOpenState } from "./states.ts";

const iso = (at: EpochMs | null) => (at === null ? null : new Date(at).toISOString());

export type ToldRequest = {
  readonly id: string;
  readonly kind: string;
  readonly state: RightsRequest["state"];
  readonly regime: string | null;
  readonly source: string;
  readonly platform: string | null;
  readonly reference: string | null;
  readonly at: string;
  readonly dueAt: string;
  readonly extendedAt: string | null;
  readonly closedAt: string | null;
  readonly verified: boolean;
  readonly verifiedBy: string | null;
  /** Null where the clock stands still. */
  readonly clock: { readonly share: number; readonly alarm: RightsAlarm } | null;
  readonly reason: string | null;
  readonly words: string | null;
  readonly changed: readonly string[] | null;
  readonly erasureId: string | null;
  readonly steps: readonly {
    readonly at: string;
    readonly action: string;
    readonly state: string;
    readonly by: string;
    readonly words: string | null;
  }[];
};

/** A request as it is told, to the person and to the shop alike. */
export function requestToPerson(request: RightsRequest, now: EpochMs): ToldRequest {
  const { requestId, kind, state, regime, source, platform, reference, reason, words, detail, erasureId, verifiedBy } = request;
  return {
    ...{ id: requestId, kind, state, regime: regime === "" ? null : regime, source, platform, reference },
    ...{ at: iso(request.at)!, dueAt: iso(request.dueAt)!, extendedAt: iso(request.extendedAt), closedAt: iso(request.closedAt) },
    ...{ verified: isVerified(request), verifiedBy },
    clock: isOpenState(state) ? { share: Math.round(clockShare(request, now) * 1e4) / 1e4, alarm: alarmOf(request, now) } : null,
    ...{ reason, words, changed: detail, erasureId },
    steps: request.steps.map(({ at, action, state: then, by, words: said = null }) => ({ at: iso(at)!, action, state: then, by, words: said })),
  };
}
