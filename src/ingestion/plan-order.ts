import type { EventLine } from "#domain/event.ts";
import type { ItemId } from "#domain/ids.ts";
import type { OrderEvent } from "#storage/ports.ts";

/** One thing that holds about an order: what was said, and the lines of it that count. */
export type OrderFact = { readonly source: OrderEvent; readonly lines: readonly EventLine[] };

const byTime = (a: OrderEvent, b: OrderEvent) =>
  a.event.occurredAt - b.event.occurredAt || (a.event.messageId < b.event.messageId ? -1 : a.event.messageId > b.event.messageId ? 1 : 0);
const isCancellation = ({ event }: OrderEvent) => /cancel/i.test(event.name);
/** One item reported as bought from a recommendation: a part of the order, not a statement of the whole. */
const isPart = ({ event }: OrderEvent) => event.type === "purchase" && event.name.startsWith("Recommendation ");

function quantities(lines: readonly EventLine[]): Map<ItemId, number> {
  const sums = new Map<ItemId, number>();
  for (const { itemId, quantity } of lines) sums.set(itemId, (sums.get(itemId) ?? 0) + quantity);
  return sums;
}

const lineKey = ({ itemId, quantity, unitPrice }: EventLine) => JSON.stringify([itemId, quantity, unitPrice]);
export function sameLines(a: readonly EventLine[], b: readonly EventLine[]): boolean {
  return a.length === b.length && a.map(lineKey).sort().join() === b.map(lineKey).sort().join();
}

function covers(lines: readonly EventLine[], whole: readonly EventLine[]): boolean {
  const given = quantities(lines);
  return [...quantities(whole)].every(([itemId, quantity]) => (given.get(itemId) ?? 0) >= quantity);
}

/** The lines of a return as far as there is anything left of the order to give back; takes them off what is left. */
function takeBack(lines: readonly EventLine[], left: Map<ItemId, number>): EventLine[] {
  return lines.flatMap((line) => {
    const rest = left.get(line.itemId);
    if (rest === undefined) return [line];
    const quantity = Math.min(rest, line.quantity);
    left.set(line.itemId, rest - quantity);
    return quantity > 0 ? [{ ...line, quantity }] : [];
  });
}

/**
 * What holds about one order of one person, of all that was ever said about it; a function of the set, so the order in
 * which it came in makes no difference. Of several statements of the whole order the latest holds (of equal ones the
 * first); a cancellation of all of it, unless the order was stated anew after it, undoes everything; a refund that names no lines gives back what is left.
 */
export function planOrder(said: readonly OrderEvent[]): OrderFact[] {
  const sorted = said.toSorted(byTime);
  const statements = sorted.filter((one) => one.event.type === "purchase" && one.event.lines.length > 0 && !isPart(one));
  const latest = statements.at(-1);
  const returns = sorted.filter(({ event }) => event.type === "return");
  const whole = latest?.event.lines ?? [];
  const known = latest !== undefined || sorted.some(isPart);
  const ofAll = (one: OrderEvent) =>
    isCancellation(one) && (one.event.lines.length === 0 || (latest !== undefined && covers(one.event.lines, whole)));
  // Stated anew after it, the order lives again.
  const takenBack = (one: OrderEvent) => ofAll(one) && latest !== undefined && one.event.occurredAt < latest.event.occurredAt;
  if (known && returns.some((one) => ofAll(one) && !takenBack(one))) return [];
  const facts: OrderFact[] = sorted.filter(isPart).map((source) => ({ source, lines: source.event.lines }));
  const first = statements.find(({ event }) => sameLines(event.lines, whole));
  if (first !== undefined) facts.push({ source: first, lines: first.event.lines });
  const left = quantities(whole);
  for (const source of returns.filter((one) => one.event.lines.length > 0 && !takenBack(one))) {
    const lines = takeBack(source.event.lines, left);
    if (lines.length > 0) facts.push({ source, lines });
  }
  const rest = returns.find((one) => one.event.lines.length === 0 && !isCancellation(one));
  if (rest !== undefined) {
    const lines = takeBack(whole, left);
    if (lines.length > 0) facts.push({ source: rest, lines });
  }
  return facts;
}
