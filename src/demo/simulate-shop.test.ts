import { describe, expect, it } from "vitest";
import { dayMs } from "#domain/clock.ts";
import { pickShoppers } from "./pick-shoppers.ts";
import { type DemoMessage, simulateShop } from "./simulate-shop.ts";
import { companions } from "./wares/companions.ts";

const now = Date.UTC(2026, 4, 10, 18);
const shop = simulateShop({ seed: 11, now, customers: 240, days: 150 });
const itemById = new Map(shop.items.map((item) => [item.id, item]));
type Product = { product_id: string; category: string; price: number; quantity: number };
const productsOf = (message: DemoMessage) => (message.properties?.products ?? []) as Product[];
const ordersOf = (messages: readonly DemoMessage[]) => messages.filter(({ event }) => event === "Order Completed");

describe("the simulated shop", () => {
  it("is the same for the same seed, and another for another", () => {
    const small = { now, customers: 30, days: 40 };
    expect(simulateShop({ seed: 3, ...small })).toEqual(simulateShop({ seed: 3, ...small }));
    expect(simulateShop({ seed: 4, ...small }).messages).not.toEqual(simulateShop({ seed: 3, ...small }).messages);
  });

  it("sells about 300 things, no two with one name", () => {
    expect(shop.items.length).toBeGreaterThan(280);
    expect(new Set(shop.items.map(({ id }) => id)).size).toBe(shop.items.length);
    expect(new Set(shop.items.map(({ title }) => title)).size).toBe(shop.items.length);
    expect(new Set(shop.items.map(({ categories }) => categories.at(-1))).size).toBe(12);
    expect(shop.items.every(({ price, description, brand }) => price > 0 && description !== "" && brand !== "")).toBe(true);
    expect(shop.items.some(({ stock }) => stock === 0)).toBe(true);
    expect(shop.items.some(({ available }) => !available)).toBe(true);
    const met = new Set(shop.messages.map(({ properties }) => properties?.product_id));
    expect(shop.items.filter(({ id }) => !met.has(id)).length).toBeGreaterThanOrEqual(5);
  });

  it("reports in time order, never from the future, each message once", () => {
    const times = shop.messages.map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.max(...times)).toBeLessThanOrEqual(now);
    expect(Math.min(...times)).toBeGreaterThan(now - 151 * dayMs);
    expect(new Set(shop.messages.map(({ messageId }) => messageId)).size).toBe(shop.messages.length);
  });

  it("takes orders for existing, sellable things, with totals that are right", () => {
    const orders = ordersOf(shop.messages);
    expect(orders.length).toBeGreaterThan(200);
    expect(new Set(orders.map(({ properties }) => properties?.order_id)).size).toBe(orders.length);
    for (const order of orders) {
      const products = productsOf(order);
      expect(products.length).toBeGreaterThan(0);
      for (const { product_id, price } of products) expect(itemById.get(product_id)).toMatchObject({ price, available: true });
      const total = products.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
      expect(order.properties?.total).toBeCloseTo(total, 2);
    }
  });

  it("refunds only what was ordered, afterwards", () => {
    const orders = new Map(ordersOf(shop.messages).map((order) => [order.properties?.order_id, order]));
    const refunds = shop.messages.filter(({ event }) => event === "Order Refunded");
    expect(refunds.length).toBeGreaterThan(0);
    for (const refund of refunds) {
      const order = orders.get(refund.properties?.order_id);
      expect(order?.userId).toBe(refund.userId);
      expect(order!.timestamp < refund.timestamp).toBe(true);
      expect(productsOf(order!)).toEqual(expect.arrayContaining(productsOf(refund)));
    }
  });

  it("has customers of every answer, in the shares promised", () => {
    const share = (test: (consents: (typeof shop.customers)[number]["consents"]) => boolean) =>
      shop.customers.filter(({ consents }) => test(consents)).length / shop.customers.length;
    expect(share((given) => given?.personalize === true && given.learn === true && given.measure === true)).toBeCloseTo(0.55, 1);
    expect(share((given) => given?.personalize === false && given.learn === true)).toBeCloseTo(0.15, 1);
    expect(share((given) => given?.learn === false && given.measure === true)).toBeCloseTo(0.1, 1);
    expect(share((given) => given?.measure === false)).toBeCloseTo(0.12, 1);
    expect(share((given) => given === null)).toBeCloseTo(0.08, 1);
  });

  it("gives customers tastes that last: the first half of their purchases tells the second", () => {
    const bought = Map.groupBy(ordersOf(shop.messages), ({ userId }) => userId);
    const everywhere = [...bought.values()].flat().flatMap(productsOf);
    const shareOf = (products: readonly Product[], category: string) =>
      products.filter((product) => product.category === category).length / products.length;
    let own = 0;
    let chance = 0;
    for (const orders of bought.values()) {
      if (orders.length < 6) continue;
      const early = orders.slice(0, orders.length / 2).flatMap(productsOf);
      const late = orders.slice(orders.length / 2).flatMap(productsOf);
      const favourite = early.map(({ category }) => category).sort((a, b) => shareOf(early, b) - shareOf(early, a))[0] as string;
      own += shareOf(late, favourite);
      chance += shareOf(everywhere, favourite);
    }
    expect(own).toBeGreaterThan(2.5 * chance);
  });

  it("sells things that belong together together", () => {
    const boards = shop.items.filter(({ title }) => title.includes("cutting board")).map(({ id }) => id);
    const oils = shop.items.filter(({ title }) => title.includes("board oil")).map(({ id }) => id);
    const buyers = [...Map.groupBy(ordersOf(shop.messages), ({ userId }) => userId).values()].map(
      (orders) => new Set(orders.flatMap(productsOf).map(({ product_id }) => product_id)),
    );
    const has = (ids: readonly string[]) => buyers.filter((mine) => ids.some((id) => mine.has(id)));
    const together = has(boards).filter((mine) => oils.some((id) => mine.has(id))).length / has(boards).length;
    expect(together).toBeGreaterThan((2 * has(oils).length) / buyers.length);
  });

  it("wants garden things in spring and presents before the winter holidays", () => {
    const december = simulateShop({ seed: 11, now: Date.UTC(2026, 11, 23), customers: 240, days: 30 });
    const spring = simulateShop({ seed: 11, now: Date.UTC(2026, 4, 5), customers: 240, days: 30 });
    const share = (messages: readonly DemoMessage[], category: string) => {
      const views = messages.filter(({ event }) => event === "Product Viewed");
      return views.filter(({ properties }) => properties?.category === category).length / views.length;
    };
    expect(share(spring.messages, "Garden & plants")).toBeGreaterThan(1.5 * share(december.messages, "Garden & plants"));
    expect(share(december.messages, "Gifts & paper")).toBeGreaterThan(1.2 * share(spring.messages, "Gifts & paper"));
  });

  it("names only companions that are sold", () => {
    expect(companions.every(([first, second, strength]) => first !== second && strength > 0 && strength < 1)).toBe(true);
  });

  it("proposes customers to try, each kind of answer among them", () => {
    const picked = pickShoppers(shop);
    expect(picked.length).toBe(12);
    expect(new Set(picked.map(({ customerId }) => customerId)).size).toBe(12);
    expect(picked.filter(({ taste }) => taste.includes("no to personalization")).length).toBe(2);
    expect(picked.filter(({ taste }) => taste.includes("never asked")).length).toBe(1);
  });
});
