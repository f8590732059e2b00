import { type Clock, dayMs, type EpochMs } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { Person } from "#domain/person.ts";
import type { EventLog } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";

/** How the shop calls it when somebody was sent a message; "Message Sent: sms" says on which channel. */
const messageSent = /^Message Sent(?:: ?(\w+))?$/;
/** And when it could not be delivered: "Message Failed: whatsapp 131049" says where, and why in the channel's own words. */
const messageFailed = /^Message Failed: ?(\w+)(?: (\w+))?$/;
const maxCounted = 1000;

export type MessagesSpent = { readonly lastDay: number; readonly lastWeek: number };

export type SentMessage = { readonly at: EpochMs /** Null: the shop did not say. */; readonly channel: string | null };
export type FailedMessage = { readonly at: EpochMs; readonly channel: string; readonly error: string | null };
export type Messages = { readonly sent: readonly SentMessage[]; readonly failed: readonly FailedMessage[] };
export type ReadMessages = (shopId: ShopId, person: Person | null) => Promise<Messages>;

/** The recorded messages of the last week. */
export function createReadMessages(deps: {
  readonly gate: Pick<Gate, "access">;
  readonly log: Pick<EventLog, "history">;
  readonly clock: Clock;
}): ReadMessages {
  const { gate, log, clock } = deps;
  return async (shopId, person) => {
    const leave = await gate.access(shopId, person);
    if (leave === null) return { sent: [], failed: [] };
    const events = await log.history(leave, { limit: maxCounted, types: ["custom"], since: clock() - 7 * dayMs });
    return {
      sent: events.flatMap(({ name, occurredAt: at }) => {
        const found = messageSent.exec(name);
        return found === null ? [] : [{ at, channel: found[1] ?? null }];
      }),
      failed: events.flatMap(({ name, occurredAt: at }) => {
        const found = messageFailed.exec(name);
        return found === null ? [] : [{ at, channel: found[1]!, error: found[2] ?? null }];
      }),
    };
  };
}

export const spentOf = (sent: readonly SentMessage[], now: EpochMs): MessagesSpent => ({
  lastDay: sent.filter(({ at }) => at > now - dayMs).length,
  lastWeek: sent.length,
});

/** How much of what somebody wants to be sent is spent: the recorded messages of the last day and week. */
export const createCountMessages =
  (readMessages: ReadMessages, clock: Clock) =>
  async (shopId: ShopId, person: Person | null): Promise<MessagesSpent> =>
    spentOf((await readMessages(shopId, person)).sent, clock());
