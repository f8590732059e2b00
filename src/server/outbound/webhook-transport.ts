import type { Post } from "#delivery/send-message.ts";
import { ProblemError, type Result, refuse, succeed } from "#domain/problem.ts";
import { version } from "../version.ts";
import { checkDestination, type DestinationRules } from "./check-destination.ts";
import { createGuardedFetch } from "./guarded-fetch.ts";

const timeoutMs = 15_000;
/** Nobody reads the answer; this only bounds what is taken in before the connection is closed. */
const maxBytes = 64 * 1024;

/** How messages reach the shop's systems: over https, or to hosts that the operator has named; no redirects. */
export function createWebhookTransport(rules: Pick<DestinationRules, "allow" | "lookup">): {
  readonly post: Post;
  readonly checkUrl: (url: string) => Promise<Result<null>>;
} {
  const strict = { ...rules, requireHttps: true };
  const call = createGuardedFetch({ ...strict, timeoutMs, maxBytes, maxRedirects: 0 });
  return {
    async post(url, { headers, body, signal }) {
      const reply = await call(url, {
        method: "POST",
        headers: { ...headers, "user-agent": `Rapport-Webhooks/${version}` },
        body,
        ...(signal === null ? {} : { signal }),
      });
      reply.discard();
      return { status: reply.status, retryAfter: reply.headers["retry-after"] ?? null };
    },
    async checkUrl(url) {
      try {
        await checkDestination(url, strict);
        return succeed(null);
      } catch (error) {
        if (error instanceof ProblemError) return refuse(error.problem.code, error.problem.detail);
        throw error;
      }
    },
  };
}
