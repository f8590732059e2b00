import { byGpc, byGpcAcknowledged, byGuardian, type ConsentState, isGranted } from "#domain/consent.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";
import { isPurpose, type Purpose } from "#domain/purpose.ts";
import type { ConsentHeld } from "#privacy/record-consents.ts";
import { type ConsentsReply, consentsReply, putConsentsBody, whoQuery } from "../contract/consents.ts";
import { errorReplies } from "../contract/errors.ts";
import { personNameOf, requireUsableIds } from "./decode-fields.ts";
import { gpcOf } from "./gpc.ts";
import { addPreflight, allowAnyOrigin } from "./public-cors.ts";
import type { App, RouteDeps } from "./route-deps.ts";
import { saidIn } from "./said-consents.ts";

const tags = ["Consent"];

export function checkNames(names: PersonName): PersonName {
  if (names.customerId === null && names.anonymousId === null)
    throw new ProblemError({ code: "PERSON_MISSING", detail: "customerId or anonymousId" });
  requireUsableIds(names);
  return names;
}

export function consentsToWire(state: ConsentState | undefined): ConsentsReply {
  const decisions = [...(state?.values() ?? [])].filter(({ purpose }) => isPurpose(purpose));
  return {
    purposes: Object.fromEntries(decisions.map(({ purpose }) => [purpose, isGranted(state, purpose)])),
    decisions: decisions.map(({ purpose, at, source, notice, how, expiresAt }) => ({
      purpose,
      granted: isGranted(state, purpose),
      at: new Date(at).toISOString(),
      source,
      notice,
      how,
      ...(expiresAt == null ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
    })),
  };
}

/** What the page has to show whoever opts out: that it is honoured, and how the switch stands. Nothing is asked of them. */
function optOutToWire(state: ConsentState | undefined, gpc: boolean): Pick<ConsentsReply, "optOut"> {
  const share = isGranted(state, "share");
  const stands = state?.get("share")?.how;
  if (!gpc && stands !== byGpc && stands !== byGpcAcknowledged) return {};
  const message = share ? "Sharing is on: you agreed to it after being told of your opt-out signal" : "Opt-out request honoured";
  return { optOut: { gpc, honoured: !share, message, share } };
}

function heldToWire(held: ConsentHeld | undefined): Pick<ConsentsReply, "held"> {
  // How old somebody is, a public key is not told.
  const told = [...(held ?? [])].filter(([, reason]) => reason !== "age");
  return told.length === 0 ? {} : { held: Object.fromEntries(told) };
}

/** `PUT` and `GET /v1/consents` */
export function addConsentRoutes(app: App, { house, checkKey, learning }: RouteDeps): void {
  app.put(
    "/v1/consents",
    {
      // The browser SDK runs in the shop's pages, which are of another origin.
      onRequest: allowAnyOrigin,
      preHandler: checkKey("write"),
      schema: {
        tags,
        summary: "Record what a person allows",
        description:
          "Holds from the next request on. Purposes that are not named stay as they are, and are not told. A no is always recorded; a yes is not where an opt-out signal, the person's age or a notice that has changed since stands against it.",
        body: putConsentsBody,
        response: { 200: consentsReply, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { body, shop } = request;
      const names = checkNames(personNameOf(body.customerId, body.anonymousId));
      const said = saidIn(body, house.clock());
      // Whoever speaks for a child does so to the shop, not to a page.
      if (body.how === byGuardian) await checkKey("server")(request, reply);
      const gpc = gpcOf(request) || said.gpc;
      const [held] = await house.recordConsents(shop.shopId, [
        {
          names,
          purposes: said.purposes,
          source: "person",
          notice: body.notice ?? null,
          how: body.how ?? said.how,
          language: body.language ?? null,
          expiresAt: said.expiresAt,
          verification: body.verification ?? null,
          signal: said.signal,
          gpc,
          acknowledgesGpc: body.acknowledgesGpc === true,
        },
      ]);
      learning.poke();
      const person = (await house.gate.recognise(shop.shopId, names))!;
      const state = (await house.store.consents.current(shop.shopId, [person.personId])).get(person.personId);
      // A write key is public: it is told what it has just said, and nothing that somebody decided before.
      const answered = new Map([...(state ?? [])].filter(([purpose]) => said.purposes.has(purpose as Purpose) || (gpc && purpose === "share")));
      const child =
        state !== undefined && [...said.purposes.keys()].some((purpose) => state.get(purpose)?.granted === true && !isGranted(state, purpose));
      const wire = consentsToWire(child ? state : answered);
      return {
        purposes: Object.fromEntries(Object.entries(wire.purposes).filter(([purpose]) => answered.has(purpose as Purpose))),
        decisions: wire.decisions.filter(({ purpose }) => answered.has(purpose as Purpose)),
        ...(gpc || said.purposes.has("share") ? optOutToWire(state, gpc) : {}),
        ...heldToWire(held),
      };
    },
  );

  addPreflight(app, "/v1/consents");

  app.get(
    "/v1/consents",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "What a person allows, and what they may be asked",
        querystring: whoQuery,
        response: { 200: consentsReply, ...errorReplies },
      },
    },
    async (request) => {
      const names = checkNames(personNameOf(request.query.customerId, request.query.anonymousId));
      const { shopId } = request.shop;
      const person = (await house.gate.recognise(shopId, names))!;
      const state = (await house.store.consents.current(shopId, [person.personId])).get(person.personId);
      const merged = await house.consentRecords.stateOf(shopId, person);
      const mayAsk = await house.consentRecords.mayAsk(shopId, merged);
      return {
        ...consentsToWire(state),
        ...optOutToWire(merged, gpcOf(request)),
        mayAsk: Object.fromEntries(
          Object.entries(mayAsk).map(([purpose, { askAgainAt, ...one }]) => [
            purpose,
            { ...one, askAgainAt: askAgainAt === null ? null : new Date(askAgainAt).toISOString() },
          ]),
        ),
        child: mayAsk.personalize?.because === "age",
      };
    },
  );
}
