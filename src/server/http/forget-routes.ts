import { Gauge } from "prom-client";
import { Type } from "typebox";
import { ProblemError } from "#domain/problem.ts";
import { errorReplies } from "../contract/errors.ts";
import { certificateReply, eraseBody, erasureAccepted, erasureReply } from "../contract/forget.ts";
import { personNameOf, requireUsableIds } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Privacy"];
const params = Type.Object({ erasureId: Type.String() });

/** `/v1/privacy/erasures`: forgetting a person, how far it is, and the proof of it. */
export function addForgetRoutes(app: App, { house, checkKey, measures, learning }: RouteDeps): void {
  new Gauge({
    name: "rapport_erasures",
    help: "People who are to be forgotten: under way, found incomplete, done",
    labelNames: ["state"],
    registers: [measures.registry],
    async collect() {
      const tally = await house.store.forgetting.tally().catch(() => null);
      if (tally === null) return;
      this.set({ state: "open" }, tally.open);
      this.set({ state: "needs_attention" }, tally.needAttention);
      this.set({ state: "done" }, tally.done);
    },
  });

  app.post(
    "/v1/privacy/erasures",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "Forget a person",
        description:
          "From the answer on nothing about them is stored or used. The rest is done within seconds; ask for the state by the erasureId, which is all that leads to the certificate. Somebody unknown is answered alike.",
        body: eraseBody,
        response: { 202: erasureAccepted, ...errorReplies },
      },
    },
    async ({ body, shop }, reply) => {
      const names = personNameOf(body.customerId, body.anonymousId);
      if (names.customerId === null && names.anonymousId === null)
        throw new ProblemError({ code: "PERSON_MISSING", detail: "customerId or anonymousId" });
      requireUsableIds(names);
      const begun = await house.forget.begin(shop.shopId, names);
      learning.poke();
      return reply.status(202).send(begun);
    },
  );

  app.get(
    "/v1/privacy/erasures/:erasureId",
    {
      preHandler: checkKey("server"),
      schema: { tags, summary: "How far a forgetting is", params, response: { 200: erasureReply, ...errorReplies } },
    },
    async ({ params: { erasureId }, shop }) => {
      const status = await house.forget.status(shop.shopId, erasureId);
      if (status === null) throw new ProblemError({ code: "ERASURE_UNKNOWN", detail: "erasureId" });
      return {
        ...status,
        requestedAt: new Date(status.requestedAt).toISOString(),
        updatedAt: new Date(status.updatedAt).toISOString(),
        findings: [...status.findings],
        recipients: status.recipients.map(({ endpointId, name, state }) => ({ endpointId, name, state })),
      };
    },
  );

  app.get(
    "/v1/privacy/erasures/:erasureId/certificate",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "The signed certificate of a forgetting",
        description: 'What was deleted, when, where it was looked, who was told. Names nobody. Verifies offline with the keys of "/v1/privacy/keys".',
        params,
        response: { 200: certificateReply, ...errorReplies },
      },
    },
    async ({ params: { erasureId }, shop }) => {
      if ((await house.forget.status(shop.shopId, erasureId)) === null) throw new ProblemError({ code: "ERASURE_UNKNOWN", detail: "erasureId" });
      const certificate = await house.forget.certificate(shop.shopId, erasureId);
      if (certificate === null) throw new ProblemError({ code: "ERASURE_NOT_DONE", detail: "erasureId" });
      return certificate as { type: string; erasureId: string };
    },
  );
}
