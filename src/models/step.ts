import type { EpochMs } from "#domain/clock.ts";
import type { EventType, LoggedEvent } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";

/** One thing one person did with one item: all a model is ever shown of a person. */
export type Step = {
  readonly itemId: ItemId;
  readonly type: EventType;
  /** In fifths of a purchase; see `eventWeight`. */
  readonly weight: number;
  readonly quantity: number;
  readonly at: EpochMs;
  /** Steps of one order share it; null outside orders. */
  readonly basket: string | null;
  /** What the person thought of it, on the scale of the data; absent where nobody was asked. */
  readonly rating?: number;
};

/** One person's steps. */
export type History = readonly Step[];

/** The steps in an event, one a line; none where the event says nothing about items. */
export function stepsOf(event: Pick<LoggedEvent, "type" | "lines" | "occurredAt" | "orderId" | "messageId">): Step[] {
  const weight = eventWeight[event.type];
  if (weight === 0) return [];
  const basket = event.type === "purchase" ? (event.orderId ?? event.messageId) : null;
  return event.lines.map(({ itemId, quantity }) => ({ itemId, type: event.type, weight, quantity, at: event.occurredAt, basket }));
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const compare = (a: Step, b: Step): number =>
  a.at - b.at ||
  b.weight - a.weight ||
  byText(a.itemId, b.itemId) ||
  b.quantity - a.quantity ||
  byText(a.type, b.type) ||
  byText(a.basket ?? "", b.basket ?? "");

/**
 * Steps in the order everything downstream relies on: by time; within one time (a basket, an import with dates only)
 * there is no order in the data, so a fixed one is imposed that does not depend on how the rows came in.
 */
export function inOrder(steps: History): History {
  for (let at = 1; at < steps.length; at++) if (compare(steps[at - 1]!, steps[at]!) > 0) return steps.toSorted(compare);
  return steps;
}
