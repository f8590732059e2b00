import { isUsableId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { isPurpose, type Purpose } from "#domain/purpose.ts";
import type { Shop } from "#domain/shop.ts";
import { isItemIdSource, isShopPlatform, itemIdSources, shopPlatforms } from "#domain/shop-platform.ts";
import type { Connection } from "#storage/ports/connection-store.ts";
import type { House } from "./compose.ts";
import type { ConnectionReply } from "./contract/connections.ts";

export type GivenConnection = {
  readonly platform: string;
  readonly secret: string;
  readonly itemId: string;
  readonly consent: readonly string[];
  readonly notice: string | null;
};

/** Connects a shop to a platform, or changes the connection. Refuses with OPTION_INVALID or CONSENT_INVALID. */
export async function putConnection(house: House, shop: Shop, given: GivenConnection): Promise<Result<Connection>> {
  const { platform, itemId, consent, notice } = given;
  const secret = given.secret.trim();
  if (!isShopPlatform(platform)) return refuse("OPTION_INVALID", `platform is ${shopPlatforms.join(" or ")}`);
  if (!isItemIdSource(itemId)) return refuse("OPTION_INVALID", `item id is ${itemIdSources.join(", ")}`);
  // Anybody can sign with nothing.
  if (secret === "" || secret.length > 500) return refuse("OPTION_INVALID", "the secret has 1 to 500 characters");
  const consents: Purpose[] = [];
  for (const purpose of new Set(consent)) {
    if (!isPurpose(purpose)) return refuse("CONSENT_INVALID", `consent ${purpose.slice(0, 50)}`);
    consents.push(purpose);
  }
  const { shopId } = shop;
  const connection = { connectionId: house.freshId(), shopId, platform, secret, itemIdSource: itemId, consents, notice, createdAt: house.clock() };
  return succeed(await house.store.connections.put(connection));
}

/** Where the platform sends to: the shop by its name, which the platform's settings then show. */
export function hookPath(shop: Shop, { platform }: Pick<Connection, "platform">): string {
  return `/v1/hooks/${platform}/${encodeURIComponent(shop.name)}`;
}

/** The connection that an address means: by the shop's name, or by the connection's own id. */
export async function findConnection(
  house: House,
  platform: Connection["platform"],
  key: string,
): Promise<{ readonly shop: Shop; readonly connection: Connection } | null> {
  if (!isUsableId(key)) return null;
  const shop = await house.store.shops.byName(key);
  const connection = shop === null ? await house.store.connections.byId(key) : await house.store.connections.find(shop.shopId, platform);
  if (connection === null || connection.platform !== platform) return null;
  const owner = shop ?? (await house.store.shops.list()).find(({ shopId }) => shopId === connection.shopId);
  return owner === undefined ? null : { shop: owner, connection };
}

/** Everything but the secret. */
export function connectionToWire(shop: Shop, connection: Connection): ConnectionReply {
  const { platform, itemIdSource, consents, notice, createdAt } = connection;
  const path = hookPath(shop, connection);
  return { platform, path, itemId: itemIdSource, consent: [...consents], notice, createdAt: new Date(createdAt).toISOString() };
}
