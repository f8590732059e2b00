import { dayMs, type EpochMs } from "#domain/clock.ts";
import { createSeededRandom, type SeededRandom } from "#kernels/seeded-random.ts";
import { type DemoCustomer, type InventedCustomer, inventCustomers } from "./invent-customers.ts";
import { liveAsCustomer, type Surroundings } from "./live-as-customer.ts";
import { trafficByHour, trafficOn } from "./shop-calendar.ts";
import { type DemoMessage, messageOf } from "./shop-messages.ts";
import { type DemoItem, type ShelfItem, stockShelves } from "./stock-shelves.ts";
import { companions } from "./wares/companions.ts";

export type { DemoCustomer } from "./invent-customers.ts";
export type { DemoMessage } from "./shop-messages.ts";
export type { DemoItem } from "./stock-shelves.ts";

export type DemoShop = { name: string; currency: string; items: DemoItem[]; customers: DemoCustomer[]; messages: DemoMessage[] };

const currency = "USD";

/**
 * A shop that never existed, with customers who had their reasons: tastes, budgets, things that go together, things
 * that run out, a season. One seed and one `now` always give the same shop, to the last message.
 */
export function simulateShop(options: { seed: number; now: EpochMs; customers?: number; days?: number }): DemoShop {
  const { seed, now, customers: count = 900, days = 150 } = options;
  const random = createSeededRandom(seed);
  const shelf = stockShelves(random, currency);
  const people = inventCustomers(random, count);
  const around: Surroundings = { shelf, goesWith: matchCompanions(shelf) };
  const start = now - days * dayMs;
  const daily = Array.from({ length: days }, (_, day) => trafficOn(start + day * dayMs));

  const deeds = people.flatMap((who, at) => {
    // Each customer has a source of their own: changing one leaves the others' lives as they were.
    const own = createSeededRandom(seed * 65_537 + at + 1);
    const visits = planVisits(who, start, daily, own);
    return liveAsCustomer(who, visits, now, around, own).map((deed) => ({ deed, customerId: who.customer.customerId }));
  });
  const messages = deeds
    .filter(({ deed }) => deed.at <= now)
    .sort((a, b) => a.deed.at - b.deed.at)
    .map(({ deed, customerId }, at) => messageOf(deed, customerId, `demo-${seed}-${String(at).padStart(6, "0")}`, currency));

  return {
    name: "Juniper & Clay",
    currency,
    items: shelf.map(({ item }) => item),
    customers: people.map(({ customer }) => customer),
    messages,
  };
}

/** When somebody comes by: more on busy days, mostly in the evening; a third discovered the shop only lately. */
function planVisits(who: InventedCustomer, start: EpochMs, daily: readonly number[], random: SeededRandom): EpochMs[] {
  const firstDay = random.next() < 0.35 ? random.int(daily.length) : 0;
  const weights = daily.map((traffic, day) => (day < firstDay ? 0 : traffic));
  const visits = 1 + random.poisson(who.visitsPerDay * (daily.length - firstDay));
  return Array.from({ length: visits }, () => {
    const day = random.weighted(weights);
    const hour = random.weighted(trafficByHour());
    const midnight = Math.floor((start + day * dayMs) / dayMs) * dayMs;
    return midnight + hour * 3_600_000 + random.int(3_600_000);
  });
}

/** The companion of an item is the one of the same look, as a shop would photograph them together. */
function matchCompanions(shelf: readonly ShelfItem[]): Surroundings["goesWith"] {
  const goesWith = new Map<ShelfItem, { thing: ShelfItem; strength: number }[]>();
  for (const [first, second, strength] of companions) {
    const seconds = shelf.filter((thing) => thing.kind.kind === second);
    for (const thing of shelf.filter((candidate) => candidate.kind.kind === first)) {
      const match = seconds.find(({ style }) => style === thing.style) ?? seconds[thing.style % seconds.length];
      if (match === undefined) throw new Error(`no such kind: ${second}`);
      goesWith.set(thing, [...(goesWith.get(thing) ?? []), { thing: match, strength }]);
    }
  }
  return goesWith;
}
