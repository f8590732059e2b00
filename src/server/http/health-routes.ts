import { healthReply } from "../contract/console.ts";
import { version } from "../version.ts";
import type { App, RouteDeps } from "./route-deps.ts";

/** `GET /health` and `GET /metrics`: for whoever keeps the server running; no key, nothing about anybody. */
export function addHealthRoutes(app: App, { house, learning, measures }: RouteDeps): void {
  app.get(
    "/health",
    { schema: { tags: ["Operation"], summary: "Is it well?", security: [], response: { 200: healthReply, 503: healthReply } } },
    async (_request, reply) => {
      const ok = await house.store.check().then(
        () => true,
        () => false,
      );
      const { failing, stopped, waiting } = ok ? await house.store.webhooks.tally() : { failing: 0, stopped: 0, waiting: 0 };
      const health = {
        status: ok ? "ok" : "degraded",
        version,
        uptimeSeconds: Math.round(process.uptime()),
        store: { kind: house.store.kind, ok },
        shops: ok ? (await house.store.shops.list()).length : 0,
        webhooks: { failing, stopped, waiting },
        learner: { running: learning.running(), lagEvents: ok ? await learning.lag() : 0 },
        identityLimits: { ...house.identityLimits() },
      };
      return reply.status(ok ? 200 : 503).send(health);
    },
  );

  app.get(
    "/metrics",
    { schema: { tags: ["Operation"], summary: "Prometheus metrics", security: [], produces: ["text/plain"] } },
    async (_request, reply) => {
      return reply.type(measures.registry.contentType).send(await measures.registry.metrics());
    },
  );
}
