import { Type } from "typebox";
import { ProblemError } from "#domain/problem.ts";
import { channels, contactObstacles } from "#privacy/consent/may-contact.ts";
import { errorReplies } from "../contract/errors.ts";
import { putPolicyBody, putSuppressionsBody } from "../contract/notices.ts";
import { personNames } from "../contract/person-names.ts";
import { checkNames } from "./consent-routes.ts";
import { personNameOf } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Consent"];
const channel = Type.Union(channels.map((one) => Type.Literal(one)));
const anything = Type.Record(Type.String(), Type.Unknown());

/** What laws a shop keeps to; whether somebody may be written to, and who never. */
export function addPolicyRoutes(app: App, { house, checkKey, learning }: RouteDeps): void {
  app.get(
    "/v1/policy",
    { preHandler: checkKey("server"), schema: { tags, summary: "The shop's policy: laws as numbers", response: { 200: anything, ...errorReplies } } },
    async ({ shop }) => ({ ...(await house.policy.of(shop.shopId)) }),
  );

  app.put(
    "/v1/policy",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "Which laws the shop keeps to",
        description: "Of several packs the strictest counts, point by point; overrides are the shop's own.",
        body: putPolicyBody,
        response: { 200: anything, ...errorReplies },
      },
    },
    async ({ shop, body }) => {
      const set = await house.policy.set(shop.shopId, body.packs, body.overrides ?? {});
      if (!set.ok) throw new ProblemError(set.problem);
      if ((await house.ageSignals.judgeAnew(shop.shopId)) > 0) learning.poke();
      return { ...set.value };
    },
  );

  app.post(
    "/v1/contacts/check",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "May this person be sent marketing, there?",
        description:
          "Consent, lists of whom never to write to, quiet hours by their clock (where timeZone says whose), the caps of the shop's laws for the channel, and the person's own budget over all channels. Messages are counted that were told as events named Message Sent, or Message Sent: sms.",
        body: Type.Object({
          ...personNames,
          channel,
          address: Type.Optional(Type.Union([Type.String({ maxLength: 320 }), Type.Null()])),
          timeZone: Type.Optional(Type.String({ maxLength: 64, description: 'Where they are, such as "Asia/Karachi".' })),
        }),
        response: {
          200: Type.Object({
            allowed: Type.Boolean(),
            because: Type.Array(Type.String({ description: contactObstacles.join(", ") })),
            notBefore: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
              description: "When it may be sent, where nothing but time is in the way.",
            }),
          }),
          ...errorReplies,
        },
      },
    },
    async ({ shop, body }) => {
      const names = checkNames(personNameOf(body.customerId, body.anonymousId));
      const person = await house.gate.recognise(shop.shopId, names);
      const { channel: wanted, address = null, timeZone = null } = body;
      const answer = await house.contacts.mayContact(shop.shopId, person, wanted as (typeof channels)[number], address, timeZone);
      if (!answer.ok) throw new ProblemError(answer.problem);
      const { allowed, because, notBefore } = answer.value;
      return { allowed, because: [...because], notBefore: notBefore === null ? null : new Date(notBefore).toISOString() };
    },
  );

  app.put(
    "/v1/contacts/suppressions",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "Addresses that are never to be reached",
        description: "Do-not-call registers, complaints. Kept as keyed digests: nobody can read from them who is on the list.",
        body: putSuppressionsBody,
        response: { 200: Type.Object({ added: Type.Integer(), known: Type.Integer(), invalid: Type.Integer() }), ...errorReplies },
      },
    },
    async ({ shop, body }) => {
      const known: readonly string[] = [...channels, "*"];
      const unknown = body.channels.find((one) => !known.includes(one));
      if (unknown !== undefined) throw new ProblemError({ code: "REQUEST_INVALID", detail: `channels: ${unknown.slice(0, 30)}` });
      const { source, country = null, addresses } = body;
      const done = await house.contacts.suppress(shop.shopId, { channels: body.channels as (typeof channels)[number][], source, country, addresses });
      if (!done.ok) throw new ProblemError(done.problem);
      return { ...done.value };
    },
  );
}
