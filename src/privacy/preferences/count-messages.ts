import { type Clock, dayMs, type EpochMs } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { Person } from "#domain/person.ts";
import type { EventLog } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";

/** How the shop calls it when somebody was sent a message; "Message Sent: sms" says on which channel. */
const messageSent = /^Message Sent(?:: ?(\w+))?$/;
const maxCounted = 1000;

export type MessagesSpent = { readonly lastDay: number; readonly lastWeek: number };

export type SentMessage = { readonly at: EpochMs /** Null: the shop did not say. */; readonly channel: string | null };
export type SentMessages = (shopId: ShopId, person: Person | null) => Promise<readonly SentMessage[]>;

/** The recorded messages of the last week. */
export function createSentMessages(deps: {
  readonly gate: Pick<Gate, "access">;
  readonly log: Pick<EventLog, "history">;
  readonly clock: Clock;
}): SentMessages {
  const { gate, log, clock } = deps;
  return async (shopId, person) => {
    const leave = await gate.access(shopId, person);
    if (leave === null) return [];
    const events = await log.history(leave, { limit: maxCounted, types: ["custom"], since: clock() - 7 * dayMs });
    return events.flatMap(({ name, occurredAt }) => {
      const found = messageSent.exec(name);
      return found === null ? [] : [{ at: occurredAt, channel: found[1] ?? null }];
    });
  };
}

export const spentOf = (sent: readonly SentMessage[], now: EpochMs): MessagesSpent => ({
  lastDay: sent.filter(({ at }) => at > now - dayMs).length,
  lastWeek: sent.length,
});

/** How much of what somebody wants to be sent is spent: the recorded messages of the last day and week. */
export const createCountMessages =
  (sentMessages: SentMessages, clock: Clock) =>
  async (shopId: ShopId, person: Person | null): Promise<MessagesSpent> =>
    spentOf(await sentMessages(shopId, person), clock());
