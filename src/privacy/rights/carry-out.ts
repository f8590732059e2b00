import type { PersonName } from "#domain/person.ts";
import type { Problem } from "#domain/problem.ts";
import { type Purpose, purposes } from "#domain/purpose.ts";
import type { RightsRequest, RightsRequestKind } from "#storage/ports/rights-request-store.ts";
import type { Store } from "#storage/ports.ts";
import type { Forget } from "../forget/forget.ts";
import { optOutPurposes, type RecordConsents } from "../record-consents.ts";
import type { AskedRight, RightsActor } from "./asked-right.ts";
import type { MovingRequests } from "./moving-requests.ts";
import type { Restrict } from "./restrict.ts";

type Deps = {
  readonly store: Pick<Store, "rightsRequests">;
  readonly moving: MovingRequests;
  readonly restrict: Pick<Restrict, "begin">;
  readonly recordConsents: RecordConsents;
  readonly forget: Pick<Forget, "begin">;
};

/** Does what a request asks for; null: somebody else was faster. The words of what is returned say what was changed. */
export type CarryOut = (
  request: RightsRequest,
  names: PersonName | null,
  correct: AskedRight["correct"],
  by: RightsActor,
) => Promise<RightsRequest | Problem | null>;

/** What an objection to direct marketing stops: writing to somebody, and making a profile of them to sell by. */
const objectionPurposes: readonly Purpose[] = ["email", "sms", "whatsapp", "push", "personalize", "share"];
const noTo = (wanted: readonly Purpose[]) => new Map(wanted.map((purpose) => [purpose, false]));
const isErasure = (kind: RightsRequestKind) => kind === "erasure" || kind === "erase-customer";
const mustName: readonly RightsRequestKind[] = ["erasure", "erase-customer", "objection", "opt-out", "restriction", "rectification"];
const mostTries = 5;

export function createCarryOut({ store, moving, restrict, recordConsents, forget }: Deps): CarryOut {
  const kept = store.rightsRequests;

  async function erase(request: RightsRequest, names: PersonName, by: RightsActor): Promise<RightsRequest | null> {
    const { shopId, requestId } = request;
    const started = request.state === "in_progress" ? request : await moving.move(request, "begin", by, { state: "in_progress" });
    if (started === null) return null;
    const { erasureId } = await forget.begin(shopId, names, `rights request ${requestId}`);
    // Whom it was about has been taken out of it by then, perhaps: it is read again.
    for (let tries = 0; tries < mostTries; tries++) {
      const now = await kept.get(shopId, requestId);
      if (now === null || now.erasureId !== null) return now;
      if (await kept.change(now, { erasureId })) return moving.settled({ ...now, erasureId });
    }
    return null;
  }

  return async (request, names, correct, by) => {
    const { shopId, kind } = request;
    const finish = (detail: readonly string[]) => moving.move(request, "fulfil", by, { state: "fulfilled", detail });
    if (names === null) {
      if (mustName.includes(kind)) return { code: "PERSON_MISSING", detail: "nobody this shop has a name for: see to it by hand" };
      return finish([]);
    }
    if (isErasure(kind)) return erase(request, names, by);
    if (kind === "objection" || kind === "opt-out") {
      const wanted = kind === "objection" ? objectionPurposes : optOutPurposes;
      await recordConsents(shopId, [{ names, purposes: noTo(wanted), source: "person", notice: null, how: kind }]);
      return finish(wanted.map((purpose) => `${purpose}: no`));
    }
    if (kind === "restriction") {
      await restrict.begin(shopId, names, request.requestId);
      return finish(purposes.map((purpose) => `${purpose}: not used`));
    }
    return finish(kind === "rectification" && correct != null ? await correct() : []);
  };
}
