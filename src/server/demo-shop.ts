import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pickShoppers } from "#demo/pick-shoppers.ts";
import { type DemoShop, simulateShop } from "#demo/simulate-shop.ts";
import type { CustomerId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { Shop } from "#domain/shop.ts";
import type { House } from "./compose.ts";
import { decodeSegment } from "./http/decode-segment.ts";
import { itemFromBody } from "./http/item-routes.ts";
import { createShop, freshKeys, type ShopKeys } from "./shop-keys.ts";

const seed = 20_260;
const messagesPerBatch = 2_000;

/** Written before the shop is filled, so that an interrupted start goes on with the same shop. */
type DemoNote = ShopKeys & { readonly name: string; readonly seed: number; readonly now: number; readonly filled: boolean };

export type OpenedDemo = {
  readonly shop: Shop;
  readonly keys: ShopKeys;
  readonly shoppers: readonly { customerId: string; displayName: string; taste: string }[];
};

/**
 * The demo shop of a data folder: made up, filled through the same doors as any shop's data and learnt at the first
 * start; found again at the next. `tell` is given a line a step.
 */
export async function openDemoShop(house: House, dataFolder: string, tell: (line: string) => void): Promise<OpenedDemo> {
  mkdirSync(dataFolder, { recursive: true });
  const path = join(dataFolder, "demo-shop.json");
  const write = (note: DemoNote) => writeFileSync(path, JSON.stringify(note, null, 2), { mode: 0o600 });
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as DemoNote) : null;
  const now = known?.now ?? house.clock();
  const simulated = simulateShop({ seed: known?.seed ?? seed, now });
  const note: DemoNote = known ?? { ...freshKeys(), name: simulated.name, seed, now, filled: false };
  if (known === null) write(note);

  let shop = await house.store.shops.byName(note.name);
  if (shop === null) {
    const created = await createShop(house.store.shops, { name: note.name, currency: simulated.currency }, house, note);
    if (!created.ok) throw new ProblemError(created.problem);
    shop = created.value.shop;
  }
  if (!note.filled) {
    await fill(house, shop, simulated, tell);
    write({ ...note, filled: true });
  }
  return { shop, keys: note, shoppers: pickShoppers(simulated) };
}

async function fill(house: House, shop: Shop, simulated: DemoShop, tell: (line: string) => void): Promise<void> {
  tell(`making up a demo shop: ${simulated.items.length} items, ${simulated.customers.length} customers, ${simulated.messages.length} events …`);
  await house.store.catalogue.put(
    shop.shopId,
    simulated.items.map((item) => itemFromBody(item, simulated.currency, house.clock())),
  );
  const decided = simulated.customers.filter(({ consents }) => consents !== null);
  await house.recordConsents(
    shop.shopId,
    decided.map(({ customerId, consents }) => ({
      names: { customerId: customerId as CustomerId, anonymousId: null },
      purposes: new Map(Object.entries(consents!) as [Purpose, boolean][]),
      source: "person",
      notice: "demo",
      how: "simulated",
    })),
  );
  for (let start = 0; start < simulated.messages.length; start += messagesPerBatch) {
    const decoded = simulated.messages.slice(start, start + messagesPerBatch).flatMap((message) => {
      const result = decodeSegment(message, message.type, { context: {}, sentAt: undefined }, { receivedAt: house.clock(), freshId: house.freshId });
      return result.ok ? [result.value] : [];
    });
    await house.ingest(shop.shopId, decoded);
  }
  tell("learning …");
  await house.learner.learn(shop.shopId, { judged: true });
}
