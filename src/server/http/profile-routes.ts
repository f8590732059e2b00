import { Type } from "typebox";
import type { KnownEvent, ShownProfile } from "#serving/profile.ts";
import type { Inference } from "#serving/profile-inferences.ts";
import { errorReplies } from "../contract/errors.ts";
import { namesBody, namesQuery } from "../contract/preferences.ts";
import { type ProfileReply, profileDone, profileReply, traitBody, unusedBody } from "../contract/profile.ts";
import { requireUsableIds } from "./decode-fields.ts";
import { namesOf, preferencesToWire } from "./preference-routes.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Profile"];
const iso = (at: number) => new Date(at).toISOString();

function eventToWire(event: KnownEvent): ProfileReply["known"]["latest"][number] {
  const path = `/v1/profile/events/${encodeURIComponent(event.id)}`;
  const controls = {
    delete: { method: "DELETE", path },
    notForMe: { method: event.unusedBecause === null ? "POST" : "DELETE", path: `${path}/unused` },
  };
  return { ...event, at: iso(event.at), receivedAt: iso(event.receivedAt), items: event.items.map((item) => ({ ...item })), controls };
}

function inferenceToWire(inference: Inference): ProfileReply["inferred"][number] {
  return {
    ...inference,
    expectedAt: inference.expectedAt === null ? null : iso(inference.expectedAt),
    because: inference.because.map((cause) => ({ ...cause })),
    controls: { delete: { method: "DELETE", path: `/v1/profile/inferences/${encodeURIComponent(inference.key)}` } },
  };
}

function toWire({ names, known, inferred, inferring, preferences, changes }: ShownProfile): ProfileReply {
  return {
    names: names.map((name) => ({ ...name })),
    known: { groups: known.groups.map((group) => ({ ...group, from: iso(group.from), to: iso(group.to) })), latest: known.latest.map(eventToWire) },
    inferring,
    inferred: inferred.map(inferenceToWire),
    preferences: preferencesToWire(preferences),
    changes: changes.map(({ at, by, action, kind, key, value }) => ({ at: iso(at), by, action, kind, key, value })),
  };
}

/** `/v1/profile`: all that is kept and inferred of one person, and what corrects it. The shop's server asks for the person. */
export function addProfileRoutes(app: App, { house, checkKey, learning }: RouteDeps): void {
  const { profile } = house;
  const preHandler = checkKey("server");
  const response = { 200: profileDone, ...errorReplies };
  const eventParams = Type.Object({ id: Type.String() });
  const keyParams = Type.Object({ key: Type.String() });
  const done = { success: true };

  app.get(
    "/v1/profile",
    {
      preHandler,
      schema: {
        tags,
        summary: "What is known and inferred of a person, why, how surely, and what changes it",
        description: "The person's right, whatever they allow. Nothing is inferred of somebody who does not allow personalize.",
        querystring: namesQuery,
        response: { 200: profileReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => toWire(await profile.of(shop.shopId, namesOf(query))),
  );

  app.delete(
    "/v1/profile/events/:id",
    {
      preHandler,
      schema: {
        tags,
        summary: "It never happened",
        description: "No answer uses it from now on, and the counts give it back.",
        params: eventParams,
        querystring: namesQuery,
        response,
      },
    },
    async ({ shop, query, params }) => {
      requireUsableIds({ "the id in the path": params.id });
      await profile.deleteEvent(shop.shopId, namesOf(query), params.id, "shop");
      learning.poke();
      return done;
    },
  );

  app.post(
    "/v1/profile/events/:id/unused",
    {
      preHandler,
      schema: {
        tags,
        summary: "A gift, or not me: not to be used for them",
        description: "It stays in the shop's records.",
        params: eventParams,
        body: unusedBody,
        response,
      },
    },
    async ({ shop, body, params }) => {
      requireUsableIds({ "the id in the path": params.id });
      await profile.leaveUnused(shop.shopId, namesOf(body), params.id, body.reason ?? "other", "shop");
      return done;
    },
  );

  app.delete(
    "/v1/profile/events/:id/unused",
    { preHandler, schema: { tags, summary: "It may be used after all", params: eventParams, querystring: namesQuery, response } },
    async ({ shop, query, params }) => {
      await profile.useAgain(shop.shopId, namesOf(query), params.id, "shop");
      return done;
    },
  );

  app.delete(
    "/v1/profile/inferences/:key",
    {
      preHandler,
      schema: {
        tags,
        summary: "Not to be inferred, now or later",
        description: 'The key as in the profile: "category: Tea".',
        params: keyParams,
        querystring: namesQuery,
        response,
      },
    },
    async ({ shop, query, params }) => {
      await profile.deleteInference(shop.shopId, namesOf(query), params.key, "shop");
      return done;
    },
  );

  app.post(
    "/v1/profile/inferences/:key",
    { preHandler, schema: { tags, summary: "It may be inferred after all", params: keyParams, body: namesBody, response } },
    async ({ shop, body, params }) => {
      await profile.inferAgain(shop.shopId, namesOf(body), params.key, "shop");
      return done;
    },
  );

  app.put(
    "/v1/profile/traits/:key",
    { preHandler, schema: { tags, summary: "What they say of themselves", params: keyParams, body: traitBody, response } },
    async ({ shop, body, params }) => {
      await profile.setTrait(shop.shopId, namesOf(body), params.key, body.value, "shop");
      return done;
    },
  );

  app.delete(
    "/v1/profile/traits/:key",
    { preHandler, schema: { tags, summary: "Not said any more", params: keyParams, querystring: namesQuery, response } },
    async ({ shop, query, params }) => {
      await profile.removeTrait(shop.shopId, namesOf(query), params.key, "shop");
      return done;
    },
  );
}
