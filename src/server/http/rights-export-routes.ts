import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { ShopId } from "#domain/ids.ts";
import { type PersonName, underName } from "#domain/person.ts";
import { orThrow, ProblemError } from "#domain/problem.ts";
import { writeHtml } from "#privacy/rights/write-html.ts";
import { writeJson } from "#privacy/rights/write-json.ts";
import { errorReplies } from "../contract/errors.ts";
import { jsonOrTextReply } from "../contract/text-replies.ts";
import { namesOf } from "./preference-routes.ts";
import { rightsRequestParams as params, requireRequestId } from "./rights-request-id.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Privacy"];

/** `/v1/privacy/export`, `/v1/rights-requests/:id/export`: everything that is kept of somebody, for them. */
export function addRightsExportRoutes(app: App, { house, checkKey }: RouteDeps): void {
  const { rights } = house;
  const preHandler = checkKey("server");
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
      const request = await rights.get(shop.shopId, requireRequestId(id));
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
}
