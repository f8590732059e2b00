import { Gauge } from "prom-client";
import { Type } from "typebox";
import { isUsableId, type ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { orThrow, ProblemError, type Result } from "#domain/problem.ts";
import { denialReasons, isDenialReason } from "#privacy/rights/states.ts";
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
  openedRightsReply,
  openRightsBody,
  rightsListQuery,
  rightsListReply,
  rightsRequestReply,
  verifyBody,
  wordsBody,
} from "../contract/rights.ts";
import { applyCorrections } from "../rights-services.ts";
import { rightsRequestsToWire } from "../rights-wire.ts";
import { personNameOf, requireUsableIds } from "./decode-fields.ts";
import { rightsRequestParams as params, requireRequestId } from "./rights-request-id.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Privacy"];
const success = Type.Object({ success: Type.Boolean() });
const mostListed = 1_000;
const settleEveryMs = 30_000;

const invalid = (detail: string) => new ProblemError({ code: "REQUEST_INVALID", detail });
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

/** `/v1/rights-requests…`: what people ask for by right. */
export function addRightsRoutes(app: App, { house, checkKey, measures, learning }: RouteDeps): void {
  const { rights } = house;
  const preHandler = checkKey("server");
  const toWire = async (shopId: ShopId, request: RightsRequest) => (await rightsRequestsToWire(house, shopId, [request]))[0]!;

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
      const request = await rights.get(shop.shopId, requireRequestId(id));
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
    acted(shop.shopId, rights.fulfil(shop.shopId, requireRequestId(id), "shop")),
  );
  app.post("/v1/rights-requests/:id/verify", withBody("It is the person who asks", verifyBody), async ({ shop, params: { id }, body }) =>
    acted(shop.shopId, rights.verify(shop.shopId, requireRequestId(id), body.by ?? "shop", "shop")),
  );
  app.post("/v1/rights-requests/:id/deny", withBody("Refuse, with a reason", denyBody), async ({ shop, params: { id }, body }) => {
    if (!isDenialReason(body.reason) || body.reason === "forgotten")
      throw invalid(`reason: ${denialReasons.filter((one) => one !== "forgotten").join(", ")}`);
    return acted(shop.shopId, rights.deny(shop.shopId, requireRequestId(id), body.reason, body.words ?? null, "shop"));
  });
  app.post(
    "/v1/rights-requests/:id/extend",
    withBody("Take the extension that the law grants, and say why", wordsBody),
    async ({ shop, params: { id }, body }) => acted(shop.shopId, rights.extend(shop.shopId, requireRequestId(id), body.reason, "shop")),
  );
  app.post(
    "/v1/rights-requests/:id/lift",
    withBody("End a restriction; the person is told first", wordsBody),
    async ({ shop, params: { id }, body }) => acted(shop.shopId, rights.lift(shop.shopId, requireRequestId(id), body.reason, "shop")),
  );
  app.delete("/v1/rights-requests/:id", acting("The person takes it back"), async ({ shop, params: { id } }) =>
    acted(shop.shopId, rights.revoke(shop.shopId, requireRequestId(id), "shop")),
  );
  app.post(
    "/v1/rights-requests/:id/done",
    { preHandler, schema: { tags, summary: "A request was seen to elsewhere", params, response: { 200: success, ...errorReplies } } },
    async ({ shop, params: { id } }) => {
      const done = await rights.fulfil(shop.shopId, requireRequestId(id), "shop", { byHand: true });
      if (!done.ok) throw new ProblemError({ code: "RIGHTS_REQUEST_UNKNOWN", detail: "no open request of that id" });
      return { success: true };
    },
  );
}
