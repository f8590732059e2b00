import { dayMs, type EpochMs } from "#domain/clock.ts";
import type { SeededRandom } from "#kernels/seeded-random.ts";
import type { InventedCustomer } from "./invent-customers.ts";
import { seasonBoost } from "./shop-calendar.ts";
import type { ShelfItem } from "./stock-shelves.ts";
import { wareCategories } from "./stock-shelves.ts";

/** What a customer did, before it is put into words for the wire. */
export type Deed = { readonly at: EpochMs; readonly visit: number } & (
  | { readonly kind: "browse"; readonly category: string }
  | { readonly kind: "search"; readonly query: string }
  | { readonly kind: "view" | "cart" | "wish"; readonly thing: ShelfItem }
  | { readonly kind: "order"; readonly order: number; readonly lines: readonly OrderLine[] }
  | { readonly kind: "refund"; readonly order: number; readonly lines: readonly OrderLine[] }
);
export type OrderLine = { readonly thing: ShelfItem; readonly quantity: number };

export type Surroundings = {
  readonly shelf: readonly ShelfItem[];
  /** What goes with an item, and how often it is bought because of it. */
  readonly goesWith: ReadonlyMap<ShelfItem, readonly { readonly thing: ShelfItem; readonly strength: number }[]>;
};

type Need = { readonly at: EpochMs; readonly thing: ShelfItem };

/** Plays one customer's visits in order. Every visit can create needs that later visits, or visits of their own, meet. */
export function liveAsCustomer(
  who: InventedCustomer,
  visitTimes: readonly EpochMs[],
  until: EpochMs,
  around: Surroundings,
  random: SeededRandom,
): Deed[] {
  const liking = around.shelf.map((thing) => likingOf(who, thing));
  const owned = new Set<ShelfItem>();
  const deeds: Deed[] = [];
  const needs: Need[] = [];
  const agenda = [...visitTimes];
  let orders = 0;

  for (let visit = 1; agenda.length > 0; visit++) {
    agenda.sort((a, b) => b - a);
    let at = agenda.pop() as EpochMs;
    const say = (deed: Say) => {
      at += 1000 * (15 + random.int(110));
      deeds.push({ ...deed, at, visit } as Deed);
    };
    const basket = shopAround(at, say);
    if (basket.length === 0 || random.next() > who.resolve) continue;
    const lines = basket.map((thing) => ({ thing, quantity: thing.kind.refillDays !== undefined && random.next() < 0.25 ? 2 : 1 }));
    orders++;
    say({ kind: "order", order: orders, lines });
    for (const { thing } of lines) remember(thing, at);
    if (random.next() < 0.04) {
      deeds.push({ at: at + dayMs * (4 + random.int(16)), visit, kind: "refund", order: orders, lines: [random.pick(lines)] });
    }
  }
  return deeds;

  function shopAround(start: EpochMs, say: (deed: Say) => void): ShelfItem[] {
    const basket: ShelfItem[] = [];
    const consider = (thing: ShelfItem, keenness: number) => {
      say({ kind: "view", thing });
      if (!thing.item.available || thing.item.stock === 0 || basket.includes(thing)) return;
      if (random.next() < keenness) {
        say({ kind: "cart", thing });
        basket.push(thing);
      } else if (random.next() < 0.035) say({ kind: "wish", thing });
    };

    for (const due of needs.filter((need) => need.at <= start).slice(0, 2)) {
      needs.splice(needs.indexOf(due), 1);
      consider(due.thing, 0.8);
    }
    const wishes = around.shelf.map((thing, at) => {
      if (thing.brandNew || (owned.has(thing) && thing.kind.refillDays === undefined)) return 0;
      return (liking[at] as number) * seasonBoost(thing.kind.season, start);
    });
    const first = random.weighted(wishes);
    const theme = around.shelf[first]?.category ?? 0;
    if (random.next() < 0.12) say({ kind: "search", query: (around.shelf[first] as ShelfItem).kind.noun.split(",")[0] as string });
    else if (random.next() < 0.3) say({ kind: "browse", category: wareCategories[theme]?.category ?? "" });
    // Most of a visit stays with one subject.
    const onTheme = wishes.map((wish, at) => (around.shelf[at]?.category === theme ? wish : wish * 0.06));
    const looks = 1 + random.poisson(1.5);
    for (let look = 0; look < looks; look++) {
      const chosen = random.weighted(look === 0 ? wishes.map((wish, at) => (at === first ? wish : 0)) : onTheme);
      if (chosen < 0) continue;
      const thing = around.shelf[chosen] as ShelfItem;
      onTheme[chosen] = 0;
      consider(thing, 0.3);
    }
    for (const thing of [...basket]) {
      for (const companion of around.goesWith.get(thing) ?? []) {
        if (!owned.has(companion.thing) && !companion.thing.brandNew && random.next() < companion.strength * 0.8) consider(companion.thing, 0.75);
      }
    }
    return basket;
  }

  /** What follows from a purchase: it runs out, or it asks for its companion a little later. */
  function remember(thing: ShelfItem, at: EpochMs): void {
    owned.add(thing);
    const { refillDays } = thing.kind;
    if (refillDays !== undefined && random.next() < 0.5) {
      // Mostly the same again, now and then something else.
      needComesUp(random.next() < 0.7 ? thing : sameKind(thing), at + dayMs * refillDays * (0.8 + 0.4 * random.next()));
    }
    for (const companion of around.goesWith.get(thing) ?? []) {
      if (owned.has(companion.thing) || companion.thing.brandNew) continue;
      if (random.next() < companion.strength * 0.35) needComesUp(companion.thing, at + dayMs * (3 + random.int(18)));
    }
  }

  function needComesUp(thing: ShelfItem, at: EpochMs): void {
    if (at >= until) return;
    needs.push({ at, thing });
    if (random.next() < 0.6) agenda.push(at + dayMs * 2 * random.next());
  }

  function sameKind(thing: ShelfItem): ShelfItem {
    return random.pick(around.shelf.filter((other) => other.kind === thing.kind && !other.brandNew));
  }
}

type Say = Deed extends infer D ? (D extends Deed ? Omit<D, "at" | "visit"> : never) : never;

function likingOf(who: InventedCustomer, thing: ShelfItem): number {
  const share = (who.categoryTaste[thing.category] as number) * thing.popularity * (thing.kind.demand ?? 1);
  const brand = who.brands.has(thing.item.brand) ? 1.7 : 1;
  const look = thing.style === who.style ? 2.4 : 1;
  return share * brand * look * Math.exp(-who.priceCare * Math.abs(thing.dearness - who.budget));
}
