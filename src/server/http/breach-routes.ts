import { Readable } from "node:stream";
import { Type } from "typebox";
import { ProblemError } from "#domain/problem.ts";
import type { AffectedPerson, BreachClock, Breaches, BreachReport } from "#privacy/breach/breach.ts";
import { draftNotification } from "#privacy/breach/notification.ts";
import { toMarkdown } from "#privacy/registry/document.ts";
import { type Breach, type BreachKind, breachKinds } from "#storage/ports/breach-store.ts";
import { breachClosedReply, breachesReply, breachReportReply } from "../contract/breaches.ts";
import { errorReplies } from "../contract/errors.ts";
import { jsonOrTextReply, textReply } from "../contract/text-replies.ts";
import { timeOf } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Breaches"];
const iso = (at: number) => new Date(at).toISOString();
const orUnknown = <Value>(found: Value | null | false): Value => {
  if (found === null || found === false) throw new ProblemError({ code: "BREACH_UNKNOWN", detail: "the id in the path" });
  return found;
};

const clockToWire = ({ dueAt, hours, gone, alarm }: BreachClock) => ({ dueAt: iso(dueAt), hours, gone: Math.round(gone * 1_000) / 1_000, alarm });
const breachToWire = ({ breachId, openedAt, closedAt, facts }: Breach) => ({
  breachId,
  openedAt: iso(openedAt),
  closedAt: closedAt === null ? null : iso(closedAt),
  what: facts.what,
  since: iso(facts.since),
  until: iso(facts.until),
  keyLost: facts.keyLost,
  keyTag: facts.keyTag,
});
export const reportToWire = ({ breach, clock, scope, people, tables, namesReadable, words, uses }: BreachReport) => ({
  ...breachToWire(breach),
  clock: clockToWire(clock),
  scope,
  people,
  namesReadable,
  words,
  tables: tables.map((one) => ({ ...one, readable: [...one.readable], sealed: [...one.sealed] })),
  uses: { ...uses },
});

/** A line a person: what the shop calls them, and where they stand. */
export async function* affectedLines(pages: AsyncGenerator<readonly AffectedPerson[]>): AsyncGenerator<string> {
  for await (const people of pages)
    for (const { name, tables } of people) yield `${JSON.stringify({ kind: name?.kind ?? null, id: name?.externalId ?? null, data: tables })}\n`;
}
export type ListedBreach = Awaited<ReturnType<Breaches["list"]>>[number];
export const listedToWire = (breach: ListedBreach) => ({ ...breachToWire(breach), clock: clockToWire(breach.clock) });

/** `/v1/breaches`: who is affected, what could be read, and until when it must be told. */
export function addBreachRoutes(app: App, { house, checkKey }: RouteDeps): void {
  const preHandler = checkKey("server");
  const params = Type.Object({ id: Type.String() });

  app.post(
    "/v1/breaches",
    {
      preHandler,
      schema: {
        tags,
        summary: "Something was lost: look into it, and start the clock",
        body: Type.Object({
          what: Type.Union(breachKinds.map((kind) => Type.Literal(kind))),
          since: Type.String({ description: "ISO 8601" }),
          until: Type.Optional(Type.String({ description: "ISO 8601; now" })),
          keyLost: Type.Optional(Type.Boolean({ description: "The key of the installation may be in the same hands" })),
          keyTag: Type.Optional(Type.String({ maxLength: 60, description: "Of an API key: which" })),
        }),
        response: { 200: breachReportReply, ...errorReplies },
      },
    },
    async ({ shop, body }) => {
      const [since, until] = [timeOf(body.since), body.until === undefined ? house.clock() : timeOf(body.until)];
      if (since === null || until === null || since > until) throw new ProblemError({ code: "REQUEST_INVALID", detail: "since, until" });
      const facts = { what: body.what as BreachKind, since, until, keyLost: body.keyLost ?? false, keyTag: body.keyTag ?? null };
      return reportToWire(await house.breaches.open(shop.shopId, facts));
    },
  );

  app.get(
    "/v1/breaches",
    {
      preHandler,
      schema: { tags, summary: "Breaches, and how much of the time is gone", response: { 200: breachesReply, ...errorReplies } },
    },
    async ({ shop }) => ({ breaches: (await house.breaches.list(shop.shopId)).map(listedToWire) }),
  );

  app.get(
    "/v1/breaches/:id",
    {
      preHandler,
      schema: {
        tags,
        summary: "One breach: who, which data, what can be read; format=md is a draft of the notification",
        params,
        querystring: Type.Object({ format: Type.Optional(Type.Union([Type.Literal("json"), Type.Literal("md")])) }),
        response: { 200: jsonOrTextReply("The breach, or the draft", breachReportReply, "text/markdown"), ...errorReplies },
      },
    },
    async ({ shop, params: { id }, query }, reply) => {
      const report = orUnknown(await house.breaches.report(shop.shopId, id));
      if (query.format !== "md") return reply.send(reportToWire(report));
      const draft = draftNotification(shop, report, await house.policy.of(shop.shopId));
      return reply.type("text/markdown; charset=utf-8").send(toMarkdown(draft));
    },
  );

  app.get(
    "/v1/breaches/:id/affected",
    {
      preHandler,
      schema: {
        tags,
        summary: "Everybody affected, a JSON line each",
        params,
        response: {
          200: textReply('Lines such as {"kind": "customer", "id": "C-100", "data": ["events"]}', "application/x-ndjson"),
          ...errorReplies,
        },
      },
    },
    async ({ shop, params: { id } }, reply) => {
      orUnknown(await house.store.breaches.get(shop.shopId, id));
      return reply.type("application/x-ndjson").send(Readable.from(affectedLines(house.breaches.affected(shop.shopId, id))));
    },
  );

  app.post(
    "/v1/breaches/:id/close",
    { preHandler, schema: { tags, summary: "It was told, and is closed", params, response: { 200: breachClosedReply, ...errorReplies } } },
    async ({ shop, params: { id } }) => {
      orUnknown(await house.breaches.close(shop.shopId, id));
      return { success: true };
    },
  );
}
