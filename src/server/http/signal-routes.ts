import { Type } from "typebox";
import { isChild } from "#domain/consent.ts";
import { ProblemError } from "#domain/problem.ts";
import { type AgeBand, bandOfBirthYear } from "#privacy/consent/age-signal.ts";
import { putAgeBody } from "../contract/consents.ts";
import { errorReplies } from "../contract/errors.ts";
import { checkNames } from "./consent-routes.ts";
import { personNameOf } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Consent"];
const adultBands: ReadonlySet<AgeBand> = new Set(["adult", "16-17", "13-15"]);

/** `PUT /v1/signals/age`: how old somebody is, as a band. */
export function addSignalRoutes(app: App, { house, checkKey, learning }: RouteDeps): void {
  app.put(
    "/v1/signals/age",
    {
      preHandler: checkKey("write"),
      schema: {
        tags,
        summary: "How old somebody is, as a band",
        description:
          "A child's own yes opens nothing, from the next request on; a guardian's does (PUT /v1/consents with how: guardian). That somebody is no child after all, only the server key may say.",
        body: putAgeBody,
        response: { 200: Type.Object({ recorded: Type.Literal(true), ageBand: Type.String() }), ...errorReplies },
      },
    },
    async (request, reply) => {
      const { body, shop } = request;
      const names = checkNames(personNameOf(body.customerId, body.anonymousId));
      if ((body.ageBand === undefined) === (body.birthYear === undefined))
        throw new ProblemError({ code: "REQUEST_INVALID", detail: "ageBand or birthYear, one of them" });
      const year = new Date(house.clock()).getUTCFullYear();
      if (body.birthYear !== undefined && body.birthYear > year)
        throw new ProblemError({ code: "REQUEST_INVALID", detail: "birthYear is in the future" });
      const band: AgeBand = body.birthYear === undefined ? body.ageBand! : bandOfBirthYear(body.birthYear, house.clock());
      const person = (await house.gate.recognise(shop.shopId, names))!;
      if (adultBands.has(band) && isChild(await house.consentRecords.stateOf(shop.shopId, person))) await checkKey("server")(request, reply);
      await house.ageSignals.record(shop.shopId, names, band);
      learning.poke();
      return { recorded: true as const, ageBand: band };
    },
  );
}
