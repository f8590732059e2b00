import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { Gauge } from "prom-client";
import { Type } from "typebox";
import { localeOf } from "#centre/locales.ts";
import { isUsableId, type ShopId } from "#domain/ids.ts";
import { type PersonName, underName } from "#domain/person.ts";
import { ProblemError, type Result } from "#domain/problem.ts";
import { denialReasons, isDenialReason } from "#privacy/rights/states.ts";
import { writeHtml } from "#privacy/rights/write-html.ts";
import { writeJson } from "#privacy/rights/write-json.ts";
import {
  type RightsRequest,
  type RightsRequestKind,
  type RightsState,
  rightsRequestKinds,
  rightsStates,
} from "#storage/ports/rights-request-store.ts";
import { errorReplies } from "../contract/errors.ts";
import {
  denyBody,
  identifyBody,
  identifyReply,
  openedRightsReply,
  openRightsBody,
  rightsListQuery,
  rightsListReply,
  rightsRequestReply,
  verifyBody,
  wordsBody,
} from "../contract/rights.ts";
import { jsonOrTextReply } from "../contract/text-replies.ts";
import { applyCorrections } from "../rights-services.ts";
import { rightsRequestsToWire } from "../rights-wire.ts";
import { personNameOf, requireUsableIds } from "./decode-fields.ts";
import { namesOf } from "./preference-routes.ts";
import { addPreflight, allowAnyOrigin } from "./public-cors.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Privacy"];
const params = Type.Object({ id: Type.String() });
const success = Type.Object({ success: Type.Boolean() });
const mostListed = 1_000;
const settleEveryMs = 30_000;

const invalid = (detail: string) => new ProblemError({ code: "REQUEST_INVALID", detail });
function orThrow<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new ProblemError(result.problem);
  return result.value;
}

function listOf<Word extends string>(field: string, given: string | undefined, known: readonly Word[]): readonly Word[] | undefined {
  if (given === undefined || given === "") return undefined;
  return given.split(",").map((word) => {
    const found = known.find((one) => one === word.trim());
    if (found === undefined) throw invalid(`${field}: ${known.join(", ")}`);
    return found;
  });
}

const cursorOf = ({ dueAt, requestId }: RightsRequest) => Buffer.from(JSON.stringify([dueAt, requestId])).toString("base64url");
function readCursor(text: string | undefined): { dueAt: number; requestId: string } | undefined {
  if (text === undefined) return undefined;
  try {
    const [dueAt, requestId] = JSON.parse(Buffer.from(text, "base64url").toString()) as unknown[];
    if (typeof dueAt === "number" && Number.isFinite(dueAt) && typeof requestId === "string" && isUsableId(requestId)) return { dueAt, requestId };
  } catch {
    // Answered below.
  }
  throw invalid("after");
}

/** `/v1/rights-requests`, `/v1/privacy/export`, `/v1/privacy/identify`: what people ask for by right. */
export function addRightsRoutes(app: App, { house, checkKey, measures, learning, publicAddress }: RouteDeps): void {
  const { rights } = house;
  const preHandler = checkKey("server");
  const toWire = async (shopId: ShopId, request: RightsRequest) => (await rightsRequestsToWire(house, shopId, [request]))[0]!;
  const requireId = (id: string): string => {
    if (!isUsableId(id)) throw new ProblemError({ code: "RIGHTS_REQUEST_UNKNOWN", detail: "id" });
    return id;
  };

  let settledAt = Number.NEGATIVE_INFINITY;
  /** What is forgotten by now is fulfilled: seen to when somebody looks, at most twice a minute. */
  async function settle(): Promise<void> {
    if (Math.abs(house.clock() - settledAt) < settleEveryMs) return;
    settledAt = house.clock();
    await rights.settle();
  }

  new Gauge({
    name: "rapport_rights_requests",
    help: "Requests of people for what is theirs by right, by state; those that are open by how much of their time is over",
    labelNames: ["state", "alarm"],
    registers: [measures.registry],
    async collect() {
      const counts = await Promise.all([house.store.rightsRequests.tally(), settle().then(() => rights.alarms())]).catch(() => null);
      if (counts === null) return;
      const [tally, alarms] = counts;
      for (const state of rightsStates) if (state !== "open" && state !== "in_progress") this.set({ state, alarm: "" }, tally.get(state) ?? 0);
      for (const [alarm, count] of Object.entries(alarms)) this.set({ state: "open", alarm }, count);
    },
  });

  app.get(
    "/v1/rights-requests",
    {
      preHandler,
      schema: {
        tags,
        summary: "What people asked for by right, the one due first, first",
        querystring: rightsListQuery,
        response: { 200: rightsListReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => {
      const limit = query.limit === undefined ? mostListed : Number(query.limit);
      if (limit < 1 || limit > mostListed) throw invalid(`limit is 1 to ${mostListed}`);
      const states = listOf<RightsState>("state", query.state, rightsStates);
      const kinds = listOf<RightsRequestKind>("kind", query.kind, rightsRequestKinds);
      const after = readCursor(query.after);
      const requests = await rights.list(shop.shopId, {
        ...(states === undefined ? {} : { states }),
        ...(kinds === undefined ? {} : { kinds }),
        ...(after === undefined ? {} : { after }),
        limit: limit + 1,
      });
      const page = requests.slice(0, limit);
      return {
        requests: await rightsRequestsToWire(house, shop.shopId, page),
        next: requests.length > limit ? cursorOf(page.at(-1)!) : null,
        alarms: { ...(await rights.alarms(shop.shopId)) },
      };
    },
  );

  app.post(
    "/v1/rights-requests",
    {
      preHandler,
      schema: {
        tags,
        summary: "Somebody asks for what is theirs by right",
        description:
          "Objection, opt-out, restriction and corrections that are given hold at once. The same asked twice while it is open is one request. Somebody unknown is answered like anybody.",
        body: openRightsBody,
        response: { 201: openedRightsReply, ...errorReplies },
      },
    },
    async ({ shop, body }, reply) => {
      const { kind, changes } = body;
      const names: PersonName = personNameOf(body.customerId, body.anonymousId);
      requireUsableIds(names);
      const isNamed = names.customerId !== null || names.anonymousId !== null;
      if (changes !== undefined && (kind !== "rectification" || !isNamed)) throw invalid("changes: with a rectification that names the person");
      if (body.reference != null && !isUsableId(body.reference)) throw invalid("reference");
      const verified = body.verified ?? isNamed;
      const opened = orThrow(
        await rights.open(shop.shopId, {
          kind,
          names,
          email: body.email ?? null,
          phone: body.phone ?? null,
          regime: body.regime ?? "",
          reference: body.reference ?? null,
          source: "shop",
          verifiedBy: verified ? "shop" : null,
          correct: changes === undefined ? null : () => applyCorrections(house, shop.shopId, names, changes, "shop"),
        }),
      );
      learning.poke();
      return reply.status(201).send({ request: await toWire(shop.shopId, opened.request), isNew: opened.isNew });
    },
  );

  app.get(
    "/v1/rights-requests/:id",
    { preHandler, schema: { tags, summary: "How far a request is", params, response: { 200: rightsRequestReply, ...errorReplies } } },
    async ({ shop, params: { id } }) => {
      const request = await rights.get(shop.shopId, requireId(id));
      if (request === null) throw new ProblemError({ code: "RIGHTS_REQUEST_UNKNOWN", detail: "id" });
      return toWire(shop.shopId, request);
    },
  );

  const acting = (summary: string) => ({ preHandler, schema: { tags, summary, params, response: { 200: rightsRequestReply, ...errorReplies } } });
  const withBody = <Body extends ReturnType<typeof Type.Object>>(summary: string, body: Body) => ({
    preHandler,
    schema: { tags, summary, params, body, response: { 200: rightsRequestReply, ...errorReplies } },
  });
  async function acted(shopId: ShopId, work: Promise<Result<RightsRequest>>) {
    const request = orThrow(await work);
    learning.poke();
    return toWire(shopId, request);
  }

  app.post("/v1/rights-requests/:id/fulfil", acting("Do what was asked for"), async ({ shop, params: { id } }) =>
    acted(shop.shopId, rights.fulfil(shop.shopId, requireId(id), "shop")),
  );
  app.post("/v1/rights-requests/:id/verify", withBody("It is the person who asks", verifyBody), async ({ shop, params: { id }, body }) =>
    acted(shop.shopId, rights.verify(shop.shopId, requireId(id), body.by ?? "shop", "shop")),
  );
  app.post("/v1/rights-requests/:id/deny", withBody("Refuse, with a reason", denyBody), async ({ shop, params: { id }, body }) => {
    if (!isDenialReason(body.reason) || body.reason === "forgotten")
      throw invalid(`reason: ${denialReasons.filter((one) => one !== "forgotten").join(", ")}`);
    return acted(shop.shopId, rights.deny(shop.shopId, requireId(id), body.reason, body.words ?? null, "shop"));
  });
  app.post(
    "/v1/rights-requests/:id/extend",
    withBody("Take the extension that the law grants, and say why", wordsBody),
    async ({ shop, params: { id }, body }) => acted(shop.shopId, rights.extend(shop.shopId, requireId(id), body.reason, "shop")),
  );
  app.post(
    "/v1/rights-requests/:id/lift",
    withBody("End a restriction; the person is told first", wordsBody),
    async ({ shop, params: { id }, body }) => acted(shop.shopId, rights.lift(shop.shopId, requireId(id), body.reason, "shop")),
  );
  app.delete("/v1/rights-requests/:id", acting("The person takes it back"), async ({ shop, params: { id } }) =>
    acted(shop.shopId, rights.revoke(shop.shopId, requireId(id), "shop")),
  );
  app.post(
    "/v1/rights-requests/:id/done",
    { preHandler, schema: { tags, summary: "A request was seen to elsewhere", params, response: { 200: success, ...errorReplies } } },
    async ({ shop, params: { id } }) => {
      const done = await rights.fulfil(shop.shopId, requireId(id), "shop", { byHand: true });
      if (!done.ok) throw new ProblemError({ code: "RIGHTS_REQUEST_UNKNOWN", detail: "no open request of that id" });
      return { success: true };
    },
  );

  const formats = Type.Optional(Type.Union([Type.Literal("json"), Type.Literal("html")]));
  const copy = Type.Object({ type: Type.Literal("rapport-copy"), version: Type.Integer() }, { additionalProperties: true });
  const copyReplies = { 200: jsonOrTextReply("The copy: docs/reference/personal-copy.schema.json", copy, "text/html"), ...errorReplies };
  async function sendExport(reply: FastifyReply, shopId: ShopId, names: PersonName, format: "json" | "html") {
    const parts = await house.accessExport(shopId, names);
    const text = format === "json" ? writeJson(parts) : writeHtml(parts);
    reply
      .header("cache-control", "no-store")
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
      .header("x-content-type-options", "nosniff")
      .header("content-disposition", `attachment; filename="personal-data.${format}"`)
      .type(format === "json" ? "application/json; charset=utf-8" : "text/html; charset=utf-8");
    return reply.send(Readable.from(text));
  }

  app.get(
    "/v1/privacy/export",
    {
      preHandler,
      schema: {
        tags,
        summary: "Everything that is kept of a person, concluded, and told to others",
        description:
          "For the person: give it to nobody else. JSON (docs/reference/personal-copy.schema.json; `rapport import copy` takes it back) or one page of HTML. Streamed. Written down as a request that was fulfilled.",
        querystring: Type.Object({ customerId: Type.Optional(Type.String()), anonymousId: Type.Optional(Type.String()), format: formats }),
        response: copyReplies,
      },
    },
    async ({ shop, query }, reply) => {
      const names = namesOf(query);
      const opened = orThrow(await rights.open(shop.shopId, { kind: "access", names, source: "shop", verifiedBy: "shop" }));
      await rights.fulfil(shop.shopId, opened.request.requestId, "shop");
      return sendExport(reply, shop.shopId, names, query.format ?? "json");
    },
  );

  app.get(
    "/v1/rights-requests/:id/export",
    {
      preHandler,
      schema: {
        tags,
        summary: "What a request for access or portability is answered with",
        params,
        querystring: Type.Object({ format: formats }),
        response: copyReplies,
      },
    },
    async ({ shop, params: { id }, query }, reply) => {
      const request = await rights.get(shop.shopId, requireId(id));
      if (request === null) throw new ProblemError({ code: "RIGHTS_REQUEST_UNKNOWN", detail: "id" });
      if (request.kind !== "access" && request.kind !== "portability")
        throw new ProblemError({ code: "RIGHTS_REQUEST_CLOSED", detail: `it asks for ${request.kind}` });
      if (request.state === "denied" || request.state === "revoked" || request.state === "expired")
        throw new ProblemError({ code: "RIGHTS_REQUEST_CLOSED", detail: `it is ${request.state}` });
      const name = request.personId === null ? null : await house.store.identities.nameOf(shop.shopId, request.personId);
      if (name === null) throw new ProblemError({ code: "PERSON_MISSING", detail: "nothing is kept under a name of theirs" });
      if (request.state !== "fulfilled") orThrow(await rights.fulfil(shop.shopId, request.requestId, "shop"));
      return sendExport(reply, shop.shopId, underName(name), query.format ?? "json");
    },
  );

  const always = {
    success: true,
    message: "If this shop knows somebody under that address, a link to their own page is on its way there. It opens once.",
  };
  app.post(
    "/v1/privacy/identify",
    {
      onRequest: allowAnyOrigin,
      schema: {
        tags,
        summary: "Send me a link to my own page",
        description:
          'No key. The answer is the same for everybody, known or not, and is given before anything is looked up. Whoever is known is sent a one-time link by the shop\'s own mailer (webhook "privacy.link_requested").',
        security: [],
        body: identifyBody,
        response: { 202: identifyReply, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { shop, email = null, phone = null, country = null, locale = null } = request.body;
      reply.header("cache-control", "no-store");
      orThrow(house.identify.ask({ shop, email, phone, country, locale: localeOf(locale), from: request.ip, address: publicAddress }));
      return reply.status(202).send(always);
    },
  );
  addPreflight(app, "/v1/privacy/identify");
}
