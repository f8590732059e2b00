import type { FastifyRequest } from "fastify";
import { dataUses } from "#domain/data-use.ts";
import type { PersonName } from "#domain/person.ts";
import type { PreferenceActor } from "#domain/preference.ts";
import { ProblemError } from "#domain/problem.ts";
import type { ChooseKind } from "#privacy/preferences/manage-preferences.ts";
import type { ShownPreferences } from "#privacy/preferences/shown-preferences.ts";
import { errorReplies } from "../contract/errors.ts";
import {
  choiceQuery,
  lessBody,
  moreBody,
  muteBody,
  namesBody,
  namesQuery,
  type PreferencesReply,
  type PutPreferencesBody,
  pauseBody,
  preferencesDone,
  preferencesReply,
  putPreferencesBody,
} from "../contract/preferences.ts";
import { personNameOf, requireUsableIds, timeOf } from "./decode-fields.ts";
import { addPreflight, allowAnyOrigin } from "./public-cors.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Preferences"];

type Named = { readonly customerId?: unknown; readonly anonymousId?: unknown };
type Chosen = { readonly item?: string | number | null; readonly category?: string | number | null; readonly brand?: string | number | null };

export function namesOf({ customerId, anonymousId }: Named): PersonName {
  const names = personNameOf(customerId, anonymousId);
  if (names.customerId === null && names.anonymousId === null)
    throw new ProblemError({ code: "PERSON_MISSING", detail: "customerId or anonymousId" });
  requireUsableIds(names);
  return names;
}

/** The shop's own servers speak for the person; the key of its pages is in everybody's hands. */
const actorOf = ({ keyScope }: FastifyRequest): PreferenceActor => (keyScope === "server" ? "shop" : "page");

export function preferencesToWire({ dataUse, pausedUntil, ...rest }: ShownPreferences): PreferencesReply {
  const until = pausedUntil === null || pausedUntil === "open" ? null : new Date(pausedUntil).toISOString();
  return {
    ...structuredClone(rest),
    dataUse: { ...dataUse, levels: [...dataUses] },
    paused: pausedUntil === null ? null : { until },
  } as PreferencesReply;
}

/** What one request chooses: at least one of item, category, brand. */
function chosenIn(kinds: Readonly<Partial<Record<keyof Chosen, ChooseKind>>>, chosen: Chosen): { readonly kind: ChooseKind; readonly key: string }[] {
  const found = (Object.keys(kinds) as (keyof Chosen)[]).flatMap((field) => {
    const value = chosen[field];
    return value === undefined || value === null ? [] : [{ kind: kinds[field]!, key: String(value) }];
  });
  if (found.length === 0) throw new ProblemError({ code: "REQUEST_INVALID", detail: Object.keys(kinds).join(" or ") });
  return found;
}

const lessKinds = { item: "less" } as const;
const moreKinds = { item: "more-item", category: "more-category", brand: "more-brand" } as const;
const muteKinds = { category: "mute-category", brand: "mute-brand" } as const;

/** `/v1/preferences`: what a person wants done with their data, and with what they are shown. */
export function addPreferenceRoutes(app: App, { house, checkKey }: RouteDeps): void {
  const { preferences } = house;
  const onServer = { preHandler: checkKey("server") };
  // Said on a page of the shop's, which is of another origin.
  const onPages = { onRequest: allowAnyOrigin, preHandler: checkKey("write") };
  const response = { 200: preferencesDone, ...errorReplies };

  async function done(request: FastifyRequest, names: PersonName) {
    if (request.keyScope !== "server") return { success: true };
    return { success: true, preferences: preferencesToWire(await preferences.show(request.shop.shopId, names)) };
  }

  /** Makes the list what is given; a page can only add to it. */
  async function replaceList(
    request: FastifyRequest,
    names: PersonName,
    kind: ChooseKind,
    wanted: readonly (string | number)[],
    now: readonly string[],
  ) {
    const { shopId } = request.shop;
    const by = actorOf(request);
    const keys = new Set(wanted.map(String));
    if (by !== "page") for (const key of now) if (!keys.has(key)) await preferences.unchoose(shopId, names, kind, key, by);
    for (const key of keys) if (!now.includes(key)) await preferences.choose(shopId, names, kind, key, by);
  }

  async function replaceLists(request: FastifyRequest, names: PersonName, { less, more, muted }: PutPreferencesBody): Promise<void> {
    if (less === undefined && more === undefined && muted === undefined) return;
    const now = await preferences.show(request.shop.shopId, names);
    const lists = [
      ["less", less, now.less],
      ["mute-category", muted?.categories, now.muted.categories],
      ["mute-brand", muted?.brands, now.muted.brands],
      ["more-item", more?.items, now.more.items],
      ["more-category", more?.categories, now.more.categories],
      ["more-brand", more?.brands, now.more.brands],
    ] as const;
    for (const [kind, wanted, known] of lists) if (wanted !== undefined) await replaceList(request, names, kind, wanted, known);
  }

  app.get(
    "/v1/preferences",
    {
      ...onServer,
      schema: {
        tags,
        summary: "What a person chose, and what is in force",
        querystring: namesQuery,
        response: { 200: preferencesReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => preferencesToWire(await preferences.show(shop.shopId, namesOf(query))),
  );

  app.put(
    "/v1/preferences",
    {
      ...onPages,
      schema: {
        tags,
        summary: "Set the dial, the lists and the number of messages",
        description: "Holds from the next request on. What is not named stays. A write key can only limit, and is told nothing.",
        body: putPreferencesBody,
        response,
      },
    },
    async (request) => {
      const { body, shop } = request;
      const names = namesOf(body);
      const by = actorOf(request);
      if (by === "page" && body.more !== undefined) throw new ProblemError({ code: "KEY_NOT_ALLOWED", detail: "a write key may only limit: more" });
      if (body.dataUse !== undefined) await preferences.setDial(shop.shopId, names, body.dataUse, by);
      if (body.frequency !== undefined) await preferences.setBudget(shop.shopId, names, body.frequency, by);
      await replaceLists(request, names, body);
      return done(request, names);
    },
  );
  addPreflight(app, "/v1/preferences");

  app.post(
    "/v1/preferences/less",
    { ...onPages, schema: { tags, summary: "Less of this: not to be shown again", body: lessBody, response } },
    async (request) => {
      const names = namesOf(request.body);
      for (const { kind, key } of chosenIn(lessKinds, request.body))
        await preferences.choose(request.shop.shopId, names, kind, key, actorOf(request), { afterWhy: request.body.afterWhy === true });
      return done(request, names);
    },
  );

  app.post(
    "/v1/preferences/more",
    { ...onPages, schema: { tags, summary: "More of this", description: "Server key, and consent for personalize.", body: moreBody, response } },
    async (request) => {
      const names = namesOf(request.body);
      for (const { kind, key } of chosenIn(moreKinds, request.body))
        await preferences.choose(request.shop.shopId, names, kind, key, actorOf(request));
      return done(request, names);
    },
  );

  app.post(
    "/v1/preferences/mute",
    { ...onPages, schema: { tags, summary: "A category or brand not to be shown", body: muteBody, response } },
    async (request) => {
      const names = namesOf(request.body);
      for (const { kind, key } of chosenIn(muteKinds, request.body))
        await preferences.choose(request.shop.shopId, names, kind, key, actorOf(request));
      return done(request, names);
    },
  );

  app.post("/v1/preferences/unmute", { ...onPages, schema: { tags, summary: "To be shown again", body: muteBody, response } }, async (request) => {
    const names = namesOf(request.body);
    for (const { kind, key } of chosenIn(muteKinds, request.body))
      await preferences.unchoose(request.shop.shopId, names, kind, key, actorOf(request));
    return done(request, names);
  });

  app.post(
    "/v1/preferences/pause",
    { ...onPages, schema: { tags, summary: "Use nothing and keep nothing for personalization, for a while", body: pauseBody, response } },
    async (request) => {
      const names = namesOf(request.body);
      const { until = null } = request.body;
      const time = until === null ? null : timeOf(until);
      if (until !== null && time === null) throw new ProblemError({ code: "PREFERENCE_INVALID", detail: "until is no time" });
      await preferences.pause(request.shop.shopId, names, time, actorOf(request));
      return done(request, names);
    },
  );

  app.post("/v1/preferences/resume", { ...onPages, schema: { tags, summary: "The pause is over", body: namesBody, response } }, async (request) => {
    const names = namesOf(request.body);
    await preferences.resume(request.shop.shopId, names, actorOf(request));
    return done(request, names);
  });
  for (const act of ["less", "mute", "pause"]) addPreflight(app, `/v1/preferences/${act}`);

  for (const [act, kinds] of [
    ["less", lessKinds],
    ["more", moreKinds],
    ["mute", muteKinds],
  ] as const)
    app.delete(
      `/v1/preferences/${act}`,
      { ...onServer, schema: { tags, summary: `Take back "${act}"`, querystring: choiceQuery, response } },
      async (request) => {
        const names = namesOf(request.query);
        for (const { kind, key } of chosenIn(kinds, request.query))
          await preferences.unchoose(request.shop.shopId, names, kind, key, actorOf(request));
        return done(request, names);
      },
    );
}
