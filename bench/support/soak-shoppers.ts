import { createSeededRandom } from "#kernels/seeded-random.ts";

// Who comes to the shop of the soak, and what they do there. The same seed tells the same story; only the ids of messages are
// fresh. The load sends it, and the computation of what it must occupy on the disk writes it.

export const itemIdOf = (item: number) => `SKU-${100_000 + item}`;
export const customerIdOf = (person: number) => `customer-${100_000 + person}`;

export type Deed = {
  readonly customerId: string;
  readonly event: "Product Viewed" | "Product Added" | "Order Completed";
  readonly items: readonly string[];
  /** Of an order. */
  readonly orderId: string | null;
};

type Visit = { readonly customerId: string; left: number; readonly basket: string[] };

const atOnce = 100;
const visitLengths = { least: 4, spread: 16 };
const addedShare = 0.15;

/** A hundred people are in the shop at any time; each looks at a few things, may order, and makes room for the next. */
export function createShoppers({ people, items, seed }: { people: number; items: number; seed: number }) {
  const random = createSeededRandom(seed);
  let orders = 0;
  const begin = (): Visit => ({
    customerId: customerIdOf(random.int(people)),
    left: visitLengths.least + random.int(visitLengths.spread),
    basket: [],
  });
  const visits = Array.from({ length: atOnce }, begin);
  // A few items are looked at much, most of them now and then.
  const anItem = () => itemIdOf(Math.floor(items * random.next() ** 2));
  return {
    next(): Deed {
      const place = random.int(atOnce);
      const visit = visits[place]!;
      visit.left--;
      const { customerId, basket } = visit;
      if (visit.left === 0) {
        visits[place] = begin();
        if (basket.length > 0) return { customerId, event: "Order Completed", items: basket, orderId: `order-${seed}-${orders++}` };
      }
      const item = anItem();
      if (random.next() >= addedShare) return { customerId, event: "Product Viewed", items: [item], orderId: null };
      if (!basket.includes(item)) basket.push(item);
      return { customerId, event: "Product Added", items: [item], orderId: null };
    },
    /** Somebody who is in the shop just now. */
    somebody: () => visits[random.int(atOnce)]!.customerId,
    anItem,
    random,
  };
}
export type Shoppers = ReturnType<typeof createShoppers>;
