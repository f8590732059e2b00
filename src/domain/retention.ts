import { dayMs } from "./clock.ts";
import type { EventType } from "./event.ts";

/** What is kept equally long: what people looked at, what they were shown, what they ordered, and what they decided. */
export const retentionClasses = ["browsing", "shown", "orders", "decisions"] as const;
export type RetentionClass = (typeof retentionClasses)[number];

/**
 * How many days after it came in (not after it happened: an imported history is as new as its import) a class is kept.
 * Decisions: how long one that another has replaced is kept as proof; the one in force is never deleted. Null: for ever.
 */
export type Retention = Readonly<Record<RetentionClass, number | null>>;

export const defaultRetention: Retention = {
  // A year, and a month to compare it with the year before.
  browsing: 395,
  shown: 395,
  // Longer than shops must keep records of their sales in most places is the shop's own book-keeping, not this.
  orders: 1825,
  decisions: 1825,
};

const orderTypes: ReadonlySet<EventType> = new Set(["purchase", "return"]);

export const classOfEvent = (type: EventType): Exclude<RetentionClass, "decisions"> =>
  orderTypes.has(type) ? "orders" : type === "impression" ? "shown" : "browsing";

/** "browsing=90,orders=forever" over the defaults; null when it is no such text. */
export function parseRetention(text: string | undefined): Retention | null {
  const found: Record<RetentionClass, number | null> = { ...defaultRetention };
  for (const part of (text ?? "").split(",").map((one) => one.trim())) {
    if (part === "") continue;
    const [name = "", days = "", ...rest] = part.split("=").map((one) => one.trim());
    const isDays = /^\d{1,6}$/.test(days) && Number(days) > 0;
    if (rest.length > 0 || !(retentionClasses as readonly string[]).includes(name) || !(isDays || days === "forever")) return null;
    found[name as RetentionClass] = isDays ? Number(days) : null;
  }
  return found;
}

/** What came in before this is past its time; null: nothing is. */
export const cutoffOf = (retention: Retention, name: RetentionClass, now: number): number | null => {
  const days = retention[name];
  return days === null ? null : now - days * dayMs;
};
