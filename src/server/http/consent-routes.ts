import { Type } from "typebox";
import type { ConsentState } from "#domain/consent.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";
import { isPurpose, type Purpose } from "#domain/purpose.ts";
import { type ConsentsReply, consentsReply, putConsentsBody } from "../contract/consents.ts";
import { errorReplies } from "../contract/errors.ts";
import { personNameOf, requireUsableIds } from "./decode-fields.ts";
import { addPreflight, allowAnyOrigin } from "./public-cors.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Consent"];

function checkNames(names: PersonName): PersonName {
  if (names.customerId === null && names.anonymousId === null)
    throw new ProblemError({ code: "PERSON_MISSING", detail: "customerId or anonymousId" });
  requireUsableIds(names);
  return names;
}

export function consentsToWire(state: ConsentState | undefined): ConsentsReply {
  const decisions = [...(state?.values() ?? [])];
  return {
    purposes: Object.fromEntries(decisions.map(({ purpose, granted }) => [purpose, granted])),
    decisions: decisions.map(({ purpose, granted, at, source, notice, how }) => ({
      purpose,
      granted,
      at: new Date(at).toISOString(),
      source,
      notice,
      how,
    })),
  };
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
        description: "Holds from the next request on. Purposes that are not named stay as they are, and are not told.",
        body: putConsentsBody,
        response: { 200: consentsReply, ...errorReplies },
      },
    },
    async (request) => {
      const { body, shop } = request;
      const names = checkNames(personNameOf(body.customerId, body.anonymousId));
      const purposes = new Map<Purpose, boolean>();
      for (const [purpose, granted] of Object.entries(body.purposes)) {
        if (!isPurpose(purpose)) throw new ProblemError({ code: "CONSENT_INVALID", detail: `purposes.${purpose.slice(0, 50)}` });
        purposes.set(purpose, granted);
      }
      if (purposes.size === 0) throw new ProblemError({ code: "CONSENT_INVALID", detail: "purposes is empty" });
      await house.recordConsents(shop.shopId, [{ names, purposes, source: "person", notice: body.notice ?? null, how: body.how ?? null }]);
      learning.poke();
      const { personId } = (await house.gate.recognise(shop.shopId, names))!;
      const state = (await house.store.consents.current(shop.shopId, [personId])).get(personId);
      // A write key is public: it is told what it has just said, and nothing that somebody decided before.
      return consentsToWire(new Map([...(state ?? [])].filter(([purpose]) => purposes.has(purpose))));
    },
  );

  addPreflight(app, "/v1/consents");

  app.get(
    "/v1/consents",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "What a person allows",
        querystring: Type.Object({ customerId: Type.Optional(Type.String()), anonymousId: Type.Optional(Type.String()) }),
        response: { 200: consentsReply, ...errorReplies },
      },
    },
    async (request) => {
      const names = checkNames(personNameOf(request.query.customerId, request.query.anonymousId));
      const { personId } = (await house.gate.recognise(request.shop.shopId, names))!;
      return consentsToWire((await house.store.consents.current(request.shop.shopId, [personId])).get(personId));
    },
  );
}
