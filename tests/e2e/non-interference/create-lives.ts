import type { HeldHouse } from "../../support/held-house.ts";
import type { Names, Page, Past, Standing } from "./histories.ts";

const dayMs = 86_400_000;
let people = 0;

export const freshNames = (): Names => ({ customerId: `person-${++people}`, anonymousId: `device-${people}` });

/** People of a house who live through a history without consent for personalization, and are answered. */
export function createLives(held: HeldHouse) {
  async function ok(method: "POST" | "PUT", path: string, body: unknown): Promise<void> {
    const { status, text } = await held.send(method, path, body);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
  }

  async function live({ customerId, anonymousId }: Names, history: Past, onDevice: boolean): Promise<void> {
    if (history.length === 0) return;
    await ok("POST", "/v1/batch", {
      batch: history.map(({ event, items, daysAgo }, at) => ({
        type: "track",
        event,
        ...(onDevice && at % 2 === 1 ? { anonymousId } : { userId: customerId }),
        timestamp: new Date(held.now() - daysAgo * dayMs).toISOString(),
        properties: { order_id: `${customerId}-${at}`, products: items.map((product_id) => ({ product_id, price: 9, quantity: 1 })) },
      })),
    });
  }

  /** The same as orders that the shop's own systems tell of. */
  async function keepOrders({ customerId }: Names, history: Past): Promise<void> {
    const orders = history.map(({ items, daysAgo }, at) => ({
      orderId: `${customerId}-record-${at}`,
      customerId,
      placedAt: new Date(held.now() - daysAgo * dayMs).toISOString(),
      lines: items.map((id) => ({ id, quantity: 2 })),
    }));
    if (orders.length > 0) await ok("POST", "/v1/orders", { orders });
  }

  /** Gives somebody this past and this standing; what was stored of it depends on what they allowed at the time. */
  async function arrive(history: Past, { personalize, learn, measure, linked, merged, recorded }: Standing): Promise<Names> {
    const names = freshNames();
    const first = { ...(personalize === "never asked" ? {} : { personalize: personalize === "withdrawn" }), learn, measure };
    const other = { ...freshNames(), anonymousId: names.anonymousId };
    for (const name of [{ customerId: names.customerId }, { anonymousId: names.anonymousId }, ...(merged ? [{ customerId: other.customerId }] : [])])
      await ok("PUT", "/v1/consents", { ...name, purposes: first });
    const half = Math.floor(history.length / 2);
    await live(names, history, linked);
    if (merged) await live(other, history.slice(half), false);
    if (recorded) await keepOrders(names, history.slice(0, half));
    if (merged) await ok("POST", "/v1/identities/merge", { from: other.customerId, into: names.customerId });
    if (linked) await ok("POST", "/v1/identify", { userId: names.customerId, anonymousId: names.anonymousId });
    if (personalize === "withdrawn")
      await ok("PUT", "/v1/consents", { customerId: names.customerId, anonymousId: names.anonymousId, purposes: { personalize: false } });
    return names;
  }

  /** The answer to this page for these names, but for the two fields that no two answers share. */
  async function answer(names: Names, fields: readonly (keyof Names)[], surface: string, { category, ...rest }: Page): Promise<string> {
    const who = Object.fromEntries(fields.map((field) => [field, names[field]]));
    const { status, text } = await held.send("POST", "/v1/recommendations", { ...who, ...rest, context: { category }, surface });
    return `${status} ${text.replace(/"recommendationId":"[^"]*"/, '"recommendationId":""').replace(/"took":[\d.]+/, '"took":0')}`;
  }

  return { ok, arrive, answer };
}
