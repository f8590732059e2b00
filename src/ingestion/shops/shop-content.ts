import type { EpochMs } from "#domain/clock.ts";
import type { EventLine } from "#domain/event.ts";
import type { CustomerId, ItemId, OrderId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { PersonName } from "#domain/person.ts";
import type { SeenItem } from "../message.ts";

/** One item of an order; an item is in an order once. */
export type ShopOrderLine = EventLine & { readonly seen: SeenItem };

/** Part of an order that came back. */
export type ShopReturn = { readonly returnId: string; readonly at: EpochMs; readonly lines: readonly EventLine[] };

/** An order as it stands, whatever platform it is from. */
export type ShopOrder = {
  readonly orderId: OrderId;
  readonly names: PersonName;
  readonly placedAt: EpochMs;
  /** When the shop last changed it, by the shop's clock: what is older than what is known comes too late. */
  readonly changedAt: EpochMs;
  readonly state: "placed" | "cancelled" | "refunded";
  /** False: a cancellation says nothing if the order was never heard of, because it was never placed. */
  readonly wasPlaced: boolean;
  readonly currency: string | null;
  readonly lines: readonly ShopOrderLine[];
  readonly returns: readonly ShopReturn[];
};

/** A product as the items it stands for. */
export type ShopProduct = { readonly productId: string; readonly changedAt: EpochMs; readonly items: readonly CatalogueItem[] };

export type RightsDemand = {
  readonly kind: "access" | "erase-customer" | "erase-shop";
  readonly customerId: CustomerId | null;
  readonly orderIds: readonly OrderId[];
  readonly reference: string | null;
};

/** Why a message that is right changes nothing. */
export const ignoredReasons = [
  "PING",
  "TOPIC_IGNORED",
  "TEST_ORDER",
  "ORDER_NOT_PLACED",
  "ORDER_UNKNOWN",
  "NO_PRODUCTS",
  "PRODUCT_UNKNOWN",
  "VARIATION_IGNORED",
  "UNCHANGED",
  "STALE",
] as const;
export type IgnoredReason = (typeof ignoredReasons)[number];

/** What a message of a platform comes down to. */
export type ShopContent =
  | { readonly kind: "order"; readonly order: ShopOrder }
  /** The order is gone; nothing else is told. */
  | { readonly kind: "order-gone"; readonly orderId: OrderId }
  | { readonly kind: "return"; readonly orderId: OrderId; readonly currency: string | null; readonly part: ShopReturn }
  | { readonly kind: "basket"; readonly basketId: string; readonly names: PersonName; readonly at: EpochMs; readonly lines: readonly ShopOrderLine[] }
  | { readonly kind: "product"; readonly product: ShopProduct }
  | { readonly kind: "product-gone"; readonly productId: string; readonly itemId: ItemId | null }
  | { readonly kind: "demand"; readonly demand: RightsDemand }
  | { readonly kind: "ignored"; readonly reason: IgnoredReason };

export const ignored = (reason: IgnoredReason): ShopContent => ({ kind: "ignored", reason });
