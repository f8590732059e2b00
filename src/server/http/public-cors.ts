import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "./route-deps.ts";

/**
 * Lets pages of any origin use a route: only for routes that go by a write key, which is public, and know no cookie.
 * Errors carry the headers too; a browser that may not read an answer takes it for a broken line and tries again.
 */
export async function allowAnyOrigin(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { origin } = request.headers;
  reply.header("access-control-allow-origin", origin ?? "*");
  if (origin !== undefined) reply.header("access-control-allow-credentials", "true").header("vary", "origin");
  reply.header("access-control-expose-headers", "retry-after");
}

/** Answers a browser that asks beforehand whether it may. */
export function addPreflight(app: App, path: string): void {
  app.options(path, { onRequest: allowAnyOrigin, schema: { hide: true } }, async (request, reply) => {
    const asked = request.headers["access-control-request-headers"];
    return reply
      .header("access-control-allow-methods", "GET, POST, PUT, OPTIONS")
      .header("access-control-allow-headers", asked ?? "authorization, content-type")
      .header("access-control-max-age", "86400")
      .status(204)
      .send();
  });
}
