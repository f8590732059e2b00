import type { FastifyRequest } from "fastify";
import { type ProblemCode, ProblemError } from "#domain/problem.ts";
import type { App } from "./route-deps.ts";

/** For how long to stay away, of those problems that pass by themselves. */
export const retryAfterSeconds: Readonly<Partial<Record<ProblemCode, string>>> = {
  OVERLOADED: "1",
  TOO_MANY_TRIES: "60",
  STORE_UNAVAILABLE: "2",
  STORE_FULL: "30",
};

/**
 * Requests that may be under way at once, and bytes that their bodies may have together: some ten seconds of work, for no client
 * waits longer. A parsed body takes several times its bytes.
 */
const maxRequests = 2_000;
export const maxBytes = 16 * 2 ** 20;
/** Of a body that does not say how long it is, or that is packed, nobody knows. */
const unknownBytes = 256 * 1024;

/** Whoever watches the server is answered when it is busy, too. */
const alwaysAnswered: ReadonlySet<string | undefined> = new Set(["/health", "/metrics"]);

function bytesOf({ headers }: FastifyRequest): number {
  const length = Number(headers["content-length"] ?? 0);
  const isOpen = headers["transfer-encoding"] !== undefined || headers["content-encoding"] !== undefined;
  // One large body shall not have to wait until there is nothing else.
  return Math.min(isOpen ? Math.max(length, unknownBytes) : length, maxBytes / 4);
}

/** Refuses requests, before their bodies are read, while so many are under way that more would only fill the memory. */
export function limitInFlight(app: App): void {
  let [requests, bytes] = [0, 0];
  app.addHook("onRequest", async (request, reply) => {
    if (alwaysAnswered.has(request.routeOptions.url)) return;
    const size = bytesOf(request);
    if (requests >= maxRequests || bytes + size > maxBytes) throw new ProblemError({ code: "OVERLOADED", detail: "too many requests are under way" });
    requests++;
    bytes += size;
    reply.raw.once("close", () => {
      requests--;
      bytes -= size;
    });
  });
}
