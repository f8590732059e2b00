import type { EventLine } from "#domain/event.ts";
import type { ItemId } from "#domain/ids.ts";

/** One line an item; its price is what one piece cost on average. */
export function mergeLines<Line extends EventLine>(lines: readonly Line[]): readonly Line[] {
  return [...Map.groupBy(lines, (line) => line.itemId as ItemId).values()].map((same) => {
    const [first] = same as [Line];
    if (same.length === 1) return first;
    const priced = same.filter((line) => line.unitPrice !== null);
    const pieces = priced.reduce((sum, line) => sum + line.quantity, 0);
    const paid = priced.reduce((sum, line) => sum + line.quantity * line.unitPrice!, 0);
    const alike = priced.every((line) => line.unitPrice === priced[0]!.unitPrice);
    const unitPrice = priced.length === 0 ? null : alike ? priced[0]!.unitPrice : roundMoney(paid / pieces);
    return { ...first, quantity: same.reduce((sum, line) => sum + line.quantity, 0), unitPrice };
  });
}

/** Prices have at most three decimals anywhere; the fourth keeps an average honest. */
export function roundMoney(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
