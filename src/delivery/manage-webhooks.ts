import type { Clock, EpochMs, FreshId } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { Delivery, WebhookEndpoint } from "#storage/ports/webhook-store.ts";
import type { Store } from "#storage/ports.ts";
import { bodyOf } from "./compose-message.ts";
import { hasArrived, type Post, sendMessage } from "./send-message.ts";
import { isInForce, readSecret, secretOfBytes } from "./sign-message.ts";
import { isWebhookType, testType, webhookTypes } from "./webhook-types.ts";

export const mostEndpoints = 50;
const secretBytes = 32;

export type NewWebhook = { readonly url: string; readonly types: readonly string[]; readonly secret?: string | undefined };
export type TestOutcome = { readonly arrived: boolean; readonly status: number | null; readonly error: string | null; readonly tookMs: number };

/** What a shop can do with its webhooks. Each refuses with WEBHOOK_UNKNOWN when the shop has no such endpoint. */
export type ManageWebhooks = {
  /** Refuses with WEBHOOK_INVALID, OUTBOUND_REFUSED or WEBHOOKS_TOO_MANY. The secret is told this once. */
  add(shopId: ShopId, given: NewWebhook): Promise<Result<{ readonly endpoint: WebhookEndpoint; readonly secret: string }>>;
  list(shopId: ShopId): Promise<readonly (WebhookEndpoint & { readonly waiting: number })[]>;
  get(shopId: ShopId, endpointId: string): Promise<Result<WebhookEndpoint & { readonly waiting: number }>>;
  remove(shopId: ShopId, endpointId: string): Promise<Result<null>>;
  /** A new secret; messages are signed with the old one too for `keepOldMs`. */
  rotate(shopId: ShopId, endpointId: string, keepOldMs: number): Promise<Result<{ readonly secret: string; readonly oldValidUntil: EpochMs }>>;
  /** Sends a message that says nothing, now, and tells what came back. */
  test(shopId: ShopId, endpointId: string): Promise<Result<TestOutcome>>;
  /** Goes on after a stop, from where it stopped. */
  start(shopId: ShopId, endpointId: string): Promise<Result<null>>;
  stop(shopId: ShopId, endpointId: string): Promise<Result<null>>;
  /** Queues again what was given up; how many. */
  resend(shopId: ShopId, endpointId: string): Promise<Result<number>>;
  deliveries(shopId: ShopId, endpointId: string, limit: number): Promise<Result<readonly Delivery[]>>;
};

export type ManageDeps = {
  readonly store: Pick<Store, "webhooks" | "log">;
  readonly post: Post;
  /** May this address be called at all? */
  readonly checkUrl: (url: string) => Promise<Result<null>>;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly clock: Clock;
  readonly freshId: FreshId;
};

export function createManageWebhooks(deps: ManageDeps): ManageWebhooks {
  const { clock, freshId } = deps;
  const { webhooks, log } = deps.store;

  async function withEndpoint<Value>(
    shopId: ShopId,
    endpointId: string,
    use: (endpoint: WebhookEndpoint) => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    const endpoint = await webhooks.get(shopId, endpointId);
    return endpoint === null ? refuse("WEBHOOK_UNKNOWN", endpointId.slice(0, 100)) : use(endpoint);
  }

  const withWaiting = async (endpoint: WebhookEndpoint) => ({ ...endpoint, waiting: await webhooks.waiting(endpoint.endpointId) });

  return {
    async add(shopId, { url, types, secret: given }) {
      const unknown = types.find((type) => !isWebhookType(type));
      if (unknown !== undefined)
        return refuse("WEBHOOK_INVALID", `types: ${unknown.slice(0, 50)} is none of ${Object.keys(webhookTypes).join(", ")}`);
      if (types.length === 0) return refuse("WEBHOOK_INVALID", "types is empty");
      const secret = given === undefined ? succeed(secretOfBytes(deps.randomBytes(secretBytes))) : readSecret(given);
      if (!secret.ok) return secret;
      const callable = await deps.checkUrl(url);
      if (!callable.ok) return callable;
      const endpoint: WebhookEndpoint = {
        endpointId: `wh_${freshId()}`,
        shopId,
        url,
        types: [...new Set(types)],
        secrets: [{ secret: secret.value, validUntil: null }],
        createdAt: clock(),
        stopped: null,
        failingSince: null,
        lastSuccessAt: null,
        pausedUntil: 0,
        // What stands in the log already is no news.
        cursor: await log.head(shopId),
      };
      if (!(await webhooks.add(endpoint, mostEndpoints))) return refuse("WEBHOOKS_TOO_MANY", `${mostEndpoints} a shop`);
      return succeed({ endpoint, secret: secret.value });
    },

    list: async (shopId) => Promise.all((await webhooks.list(shopId)).map(withWaiting)),

    get: (shopId, endpointId) => withEndpoint(shopId, endpointId, async (endpoint) => succeed(await withWaiting(endpoint))),

    remove: (shopId, endpointId) =>
      withEndpoint(shopId, endpointId, async () => {
        await webhooks.remove(shopId, endpointId);
        return succeed(null);
      }),

    rotate: (shopId, endpointId, keepOldMs) =>
      withEndpoint(shopId, endpointId, async ({ secrets }) => {
        const now = clock();
        const oldValidUntil = now + keepOldMs;
        const secret = secretOfBytes(deps.randomBytes(secretBytes));
        const old = secrets
          .filter((one) => isInForce(one, now))
          .map((one) => ({ ...one, validUntil: Math.min(one.validUntil ?? oldValidUntil, oldValidUntil) }));
        await webhooks.setSecrets(endpointId, [{ secret, validUntil: null }, ...old.slice(0, 2)]);
        return succeed({ secret, oldValidUntil });
      }),

    test: (shopId, endpointId) =>
      withEndpoint(shopId, endpointId, async (endpoint) => {
        const began = clock();
        const message = { messageId: `msg_${freshId()}`, body: bodyOf(testType, began, {}) };
        const outcome = await sendMessage(deps, endpoint, message, null);
        return succeed({ arrived: hasArrived(outcome), status: outcome.status, error: outcome.error, tookMs: outcome.at - began });
      }),

    start: (shopId, endpointId) =>
      withEndpoint(shopId, endpointId, async () => {
        await webhooks.setStopped(endpointId, null);
        return succeed(null);
      }),

    stop: (shopId, endpointId) =>
      withEndpoint(shopId, endpointId, async () => {
        await webhooks.setStopped(endpointId, "switched-off");
        return succeed(null);
      }),

    resend: (shopId, endpointId) => withEndpoint(shopId, endpointId, async () => succeed(await webhooks.resend(endpointId, clock()))),

    deliveries: (shopId, endpointId, limit) => withEndpoint(shopId, endpointId, async () => succeed(await webhooks.deliveries(endpointId, limit))),
  };
}
