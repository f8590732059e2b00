import type { Clock } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import { type Problem, type Result, refuse, succeed } from "#domain/problem.ts";
import type { RightsChange, RightsRequest, RightsStep } from "#storage/ports/rights-request-store.ts";
import type { Store } from "#storage/ports.ts";
import type { Forget } from "../forget/forget.ts";
import type { RightsActor } from "./asked-right.ts";
import { isVerified } from "./is-verified.ts";
import { isOpenState, mayMove } from "./states.ts";

/** What the shop's own systems are told, for it to tell the person. */
export type TellRights = (shopId: ShopId, request: RightsRequest, what: RightsStep) => Promise<void>;

export type MovingDeps = {
  readonly store: Pick<Store, "rightsRequests">;
  readonly forget: Pick<Forget, "status">;
  readonly tell: TellRights;
  readonly clock: Clock;
};

/** Requests as they go from state to state, by whoever is first. */
export type MovingRequests = {
  /** The one way in which a request changes; null: somebody else was faster. */
  move(request: RightsRequest, action: string, by: RightsActor, change: RightsChange, words?: string): Promise<RightsRequest | null>;
  /** Brings one up to what has happened meanwhile: what is forgotten is fulfilled; whoever never proved who they are has lost interest. */
  settled(request: RightsRequest): Promise<RightsRequest>;
  /** Settled. */
  get(shopId: ShopId, requestId: string): Promise<RightsRequest | null>;
  /** Tries again where `work` says null: somebody else was faster. */
  changed(
    shopId: ShopId,
    requestId: string,
    work: (request: RightsRequest) => Promise<RightsRequest | Problem | null>,
  ): Promise<Result<RightsRequest>>;
};

const mostSteps = 200;
const mostTries = 5;

export function createMovingRequests({ store, forget, tell, clock }: MovingDeps): MovingRequests {
  const kept = store.rightsRequests;

  const moving: MovingRequests = {
    async move(request, action, by, change, words) {
      const state = change.state ?? request.state;
      if (state !== request.state && !mayMove(request.state, state)) return null;
      const step: RightsStep = { at: clock(), action, state, by, ...(words === undefined ? {} : { words }) };
      const steps = [...request.steps, step].slice(-mostSteps);
      const closed = isOpenState(state) ? {} : { closedAt: request.closedAt ?? clock() };
      const whole = { ...change, ...closed, steps };
      if (!(await kept.change(request, whole))) return null;
      const next = { ...request, ...whole };
      await tell(request.shopId, next, step);
      return next;
    },

    async settled(request) {
      const { shopId, state, erasureId } = request;
      if (!isOpenState(state)) return request;
      if (erasureId !== null && state === "in_progress") {
        const status = await forget.status(shopId, erasureId);
        if (status?.state !== "done") return request;
        return (await moving.move(request, "erased", "rapport", { state: "fulfilled" })) ?? request;
      }
      if (!isVerified(request) && clock() >= request.dueAt) return (await moving.move(request, "expire", "rapport", { state: "expired" })) ?? request;
      return request;
    },

    async get(shopId, requestId) {
      const request = await kept.get(shopId, requestId);
      return request === null ? null : moving.settled(request);
    },

    async changed(shopId, requestId, work) {
      for (let tries = 0; tries < mostTries; tries++) {
        const request = await moving.get(shopId, requestId);
        if (request === null) return refuse("RIGHTS_REQUEST_UNKNOWN", "no request of that id");
        const done = await work(request);
        if (done !== null) return "code" in done ? { ok: false, problem: done } : succeed(done);
      }
      return refuse("RIGHTS_REQUEST_CLOSED", "somebody else is at it");
    },
  };
  return moving;
}
