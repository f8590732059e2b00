import { Counter } from "prom-client";
import { Type } from "typebox";
import type { PersonName } from "#domain/person.ts";
import { ProblemError, type Result } from "#domain/problem.ts";
import { errorReplies } from "../contract/errors.ts";
import { doneReply, identityReply, mergeIdentitiesBody, notMeBody, type Party } from "../contract/identities.ts";
import { personNameOf, requireUsableIds } from "./decode-fields.ts";
import { addPreflight, allowAnyOrigin } from "./public-cors.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Identity"];

function nameOf(field: string, party: Party): PersonName {
  const name = typeof party === "object" ? personNameOf(party.customerId, party.anonymousId) : personNameOf(party, null);
  if ((name.customerId === null) === (name.anonymousId === null))
    throw new ProblemError({ code: "REQUEST_INVALID", detail: `${field} is not one customerId or one anonymousId` });
  requireUsableIds({ [field]: name.customerId ?? name.anonymousId });
  return name;
}

function done(result: Result<null>) {
  if (!result.ok) throw new ProblemError(result.problem);
  return { success: true };
}

/** `/v1/identities`: who is whom, said by the shop; "this isn't me", said on a page. */
export function addIdentityRoutes(app: App, { house, checkKey, measures, learning }: RouteDeps): void {
  new Counter({
    name: "rapport_identity_limit_total",
    help: "Links not made: a person would have had too many names, a device too many hands",
    labelNames: ["reason"],
    registers: [measures.registry],
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(house.identityLimits())) this.inc({ reason }, count);
    },
  });

  app.post(
    "/v1/identities/merge",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "Two names are one customer",
        description: "The stricter consent holds for both; unmerge restores both as they were.",
        body: mergeIdentitiesBody,
        response: { 200: doneReply, ...errorReplies },
      },
    },
    async ({ body, shop }) => {
      const reply = done(await house.identities.merge(shop.shopId, nameOf("from", body.from), nameOf("into", body.into)));
      learning.poke();
      return reply;
    },
  );

  app.post(
    "/v1/identities/unmerge",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "They are not one customer after all",
        description: "Each has its own history and its own consents again, as if they had never been merged.",
        body: mergeIdentitiesBody,
        response: { 200: doneReply, ...errorReplies },
      },
    },
    async ({ body, shop }) => {
      const reply = done(await house.identities.unmerge(shop.shopId, nameOf("from", body.from), nameOf("into", body.into)));
      learning.poke();
      return reply;
    },
  );

  app.post(
    "/v1/identities/not-me",
    {
      // Said on a page of the shop's, which is of another origin.
      onRequest: allowAnyOrigin,
      preHandler: checkKey("write"),
      schema: {
        tags,
        summary: "This isn't me",
        description: "Whoever uses the device from now on is a stranger. The answer is the same whether or not it was somebody's.",
        body: notMeBody,
        response: { 200: doneReply, ...errorReplies },
      },
    },
    async ({ body, shop }) => {
      const names = personNameOf(body.customerId ?? body.userId, body.anonymousId);
      if (names.anonymousId === null) throw new ProblemError({ code: "PERSON_MISSING", detail: "anonymousId" });
      requireUsableIds({ userId: names.customerId, anonymousId: names.anonymousId });
      await house.identities.notMe(shop.shopId, names);
      return { success: true };
    },
  );

  addPreflight(app, "/v1/identities/not-me");

  app.get(
    "/v1/identities",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "Every name of one person, and why it is thought to be theirs",
        querystring: Type.Object({ customerId: Type.Optional(Type.String()), anonymousId: Type.Optional(Type.String()) }),
        response: { 200: identityReply, ...errorReplies },
      },
    },
    async ({ query, shop }) => {
      const names = personNameOf(query.customerId, query.anonymousId);
      if (names.customerId === null && names.anonymousId === null)
        throw new ProblemError({ code: "PERSON_MISSING", detail: "customerId or anonymousId" });
      requireUsableIds(names);
      const identity = await house.identities.show(shop.shopId, names);
      if (identity === null) throw new ProblemError({ code: "CUSTOMER_UNKNOWN", detail: names.customerId === null ? "anonymousId" : "customerId" });
      return { names: [...identity.names], links: identity.links.map(({ at, ...link }) => ({ ...link, at: new Date(at).toISOString() })) };
    },
  );
}
