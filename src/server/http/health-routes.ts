import { setTimeout as sleep } from "node:timers/promises";
import type { HealthReply } from "../contract/console.ts";
import { healthReply } from "../contract/console.ts";
import { textReply } from "../contract/text-replies.ts";
import { version } from "../version.ts";
import type { App, RouteDeps } from "./route-deps.ts";

type Probed = Pick<HealthReply, "shops" | "webhooks" | "deadLetters"> & { lagEvents: number; cluster: HealthReply["learner"] | null };

/** A store that takes longer to answer does not answer. */
const patienceMs = 3_000;

/** `GET /health` and `GET /metrics`: for whoever keeps the server running; no key, nothing about anybody. */
export function addHealthRoutes(app: App, { house, learning, measures }: RouteDeps): void {
  const { store } = house;

  async function probe(): Promise<Probed> {
    await store.check();
    const running = learning.running();
    const { failing, stopped, waiting } = await store.webhooks.tally();
    const lagEvents = await learning.lag();
    const cluster = (await learning.cluster?.()) ?? null;
    const failure = learning.failure?.() ?? null;
    const leader = cluster?.leader ?? null;
    return {
      shops: (await store.shops.list()).length,
      webhooks: { failing, stopped, waiting },
      deadLetters: await store.deadLetters.count(),
      lagEvents,
      cluster:
        cluster === null
          ? null
          : { ...cluster, running, failure, lagEvents, leader: leader === null ? null : { ...leader, since: new Date(leader.since).toISOString() } },
    };
  }

  /** Null: the store does not answer. */
  async function probeInTime(): Promise<Probed | null> {
    const limit = new AbortController();
    const late = sleep(patienceMs, null, { signal: limit.signal }).catch(() => null);
    try {
      return await Promise.race([probe().catch(() => null), late]);
    } finally {
      limit.abort();
    }
  }

  app.get(
    "/health",
    { schema: { tags: ["Operation"], summary: "Is it well?", security: [], response: { 200: healthReply, 503: healthReply } } },
    async (_request, reply) => {
      const probed = await probeInTime();
      const ok = probed !== null;
      const learner = probed?.cluster ?? {
        running: learning.running(),
        failure: null,
        lagEvents: probed?.lagEvents ?? 0,
        role: "unknown",
        instance: "",
        leader: null,
      };
      const health = {
        // An event that was put aside, or learning that fails, is no reason to send customers elsewhere, but for somebody to look.
        status: ok && probed.deadLetters === 0 && learner.failure === null ? "ok" : "degraded",
        version,
        uptimeSeconds: Math.round(process.uptime()),
        store: { kind: store.kind, ok },
        shops: probed?.shops ?? 0,
        webhooks: probed?.webhooks ?? { failing: 0, stopped: 0, waiting: 0 },
        learner,
        deadLetters: probed?.deadLetters ?? 0,
        identityLimits: { ...house.identityLimits() },
      };
      return reply.status(ok ? 200 : 503).send(health);
    },
  );

  app.get(
    "/metrics",
    {
      schema: {
        tags: ["Operation"],
        summary: "Prometheus metrics",
        security: [],
        response: { 200: textReply("In the text format of Prometheus", "text/plain") },
      },
    },
    async (_request, reply) => {
      return reply.type(measures.registry.contentType).send(await measures.registry.metrics());
    },
  );
}
