import type { Clock, EpochMs, FreshId } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import { type PersonName, underName } from "#domain/person.ts";
import { type Problem, type Result, refuse, succeed } from "#domain/problem.ts";
import type { NewRightsRequest, RightsQuery, RightsRequest, RightsRequestKind, RightsStep } from "#storage/ports/rights-request-store.ts";
import type { Store } from "#storage/ports.ts";
import type { Forget } from "../forget/forget.ts";
import type { Gate } from "../gate.ts";
import type { PersonIds } from "../person-ids.ts";
import type { ShopPolicies } from "../policy/shop-policies.ts";
import type { RecordConsents } from "../record-consents.ts";
import type { KeepContacts } from "../vault/keep-contacts.ts";
import type { AskedRight, OpenedRight, RightsActor } from "./asked-right.ts";
import { createCarryOut } from "./carry-out.ts";
import { alarmOf, dueAt, extendedDueAt, isRegime, type RightsAlarm } from "./clocks.ts";
import { isVerified } from "./is-verified.ts";
import { createMovingRequests, type TellRights } from "./moving-requests.ts";
import { personWhoAsks } from "./person-who-asks.ts";
import { createRestrict } from "./restrict.ts";
import { type DenialReason, isOpenState } from "./states.ts";

export type Rights = {
  /** Refuses with PERSON_MISSING, CONTACT_INVALID or REQUEST_INVALID. Somebody unknown is answered like anybody. */
  open(shopId: ShopId, asked: AskedRight): Promise<Result<OpenedRight>>;
  get(shopId: ShopId, requestId: string): Promise<RightsRequest | null>;
  list(shopId: ShopId, query?: RightsQuery): Promise<readonly RightsRequest[]>;
  /** Everything that this person ever asked for. */
  of(shopId: ShopId, names: PersonName): Promise<readonly RightsRequest[]>;
  verify(shopId: ShopId, requestId: string, verifiedBy: string, by: RightsActor): Promise<Result<RightsRequest>>;
  /** Whoever opened a one-time link is who asked. */
  verifyAll(shopId: ShopId, names: PersonName): Promise<void>;
  /** Does what was asked for. `byHand`: it was done elsewhere. */
  fulfil(shopId: ShopId, requestId: string, by: RightsActor, options?: { readonly byHand?: boolean }): Promise<Result<RightsRequest>>;
  deny(shopId: ShopId, requestId: string, reason: DenialReason, words: string | null, by: RightsActor): Promise<Result<RightsRequest>>;
  extend(shopId: ShopId, requestId: string, words: string, by: RightsActor): Promise<Result<RightsRequest>>;
  revoke(shopId: ShopId, requestId: string, by: RightsActor): Promise<Result<RightsRequest>>;
  /** The restriction that this request made is over; the person is told first. */
  lift(shopId: ShopId, requestId: string, words: string, by: RightsActor): Promise<Result<RightsRequest>>;
  isRestricted(shopId: ShopId, names: PersonName): Promise<boolean>;
  /** Brings requests up to what has happened to them meanwhile, in all shops. */
  settle(): Promise<void>;
  alarms(shopId?: ShopId): Promise<Readonly<Record<RightsAlarm, number>>>;
};

export type RightsDeps = {
  readonly store: Pick<Store, "rightsRequests" | "identities" | "shops" | "forgetting" | "consents">;
  /** The gate that knows no restriction. */
  readonly gate: Pick<Gate, "recognise">;
  readonly personIds: PersonIds;
  readonly policies: ShopPolicies;
  readonly contacts: Pick<KeepContacts, "find">;
  readonly recordConsents: RecordConsents;
  readonly forget: Pick<Forget, "begin" | "status">;
  readonly tell: TellRights;
  readonly clock: Clock;
  readonly freshId: FreshId;
};

/** Done as soon as they are asked for. */
const atOnce: readonly RightsRequestKind[] = ["objection", "opt-out", "restriction"];
const closedProblem = ({ state }: RightsRequest): Problem => ({ code: "RIGHTS_REQUEST_CLOSED", detail: `it is ${state}` });

export function createRights(deps: RightsDeps): Rights {
  const { store, gate, personIds, policies, tell, clock, freshId } = deps;
  const kept = store.rightsRequests;
  const restrict = createRestrict(deps);
  const moving = createMovingRequests(deps);
  const { move, settled, get, changed } = moving;
  const carryOut = createCarryOut({ ...deps, moving, restrict });

  async function namesOf({ shopId, personId }: RightsRequest): Promise<PersonName | null> {
    if (personId === null) return null;
    const name = await store.identities.nameOf(shopId, personId);
    return name === null ? null : underName(name);
  }

  const rights: Rights = {
    async open(shopId, asked) {
      const { kind, regime = "", source, verifiedBy, correct } = asked;
      if (regime !== "" && !isRegime(regime)) return refuse("REQUEST_INVALID", "regime is no policy pack");
      const person = await personWhoAsks(deps, shopId, asked);
      if (!person.ok) return person;
      const { personId, names } = person.value;
      const at = clock();
      const due = dueAt(await policies.of(shopId), { kind, regime, at });
      // Corrections differ from each other; of everything else one is enough.
      const openKey = personId === null || correct != null ? null : `${kind} ${personId}`;
      const step: RightsStep = { at, action: "open", state: "open", by: source };
      const draft: NewRightsRequest & Pick<RightsRequest, "requestId"> = {
        ...{ requestId: `rr_${freshId()}`, shopId, kind, platform: null, personId, reference: asked.reference ?? null, at, dueAt: due },
        state: "open",
        ...{ regime, source, verifiedAt: verifiedBy === null ? null : at, verifiedBy, openKey, steps: [step] },
      };
      const isNew = await kept.add(draft);
      if (!isNew) {
        const before = openKey === null ? null : await kept.openWith(shopId, openKey);
        // Closed between the two looks: asked anew, it is a new one.
        if (before === null) return rights.open(shopId, asked);
        const proven = verifiedBy !== null && before.verifiedAt === null ? await rights.verify(shopId, before.requestId, verifiedBy, source) : null;
        return succeed({ request: proven?.ok === true ? proven.value : await settled(before), isNew: false });
      }
      const request = (await kept.get(shopId, draft.requestId))!;
      await tell(shopId, request, step);
      const isNow = atOnce.includes(kind) || correct != null;
      if (!isNow || names === null || !isVerified(request)) return succeed({ request, isNew: true });
      const done = await carryOut(request, names, correct, source);
      if (done !== null && "code" in done) return { ok: false, problem: done };
      return succeed({ request: done ?? (await get(shopId, request.requestId))!, isNew: true });
    },

    get,
    async list(shopId, query) {
      const requests = await kept.list(shopId, query);
      return Promise.all(requests.map(settled));
    },
    async of(shopId, names) {
      const person = await gate.recognise(shopId, names);
      const own = (await personIds.ofNames(shopId, names)).map(({ personId }) => personId);
      return Promise.all((await kept.list(shopId, { personIds: [...new Set([...own, ...(person?.memberIds ?? [])])] })).map(settled));
    },

    verify: (shopId, requestId, verifiedBy, by) =>
      changed(shopId, requestId, async (request) => {
        if (!isOpenState(request.state)) return closedProblem(request);
        if (request.verifiedAt !== null) return request;
        return move(request, "verify", by, { verifiedAt: clock(), verifiedBy });
      }),

    async verifyAll(shopId, names) {
      for (const request of await rights.of(shopId, names))
        if (isOpenState(request.state) && !isVerified(request)) {
          const verified = await rights.verify(shopId, request.requestId, "one-time link", "person");
          if (verified.ok && atOnce.includes(request.kind)) await rights.fulfil(shopId, request.requestId, "person");
        }
    },

    fulfil: (shopId, requestId, by, { byHand = false } = {}) =>
      changed(shopId, requestId, async (request) => {
        if (!isOpenState(request.state) || request.erasureId !== null) return closedProblem(request);
        if (byHand) return move(request, "fulfil by hand", by, { state: "fulfilled" });
        if (!isVerified(request)) return { code: "RIGHTS_UNVERIFIED", detail: "verify it first" };
        return carryOut(request, await namesOf(request), null, by);
      }),

    deny: (shopId, requestId, reason, words, by) =>
      changed(shopId, requestId, async (request) => {
        // What is being forgotten is past denying.
        if (!isOpenState(request.state) || request.erasureId !== null) return closedProblem(request);
        return move(request, "deny", by, { state: "denied", reason, words }, words ?? undefined);
      }),

    extend: (shopId, requestId, words, by) =>
      changed(shopId, requestId, async (request) => {
        if (!isOpenState(request.state) || request.extendedAt !== null) return closedProblem(request);
        if (words.trim() === "") return { code: "REQUEST_INVALID", detail: "an extension needs a reason" };
        if (clock() >= request.dueAt) return { code: "RIGHTS_REQUEST_CLOSED", detail: "its time is over: it can be answered, no longer extended" };
        const due = extendedDueAt(await policies.of(shopId), request);
        if (due === null || due <= request.dueAt) return { code: "RIGHTS_REQUEST_CLOSED", detail: "the law knows no extension for it" };
        return move(request, "extend", by, { state: "in_progress", dueAt: due, extendedAt: clock() }, words);
      }),

    revoke: (shopId, requestId, by) =>
      changed(shopId, requestId, async (request) => {
        if (!isOpenState(request.state) || request.erasureId !== null) return closedProblem(request);
        return move(request, "revoke", by, { state: "revoked" });
      }),

    lift: (shopId, requestId, words, by) =>
      changed(shopId, requestId, async (request) => {
        if (request.kind !== "restriction" || request.personId === null) return closedProblem(request);
        if (words.trim() === "") return { code: "REQUEST_INVALID", detail: "lifting a restriction needs a reason" };
        const names = await namesOf(request);
        // Whoever never came to the shop has no name there, and can be restricted all the same.
        const isRestricted =
          names === null ? (await kept.restrictionsOf(shopId, [request.personId])).length > 0 : await restrict.isRestricted(shopId, names);
        if (!isRestricted) return closedProblem(request);
        const step: RightsStep = { at: clock(), action: "lift", state: request.state, by, words };
        const steps = [...request.steps, step];
        if (!(await kept.change(request, { steps }))) return null;
        const next = { ...request, steps };
        // First the person is told: article 18(3).
        await tell(shopId, next, step);
        await (names === null ? kept.lift(shopId, [request.personId]) : restrict.end(shopId, names));
        return next;
      }),

    isRestricted: restrict.isRestricted,

    async settle() {
      for (const { shopId } of await store.shops.list())
        for (const request of await kept.list(shopId, { states: ["open", "in_progress"] })) await settled(request);
    },

    async alarms(shopId) {
      const counts: Record<RightsAlarm, number> = { calm: 0, half: 0, late: 0, overdue: 0 };
      const now: EpochMs = clock();
      for (const clocked of await kept.openClocks(shopId)) counts[alarmOf(clocked, now)]++;
      return counts;
    },
  };
  return rights;
}
