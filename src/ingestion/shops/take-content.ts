import type { Clock } from "#domain/clock.ts";
import type { MessageId } from "#domain/ids.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { RecordConsents } from "#privacy/record-consents.ts";
import type { Connection } from "#storage/ports/connection-store.ts";
import type { Store } from "#storage/ports.ts";
import type { Ingest } from "../ingest.ts";
import type { IncomingMessage, IngestOutcome } from "../message.ts";
import { hashOf } from "./order-messages.ts";
import type { IgnoredReason, ShopContent } from "./shop-content.ts";
import { createTakeDemand } from "./take-demand.ts";
import { createTakeOrder, type TakeOrder } from "./take-order.ts";
import { createTakeProduct } from "./take-product.ts";

/** What became of a platform's message. */
export type Taken = {
  readonly outcomes: readonly IngestOutcome[];
  /** How many items were written or withdrawn. */
  readonly items: number;
  readonly requests: number;
  readonly ignored: IgnoredReason | null;
};

export type ShopIntake = {
  readonly takeOrder: TakeOrder;
  /** `deliveryId`: what tells this message from every other, where its content does not. */
  takeContent(connection: Connection, content: ShopContent, deliveryId: string): Promise<Taken>;
};

const untouched: Taken = { outcomes: [], items: 0, requests: 0, ignored: null };

/** A basket is told again with every change; each item of it counts once. Kept only if its person allows it. */
function basketMessages({ basketId, names, at, lines }: Extract<ShopContent, { kind: "basket" }>): IncomingMessage[] {
  return lines.map(({ seen, ...line }) => ({
    names,
    event: {
      messageId: `basket:${hashOf(basketId, line.itemId)}` as MessageId,
      type: "cart-add",
      name: "Product Added",
      occurredAt: at,
      lines: [line],
      orderId: null,
      sessionId: null,
      recommendationId: null,
      currency: null,
    },
    seenItems: [seen],
    linksNames: false,
    stampedConsent: null,
    basis: "consent",
  }));
}

/** Takes in what shop platforms tell, whichever platform it is. */
export function createShopIntake(deps: {
  readonly store: Pick<Store, "connections" | "identities" | "catalogue" | "rightsRequests">;
  readonly personIds: PersonIds;
  readonly recordConsents: RecordConsents;
  readonly ingest: Ingest;
  readonly clock: Clock;
}): ShopIntake {
  const { store, ingest, clock } = deps;
  const takeOrder = createTakeOrder({ ...deps, ...store });
  const takeProduct = createTakeProduct(store);
  const takeDemand = createTakeDemand({ ...deps, ...store });

  async function takeContent(connection: Connection, content: ShopContent, deliveryId: string): Promise<Taken> {
    const { shopId, platform, consents, notice } = connection;
    switch (content.kind) {
      case "ignored":
        return { ...untouched, ignored: content.reason };
      case "order":
        return { ...untouched, ...(await takeOrder.order(shopId, content.order, { consents, notice, how: platform })) };
      case "order-gone":
        return { ...untouched, ...(await takeOrder.gone(shopId, content.orderId, clock())) };
      case "return":
        return { ...untouched, ...(await takeOrder.returned(shopId, content.orderId, content.currency, content.part)) };
      case "basket":
        return { ...untouched, outcomes: await ingest(shopId, basketMessages(content)) };
      case "product":
        return { ...untouched, ...(await takeProduct.product(shopId, platform, content.product)) };
      case "product-gone":
        return { ...untouched, ...(await takeProduct.gone(shopId, platform, content, clock())) };
      case "demand": {
        const requestId = hashOf(connection.connectionId, content.demand.kind, deliveryId);
        const isNew = await takeDemand(shopId, platform, content.demand, { requestId, at: clock() });
        return { ...untouched, requests: 1, ignored: isNew ? null : "UNCHANGED" };
      }
    }
  }
  return { takeOrder, takeContent };
}
