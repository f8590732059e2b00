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

/** The beginning of a key's hash: tells keys apart, and says nothing of the key. */
export const keyTagOf = (hash: string): string => hash.slice(0, 10);

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

export type ListedKey = { readonly tag: string; readonly scope: KeyScope; readonly createdAt: number | null };

export async function listKeys(shops: Pick<ShopStore, "keys">, shopId: ShopId): Promise<readonly ListedKey[]> {
  return (await shops.keys(shopId)).map(({ hash, scope, createdAt }) => ({ tag: keyTagOf(hash), scope, createdAt }));
}

/** A further key, told this once. */
export async function createKey(
  shops: Pick<ShopStore, "addKey">,
  shopId: ShopId,
  scope: KeyScope,
  createdAt: number,
): Promise<{ key: string; tag: string }> {
  const key = freshKey(scope);
  const hash = hashKey(key);
  await shops.addKey(shopId, { hash, scope, createdAt });
  return { key, tag: keyTagOf(hash) };
}

/** By the key itself, or by its tag. Servers that have just seen it take it for ten seconds more. Refuses with SHOP_KEY_UNKNOWN. */
export async function revokeKey(shops: Pick<ShopStore, "keys" | "removeKey">, shopId: ShopId, keyOrTag: string): Promise<Result<ListedKey>> {
  const wanted = (await shops.keys(shopId)).filter(({ hash }) => hash === hashKey(keyOrTag) || keyTagOf(hash) === keyOrTag);
  if (wanted.length !== 1) return refuse("SHOP_KEY_UNKNOWN", "the tag or key");
  const { hash, scope, createdAt } = wanted[0]!;
  if (!(await shops.removeKey(shopId, hash))) return refuse("SHOP_KEY_UNKNOWN", "the tag or key");
  return succeed({ tag: keyTagOf(hash), scope, createdAt });
}
