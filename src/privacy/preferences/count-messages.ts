import { type Clock, dayMs } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { Person } from "#domain/person.ts";
import type { EventLog } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";

/** How the shop calls it when somebody was sent a message, on whatever channel. */
export const messageSent = "Message Sent";
const maxCounted = 1000;

export type MessagesSpent = { readonly lastDay: number; readonly lastWeek: number };

/** How much of what somebody wants to be sent is spent: the recorded messages of the last day and week. */
export function createCountMessages(deps: { readonly gate: Pick<Gate, "access">; readonly log: Pick<EventLog, "history">; readonly clock: Clock }) {
  const { gate, log, clock } = deps;
  return async function countMessages(shopId: ShopId, person: Person | null): Promise<MessagesSpent> {
    const leave = await gate.access(shopId, person);
    if (leave === null) return { lastDay: 0, lastWeek: 0 };
    const now = clock();
    const events = await log.history(leave, { limit: maxCounted, types: ["custom"], since: now - 7 * dayMs });
    const sent = events.filter(({ name }) => name === messageSent);
    return { lastDay: sent.filter(({ occurredAt }) => occurredAt > now - dayMs).length, lastWeek: sent.length };
  };
}
