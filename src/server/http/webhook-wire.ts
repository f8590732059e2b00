import type { Delivery, WebhookEndpoint } from "#storage/ports/webhook-store.ts";
import type { DeliveriesReply, WebhookReply } from "../contract/webhooks.ts";

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

function stateOf({ stopped, failingSince }: WebhookEndpoint): string {
  if (stopped === null) return failingSince === null ? "active" : "failing";
  return stopped === "failing" ? "stopped-failing" : stopped;
}

/** An endpoint as the shop sees it: never its secrets. */
export function webhookToWire(endpoint: WebhookEndpoint & { readonly waiting: number }): WebhookReply {
  return {
    id: endpoint.endpointId,
    url: endpoint.url,
    types: [...endpoint.types],
    state: stateOf(endpoint),
    createdAt: iso(endpoint.createdAt),
    failingSince: isoOrNull(endpoint.failingSince),
    lastSuccessAt: isoOrNull(endpoint.lastSuccessAt),
    waiting: endpoint.waiting,
  };
}

/** What became of messages: never what they said. */
export function deliveriesToWire(deliveries: readonly Delivery[]): DeliveriesReply["deliveries"] {
  return deliveries.map(({ messageId, createdAt, dueAt, finishedAt, ...rest }) => ({
    id: messageId,
    ...rest,
    createdAt: iso(createdAt),
    dueAt: isoOrNull(dueAt),
    finishedAt: isoOrNull(finishedAt),
  }));
}
