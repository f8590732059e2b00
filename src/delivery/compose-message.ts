import { createHash } from "node:crypto";
import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { NewMessage } from "#storage/ports/webhook-store.ts";

/** The same news has the same id, however often it is found and to whomever it is sent: receivers tell repetitions by it. */
export function messageIdOf(shopId: ShopId, type: string, key: string): string {
  return `msg_${createHash("sha256")
    .update(JSON.stringify([shopId, type, key]))
    .digest("base64url")
    .slice(0, 32)}`;
}

export function bodyOf(type: string, at: EpochMs, data: unknown): string {
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
}

/** `{type, timestamp, data}`, ready to be signed. `key` tells this news from all others of its type. */
export function composeMessage(shopId: ShopId, type: string, key: string, at: EpochMs, data: unknown, personId: PersonId | null): NewMessage {
  return { messageId: messageIdOf(shopId, type, key), type, body: bodyOf(type, at, data), personId };
}
