import { ProblemError } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import type { House } from "#server/compose.ts";
import { noteCommand } from "./note-command.ts";
import { databaseUrl, outboundAllow, type SharedOptions } from "./program.ts";

/** Opens the house and closes it again, whatever happens. The house is large: it is loaded when it is needed. */
export async function withHouse<Value>(options: SharedOptions, use: (house: House) => Promise<Value>): Promise<Value> {
  const { composeHouse } = await import("#server/compose.ts");
  const house = await composeHouse({ dataFolder: options.data, databaseUrl: databaseUrl(), outboundAllow: outboundAllow() });
  try {
    const value = await use(house);
    await noteCommand(house, options.shop);
    return value;
  } finally {
    await house.store.close();
  }
}

/** Opens the house, does something with one shop in it, and closes it again, whatever happens. */
export async function withShop<Value>(options: SharedOptions, use: (house: House, shop: Shop) => Promise<Value>): Promise<Value> {
  return withHouse(options, async (house) => use(house, await findShop(house, options.shop)));
}

async function findShop(house: House, name: string | undefined): Promise<Shop> {
  if (name !== undefined) {
    const shop = await house.store.shops.byName(name);
    if (shop === null) throw new ProblemError({ code: "SHOP_UNKNOWN", detail: name });
    return shop;
  }
  const shops = await house.store.shops.list();
  if (shops.length !== 1)
    throw new ProblemError({
      code: "SHOP_AMBIGUOUS",
      detail: shops.length === 0 ? "this data folder holds no shop" : shops.map((shop) => shop.name).join(", "),
    });
  return shops[0]!;
}
