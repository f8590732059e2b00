import { Gauge } from "prom-client";
import { Type } from "typebox";
import { orThrow } from "#domain/problem.ts";
import { errorReplies } from "../contract/errors.ts";
import {
  deliveriesReply,
  newWebhookReply,
  postWebhookBody,
  removedReply,
  resentReply,
  rotateBody,
  rotateReply,
  testReply,
  webhookReply,
  webhooksReply,
} from "../contract/webhooks.ts";
import type { App, RouteDeps } from "./route-deps.ts";
import { deliveriesToWire, webhookToWire } from "./webhook-wire.ts";

const tags = ["Webhooks"];
const params = Type.Object({ id: Type.String() });
const hourMs = 3_600_000;
const keepOldHours = 24;

/** `/v1/webhooks…`: who is told of what. All of it needs the server key. */
export function addWebhookRoutes(app: App, { house, checkKey, measures }: RouteDeps): void {
  const { webhooks } = house;
  const preHandler = checkKey("server");

  app.post(
    "/v1/webhooks",
    {
      preHandler,
      schema: { tags, summary: "Tell a URL what is new", body: postWebhookBody, response: { 200: newWebhookReply, ...errorReplies } },
    },
    async ({ body, shop }) => {
      const { endpoint, secret } = orThrow(await webhooks.add(shop.shopId, body));
      return { ...webhookToWire({ ...endpoint, waiting: 0 }), secret };
    },
  );

  app.get(
    "/v1/webhooks",
    { preHandler, schema: { tags, summary: "Who is told of what", response: { 200: webhooksReply, ...errorReplies } } },
    async ({ shop }) => ({ webhooks: (await webhooks.list(shop.shopId)).map(webhookToWire) }),
  );

  app.get(
    "/v1/webhooks/:id",
    { preHandler, schema: { tags, summary: "One webhook", params, response: { 200: webhookReply, ...errorReplies } } },
    async (request) => webhookToWire(orThrow(await webhooks.get(request.shop.shopId, request.params.id))),
  );

  app.delete(
    "/v1/webhooks/:id",
    {
      preHandler,
      schema: { tags, summary: "Tell it no more, and forget what waits", params, response: { 200: removedReply, ...errorReplies } },
    },
    async (request) => {
      orThrow(await webhooks.remove(request.shop.shopId, request.params.id));
      return { removed: true };
    },
  );

  app.post(
    "/v1/webhooks/:id/rotate",
    {
      preHandler,
      schema: {
        tags,
        summary: "A new secret",
        description: "Messages carry a signature with the old secret too, until oldValidUntil.",
        params,
        body: Type.Optional(rotateBody),
        response: { 200: rotateReply, ...errorReplies },
      },
    },
    async (request) => {
      const keepMs = (request.body?.keepOldHours ?? keepOldHours) * hourMs;
      const { secret, oldValidUntil } = orThrow(await webhooks.rotate(request.shop.shopId, request.params.id, keepMs));
      return { secret, oldValidUntil: new Date(oldValidUntil).toISOString() };
    },
  );

  app.post(
    "/v1/webhooks/:id/test",
    { preHandler, schema: { tags, summary: "Send a webhook.test now", params, response: { 200: testReply, ...errorReplies } } },
    async (request) => orThrow(await webhooks.test(request.shop.shopId, request.params.id)),
  );

  for (const [action, summary] of [
    ["start", "Go on after a stop, from where it stopped"],
    ["stop", "Send nothing until it is started again; news waits"],
  ] as const)
    app.post(
      `/v1/webhooks/:id/${action}`,
      { preHandler, schema: { tags, summary, params, response: { 200: webhookReply, ...errorReplies } } },
      async (request) => {
        const { id } = request.params as { id: string };
        orThrow(await webhooks[action](request.shop.shopId, id));
        return webhookToWire(orThrow(await webhooks.get(request.shop.shopId, id)));
      },
    );

  app.post(
    "/v1/webhooks/:id/resend",
    { preHandler, schema: { tags, summary: "Try again what was given up", params, response: { 200: resentReply, ...errorReplies } } },
    async (request) => ({ resent: orThrow(await webhooks.resend(request.shop.shopId, request.params.id)) }),
  );

  app.get(
    "/v1/webhooks/:id/deliveries",
    {
      preHandler,
      schema: {
        tags,
        summary: "What became of the latest messages",
        params,
        querystring: Type.Object({
          limit: Type.Optional(Type.String({ pattern: "^([1-9][0-9]?[0-9]?)$", description: "1 to 999; 100 when left out." })),
        }),
        response: { 200: deliveriesReply, ...errorReplies },
      },
    },
    async (request) => {
      const limit = Number(request.query.limit ?? 100);
      return { deliveries: deliveriesToWire(orThrow(await webhooks.deliveries(request.shop.shopId, request.params.id, limit))) };
    },
  );

  new Gauge({
    name: "rapport_webhooks",
    help: "Outgoing webhooks, and the messages that wait for them",
    labelNames: ["what"],
    registers: [measures.registry],
    async collect() {
      // While the store is away they keep what they said last, and the other measures can be read.
      const tally = await house.store.webhooks.tally().catch(() => ({}));
      for (const [what, number] of Object.entries<number>(tally)) this.set({ what }, number);
    },
  });
}
