import { readFileSync } from "node:fs";
import { Type } from "typebox";
import type { CustomerId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import { auditReply, auditVerdictReply } from "../contract/audit.ts";
import { errorReplies } from "../contract/errors.ts";
import { textReply } from "../contract/text-replies.ts";
import { showEntries } from "../show-audit.ts";
import { auditVerifier } from "../standalone-verifier.ts";
import { personNameOf, requireUsableIds } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Audit"];
const mostEntries = 500;
const whole = Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" }));

/** `/v1/audit`: who did what with people's data. */
export function addAuditRoutes(app: App, { house, checkKey }: RouteDeps): void {
  const preHandler = checkKey("server");

  app.get(
    "/v1/audit",
    {
      preHandler,
      schema: {
        tags,
        summary: "Who did what with people's data, the latest first; of one person when one is named",
        querystring: Type.Object({
          customerId: Type.Optional(Type.String()),
          anonymousId: Type.Optional(Type.String()),
          before: whole,
          limit: whole,
        }),
        response: { 200: auditReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => {
      const names = personNameOf(query.customerId, query.anonymousId);
      requireUsableIds(names);
      const limit = query.limit === undefined ? 100 : Number(query.limit);
      if (limit < 1 || limit > mostEntries) throw new ProblemError({ code: "REQUEST_INVALID", detail: `limit is not 1 to ${mostEntries}` });
      if ((names.customerId as CustomerId | null) !== null || names.anonymousId !== null) {
        const person = await house.gate.recognise(shop.shopId, names);
        const ids = [...(await house.personIds.ofNames(shop.shopId, names)).map(({ personId }) => personId), ...(person?.memberIds ?? [])];
        return { entries: await showEntries(house, shop.shopId, await house.audit.about(shop.shopId, [...new Set(ids)], limit)), next: null };
      }
      const entries = await house.audit.show(shop.shopId, { before: query.before === undefined ? null : Number(query.before), limit });
      const last = entries.at(-1)?.seq ?? 1;
      return { entries: await showEntries(house, shop.shopId, entries), next: entries.length < limit || last <= 1 ? null : last };
    },
  );

  app.get(
    "/v1/audit/verify",
    {
      preHandler,
      schema: {
        tags,
        summary: "Whether the audit log is as it was written, looked through from its beginning",
        response: { 200: auditVerdictReply, ...errorReplies },
      },
    },
    async ({ shop }) => {
      const verdict = await house.audit.verify(shop.shopId);
      return { ...verdict, findings: verdict.findings.slice(0, 100).map((finding) => ({ ...finding })) };
    },
  );

  app.get(
    "/v1/privacy/verify-audit.mjs",
    {
      schema: {
        tags: ["Privacy"],
        summary: "A program of one file that checks an exported audit log offline, with nothing but Node",
        security: [],
        response: { 200: textReply("The program", "text/javascript") },
      },
    },
    async (_request, reply) => reply.type("text/javascript; charset=utf-8").send(readFileSync(auditVerifier, "utf8")),
  );
}
