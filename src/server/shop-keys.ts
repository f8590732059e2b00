import { createHash, randomBytes } from "node:crypto";
import type { Clock, FreshId } from "#domain/clock.ts";
import { isUsableId, type ShopId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { KeyScope, Shop } from "#domain/shop.ts";
import type { ShopStore } from "#storage/ports.ts";

/** Keys are kept as hashes; they are long and random, so a plain hash is enough to make a stolen store useless. */
export function hashKey(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}

export type NewShop = { readonly shop: Shop } & ShopKeys;
export type ShopKeys = { readonly writeKey: string; readonly serverKey: string };

const freshKey = (scope: KeyScope) => `rk_${scope === "write" ? "w" : "s"}_${randomBytes(24).toString("base64url")}`;

export function freshKeys(): ShopKeys {
  return { writeKey: freshKey("write"), serverKey: freshKey("server") };
}

/** Makes a shop that its two keys open; they are told this once. Refuses with SHOP_NAME_TAKEN or ID_INVALID. */
export async function createShop(
  shops: ShopStore,
  given: { readonly name: string; readonly currency: string },
  at: { readonly clock: Clock; readonly freshId: FreshId },
  { writeKey, serverKey }: ShopKeys = freshKeys(),
): Promise<Result<NewShop>> {
  if (!isUsableId(given.name)) return refuse("ID_INVALID", "the name of the shop");
  if (!/^[A-Z]{3}$/.test(given.currency)) return refuse("OPTION_INVALID", "currency is three capital letters (ISO 4217), such as PKR");
  const shop: Shop = { shopId: at.freshId() as ShopId, name: given.name, currency: given.currency, createdAt: at.clock() };
  const created = await shops.create(shop, {
    personKey: randomBytes(32).toString("base64url"),
    keyHashes: [
      { hash: hashKey(writeKey), scope: "write" },
      { hash: hashKey(serverKey), scope: "server" },
    ],
  });
  return created ? succeed({ shop, writeKey, serverKey }) : refuse("SHOP_NAME_TAKEN", given.name);
}
