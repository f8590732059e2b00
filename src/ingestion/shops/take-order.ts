import { type AnonymousId, type CustomerId, isUsableId, type OrderId, type PersonId, type ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { RecordConsents } from "#privacy/record-consents.ts";
import type { ConnectionStore, OrderRecord } from "#storage/ports/connection-store.ts";
import type { IdentityStore } from "#storage/ports.ts";
import type { Ingest } from "../ingest.ts";
import type { IncomingMessage, IngestOutcome } from "../message.ts";
import { createInTurn } from "./in-turn.ts";
import { digestOf, placedMessage, returnMessage, undoneMessage } from "./order-messages.ts";
import type { IgnoredReason, ShopOrder, ShopReturn } from "./shop-content.ts";

/** What the shop says its customers agreed to, and by which notice. */
export type Assertion = { readonly consents: readonly Purpose[]; readonly notice: string | null; readonly how: string };

/** What became of the messages of an order, or why there were none. */
export type OrderOutcome = { readonly outcomes: readonly IngestOutcome[]; readonly ignored: IgnoredReason | null };

export type TakeOrder = {
  order(shopId: ShopId, order: ShopOrder, assertion: Assertion): Promise<OrderOutcome>;
  /** Nothing but its id is told of an order that is gone. */
  gone(shopId: ShopId, orderId: OrderId, at: number): Promise<OrderOutcome>;
  returned(shopId: ShopId, orderId: OrderId, currency: string | null, part: ShopReturn): Promise<OrderOutcome>;
};

const nothing = (ignored: IgnoredReason): OrderOutcome => ({ outcomes: [], ignored });
const isKept = (outcome: IngestOutcome) => outcome.kind === "ok" || (outcome.kind === "drop" && outcome.reason === "DUPLICATE");

/**
 * Takes an order as it stands, as often as the shop tells of it and in whatever order that arrives: the same again
 * changes nothing, and what is older than what is known comes too late. One order is dealt with at a time.
 */
export function createTakeOrder(deps: {
  readonly connections: Pick<ConnectionStore, "orders" | "keepOrder">;
  readonly identities: Pick<IdentityStore, "nameOf">;
  readonly personIds: PersonIds;
  readonly recordConsents: RecordConsents;
  readonly ingest: Ingest;
}): TakeOrder {
  const { connections, identities, personIds, recordConsents, ingest } = deps;
  const inTurn = createInTurn();
  const known = async (shopId: ShopId, orderId: OrderId) =>
    isUsableId(orderId) ? (await connections.orders(shopId, [orderId])).get(orderId) : undefined;

  async function namesOf(shopId: ShopId, personId: PersonId): Promise<PersonName | null> {
    const name = await identities.nameOf(shopId, personId);
    if (name === null) return null;
    return name.kind === "customer"
      ? { customerId: name.externalId as CustomerId, anonymousId: null }
      : { customerId: null, anonymousId: name.externalId as AnonymousId };
  }

  /** What has to be said of the order, in the order in which it is to be believed. */
  async function messagesOf(shopId: ShopId, order: ShopOrder, before: OrderRecord | undefined, personId: PersonId, digest: string) {
    const messages: IncomingMessage[] = [];
    if (before !== undefined && before.personId !== personId && before.state === "placed") {
      // A guest's order that now has a customer: it is no longer the guest's.
      const names = await namesOf(shopId, before.personId);
      if (names !== null) messages.push(undoneMessage({ ...order, names }, "cancelled"));
    }
    if (order.state === "placed") messages.push(placedMessage(order, digest, before));
    else {
      // All of it came back of somebody who is new here: it was bought all the same.
      if (order.state === "refunded" && before === undefined)
        messages.push(placedMessage({ ...order, changedAt: order.placedAt }, digest, undefined));
      messages.push(undoneMessage(order, order.state));
    }
    return messages;
  }

  async function take(shopId: ShopId, order: ShopOrder, assertion: Assertion): Promise<OrderOutcome> {
    const [name] = await personIds.ofNames(shopId, order.names);
    // Nobody is named, or something by an id that cannot be one: the steps of ingestion say what is wrong.
    const ids = [order.orderId, order.names.customerId, order.names.anonymousId].filter((id) => id !== null);
    if (name === undefined || !ids.every(isUsableId)) return { outcomes: await ingest(shopId, [placedMessage(order, "", undefined)]), ignored: null };
    const before = await known(shopId, order.orderId);
    const digest = digestOf(order, name.personId);
    const returns = order.returns.map((part) => returnMessage(order.names, order.orderId, order.currency, part));
    if (before === undefined && order.state === "cancelled" && !order.wasPlaced) return nothing("ORDER_NOT_PLACED");
    if (before !== undefined && order.changedAt < before.changedAt) return nothing("STALE");
    const isSame = before?.digest === digest;
    const isEmpty = order.lines.length === 0;
    if (isEmpty && before === undefined) return nothing("NO_PRODUCTS");
    const standing: ShopOrder = isEmpty && order.state === "placed" ? { ...order, state: "cancelled" } : order;
    const messages = isSame ? [] : await messagesOf(shopId, standing, before, name.personId, digest);
    const record = { orderId: order.orderId, personId: name.personId, changedAt: order.changedAt, state: standing.state, digest };
    if (messages.length + returns.length === 0) {
      // The same as before, but newer: what is older than this still comes too late.
      if (order.changedAt > before!.changedAt) await connections.keepOrder(shopId, record);
      return nothing("UNCHANGED");
    }
    if (assertion.consents.length > 0) {
      const purposes = new Map(assertion.consents.map((purpose) => [purpose, true]));
      await recordConsents(shopId, [{ names: order.names, purposes, source: "shop-asserted", notice: assertion.notice, how: assertion.how }]);
    }
    const outcomes = await ingest(shopId, [...messages, ...returns]);
    // Remembered only when it is on the disk; what was refused may come again, put right.
    if (outcomes.slice(0, messages.length).every(isKept)) await connections.keepOrder(shopId, record);
    const isNews = outcomes.some(({ kind }) => kind !== "drop") || messages.length > 0;
    return { outcomes, ignored: isNews ? null : "UNCHANGED" };
  }

  const turnOf = (shopId: ShopId, orderId: OrderId) => `${shopId} ${orderId}`;
  return {
    order: (shopId, order, assertion) => inTurn(turnOf(shopId, order.orderId), () => take(shopId, order, assertion)),

    gone: (shopId, orderId, at) =>
      inTurn(turnOf(shopId, orderId), async () => {
        const before = await known(shopId, orderId);
        if (before === undefined) return nothing("ORDER_UNKNOWN");
        if (before.state !== "placed") return nothing("UNCHANGED");
        const names = await namesOf(shopId, before.personId);
        if (names === null) return nothing("ORDER_UNKNOWN");
        const changedAt = Math.max(at, before.changedAt);
        const outcomes = await ingest(shopId, [undoneMessage({ orderId, names, changedAt, currency: null }, "cancelled")]);
        if (outcomes.every(isKept)) await connections.keepOrder(shopId, { ...before, state: "cancelled", digest: "gone" });
        return { outcomes, ignored: null };
      }),

    returned: (shopId, orderId, currency, part) =>
      inTurn(turnOf(shopId, orderId), async () => {
        const before = await known(shopId, orderId);
        const names = before === undefined ? null : await namesOf(shopId, before.personId);
        // The order itself will tell: its next message lists its refunds.
        if (names === null) return nothing("ORDER_UNKNOWN");
        return { outcomes: await ingest(shopId, [returnMessage(names, orderId, currency, part)]), ignored: null };
      }),
  };
}
