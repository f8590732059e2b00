import type { EpochMs } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";
import type { WebhookStore } from "#storage/ports/webhook-store.ts";
import { bodyOf, messageIdOf } from "./compose-message.ts";

const type = "subject.erased";
/** Whoever is told of these knows people by name. */
const aboutPeople: readonly string[] = [type, "consent.changed", "identity.merged", "identity.unmerged"];

export type ToldRecipient = { readonly endpointId: string; readonly name: string; readonly messageId: string | null; readonly state: string };
type Told = { readonly kind: PersonNameKind; readonly externalId: string };

const mark = "sealed ";
/** A body that nobody reads in the queue: it names somebody who is nowhere else any more. */
export const sealedBody = (shopId: ShopId, sealed: string) => `${mark}${shopId} ${sealed}`;

/** Hands out messages as they are to be sent. `open` answers null where a body cannot be opened: there is nothing to send then. */
export function withOpenBodies(webhooks: WebhookStore, open: (shopId: ShopId, sealed: string) => Promise<string>): WebhookStore {
  return {
    ...webhooks,
    async claim(endpointId, options) {
      const claimed = await webhooks.claim(endpointId, options);
      return Promise.all(
        claimed.map(async (message) => {
          if (!message.body.startsWith(mark)) return message;
          const [, shopId = "", sealed = ""] = message.body.split(" ", 3);
          return { ...message, body: await open(shopId as ShopId, sealed) };
        }),
      );
    },
  };
}

/** Queues the news that somebody was forgotten for everybody who was told about people. The same erasure again queues nothing. */
export function createTellErased(deps: {
  readonly webhooks: Pick<WebhookStore, "list" | "enqueue">;
  readonly seal: (shopId: ShopId, body: string) => Promise<string>;
}) {
  return async (
    { shopId, erasureId, requestedAt }: { readonly shopId: ShopId; readonly erasureId: string; readonly requestedAt: EpochMs },
    names: readonly Told[],
    now: EpochMs,
  ): Promise<readonly ToldRecipient[]> => {
    const ofKind = (kind: PersonNameKind) => [...new Set(names.filter((name) => name.kind === kind).map(({ externalId }) => externalId))];
    const data = { erasureId, customerIds: ofKind("customer"), anonymousIds: ofKind("anonymous") };
    const messageId = messageIdOf(shopId, type, erasureId);
    const recipients: ToldRecipient[] = [];
    for (const { endpointId, url, types, stopped } of await deps.webhooks.list(shopId)) {
      if (!types.some((one) => aboutPeople.includes(one))) continue;
      const name = URL.parse(url)?.host ?? endpointId;
      if (stopped !== null) {
        recipients.push({ endpointId, name, messageId: null, state: `not told: ${stopped}` });
        continue;
      }
      const body = sealedBody(shopId, await deps.seal(shopId, bodyOf(type, requestedAt, data)));
      await deps.webhooks.enqueue(endpointId, { messageId, type, body, personId: null }, now);
      recipients.push({ endpointId, name, messageId, state: "waiting" });
    }
    return recipients;
  };
}
