import type { EpochMs } from "#domain/clock.ts";
import type { ItemId, OrderId, PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { ItemIdSource, ShopPlatform } from "#domain/shop-platform.ts";

/** A shop platform that calls this house: whose it is, with which secret it signs, and how its products are named here. */
export type Connection = {
  /** Nobody can guess it; the address of the connection may hold it instead of the shop's name. */
  readonly connectionId: string;
  readonly shopId: ShopId;
  readonly platform: ShopPlatform;
  /** In the clear: it is needed to check each signature. Never part of an answer. */
  readonly secret: string;
  readonly itemIdSource: ItemIdSource;
  /** What the shop asserts its customers agreed to; empty: their orders are kept and used for nothing. */
  readonly consents: readonly Purpose[];
  readonly notice: string | null;
  readonly createdAt: EpochMs;
};

/** What was last heard of an order, so that what comes late or twice changes nothing, and a refund finds its person. */
export type OrderRecord = {
  readonly orderId: OrderId;
  readonly personId: PersonId;
  /** When the shop last changed it, by the shop's clock. */
  readonly changedAt: EpochMs;
  readonly state: "placed" | "cancelled" | "refunded";
  /** A hash of what was stored of it. */
  readonly digest: string;
};

/** Which items stand for a product of the platform, and from when that is. */
export type ProductRecord = { readonly productId: string; readonly changedAt: EpochMs; readonly itemIds: readonly ItemId[] };

/** One a shop and platform. */
export type ConnectionStore = {
  /** Creates, or replaces the shop's connection to that platform, which keeps its id. */
  put(connection: Connection): Promise<Connection>;
  find(shopId: ShopId, platform: ShopPlatform): Promise<Connection | null>;
  byId(connectionId: string): Promise<Connection | null>;
  list(shopId: ShopId): Promise<readonly Connection[]>;
  /** False when there was none. What it brought in stays. */
  remove(shopId: ShopId, platform: ShopPlatform): Promise<boolean>;
  orders(shopId: ShopId, orderIds: readonly OrderId[]): Promise<ReadonlyMap<OrderId, OrderRecord>>;
  keepOrder(shopId: ShopId, record: OrderRecord): Promise<void>;
  product(shopId: ShopId, platform: ShopPlatform, productId: string): Promise<ProductRecord | null>;
  keepProduct(shopId: ShopId, platform: ShopPlatform, record: ProductRecord): Promise<void>;
};
