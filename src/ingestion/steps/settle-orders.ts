import { createHash } from "node:crypto";
import type { MessageId, OrderId } from "#domain/ids.ts";
import { type Purpose, purposes } from "#domain/purpose.ts";
import type { EventLog, LogEntry, OrderEvent } from "#storage/ports.ts";
import type { Batch, Step } from "../draft.ts";
import { planOrder, sameLines } from "../plan-order.ts";

/** Events written here carry it; everything else about an order was said by somebody. */
const settled = "rapport:settled:";
const tookBack = "rapport:retracted:";
/** Somebody else may settle the same order at the same time; each looks again until nothing is left to do. */
const maxRounds = 5;

const digest = (parts: readonly unknown[]) => createHash("sha256").update(JSON.stringify(parts)).digest("base64url");

/** Entries after which the log says of this order of one person what `planOrder` says. None when it does already. */
function corrections(events: readonly OrderEvent[], receivedAt: number): LogEntry[] {
  const said = events.filter(({ event }) => !event.messageId.startsWith(settled));
  const version = said.map(({ event }) => event.messageId).sort();
  const kept = new Set<MessageId>();
  const entries: LogEntry[] = [];
  const plan = planOrder(said);
  // A return of something that may not be used may not be used either.
  const refused = new Set<Purpose>(plan.flatMap(({ source }) => (source.event.type === "purchase" ? source.event.refused : [])));
  for (const { source, lines } of plan) {
    if (!source.retracted && sameLines(source.event.lines, lines)) {
      kept.add(source.event.messageId);
      continue;
    }
    const messageId = `${settled}${digest([source.event.messageId, version])}` as MessageId;
    kept.add(messageId);
    if (events.some(({ event }) => event.messageId === messageId)) continue;
    const inForce = purposes.filter((purpose) => refused.has(purpose) || source.event.refused.includes(purpose));
    entries.push({ kind: "event", name: source.name, event: { ...source.event, messageId, lines, receivedAt, refused: inForce } });
  }
  for (const { event, name, retracted } of events) {
    // What names no items counts for nothing, and may stay for all to see.
    if (retracted || kept.has(event.messageId) || event.lines.length === 0) continue;
    const messageId = `${tookBack}${digest([event.messageId])}` as MessageId;
    entries.push({ kind: "retract", messageId, name, targets: [event.messageId], at: receivedAt });
  }
  return entries;
}

function orderIdsOf({ drafts }: Batch): OrderId[] {
  const found = new Set<OrderId>();
  for (const { message, outcome } of drafts) {
    // A duplicate too: the first time may have ended between the event and this step.
    if (outcome?.kind !== "ok" && !(outcome?.kind === "drop" && outcome.reason === "DUPLICATE")) continue;
    const { orderId, type } = message.event;
    if (orderId !== null && (type === "purchase" || type === "return")) found.add(orderId);
  }
  return [...found];
}

/**
 * An order is one thing, whoever tells of it and in whatever order: browser, webhook, import, update, refund,
 * cancellation. Comes after the append, on what is on the disk, so that of two who tell of one order at the same time
 * the later sees both.
 */
export function createSettleOrders(log: Pick<EventLog, "append" | "ordersToldTwice">): Step {
  return async function settleOrders(batch) {
    let orderIds: readonly OrderId[] = orderIdsOf(batch);
    for (let round = 0; round < maxRounds && orderIds.length > 0; round++) {
      const told = await log.ordersToldTwice(batch.shopId, orderIds);
      const byPerson = Map.groupBy(told, ({ orderId, rootId }) => `${rootId} ${orderId}`);
      const entries: LogEntry[] = [];
      const changed = new Set<OrderId>();
      for (const events of byPerson.values()) {
        const missing = corrections(events, batch.receivedAt);
        if (missing.length > 0) changed.add(events[0]!.orderId);
        entries.push(...missing);
      }
      if (entries.length > 0) await log.append(batch.shopId, entries);
      orderIds = [...changed];
    }
    return batch;
  };
}
