import type { Clock, EpochMs } from "#domain/clock.ts";
import { ProblemError } from "#domain/problem.ts";
import type { WebhookEndpoint } from "#storage/ports/webhook-store.ts";
import { signMessage } from "./sign-message.ts";

/** Calls an address that somebody else has chosen, and reads no more of the answer than its head. Throws ProblemError. */
export type Post = (
  url: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly signal: AbortSignal | null },
) => Promise<{ readonly status: number; readonly retryAfter: string | null }>;

export type SendOutcome = {
  readonly at: EpochMs;
  /** Null when there was no answer. */
  readonly status: number | null;
  /** Code of what kept it from being answered. */
  readonly error: string | null;
  readonly retryAfter: string | null;
};

export const hasArrived = ({ status }: Pick<SendOutcome, "status">) => status !== null && status >= 200 && status < 300;

/** One attempt: signed now, whatever happened before. */
export async function sendMessage(
  { post, clock }: { readonly post: Post; readonly clock: Clock },
  endpoint: Pick<WebhookEndpoint, "url" | "secrets">,
  message: { readonly messageId: string; readonly body: string },
  signal: AbortSignal | null,
): Promise<SendOutcome> {
  const headers = { "content-type": "application/json", ...signMessage(endpoint.secrets, message.messageId, message.body, clock()) };
  try {
    const { status, retryAfter } = await post(endpoint.url, { headers, body: message.body, signal });
    return { at: clock(), status, error: null, retryAfter };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { at: clock(), status: null, error: `${error.problem.code}: ${error.problem.detail}`, retryAfter: null };
  }
}
