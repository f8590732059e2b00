import type { ItemId, OrderId } from "#domain/ids.ts";
import { type Problem, ProblemError, type Result, refuse, succeed } from "#domain/problem.ts";
import { mergeLines } from "#ingestion/shops/merge-lines.ts";
import type { ShopOrder, ShopOrderLine } from "#ingestion/shops/shop-content.ts";
import { guestOf } from "#ingestion/shops/shopify-order.ts";
import { errorReplies } from "../contract/errors.ts";
import { type OrderBody, type OrdersReply, ordersBody, ordersReply } from "../contract/orders.ts";
import { problemReply } from "../problem-reply.ts";
import { isRecord, personNameOf, timeOf } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const bodyLimit = 5 * 1024 * 1024;
const route = "/v1/orders";

function lineOf({ id, quantity = 1, price = null, title = null, category = null, brand = null }: OrderBody["lines"][number]): ShopOrderLine {
  const itemId = String(id) as ItemId;
  const clean = (text: string | null) => (text === null ? null : text.replaceAll(/\p{Cc}/gu, " ").toWellFormed());
  return { itemId, quantity, unitPrice: price, seen: { itemId, title: clean(title), category: clean(category), brand: clean(brand), price } };
}

function orderOf(body: OrderBody, currency: string, now: number): Result<ShopOrder> {
  const placedAt = timeOf(body.placedAt);
  if (placedAt === null) return refuse("EVENT_TIME_INVALID", "placedAt");
  const changedAt = body.changedAt === undefined ? now : timeOf(body.changedAt);
  if (changedAt === null) return refuse("EVENT_TIME_INVALID", "changedAt");
  const returns: ShopOrder["returns"][number][] = [];
  for (const { returnId, at, lines } of body.returns ?? []) {
    const returnedAt = at === undefined ? changedAt : timeOf(at);
    if (returnedAt === null) return refuse("EVENT_TIME_INVALID", "returns.at");
    returns.push({ returnId: `api:${returnId}`, at: returnedAt, lines: mergeLines(lines.map(lineOf)) });
  }
  const orderId = String(body.orderId) as OrderId;
  const given = personNameOf(body.customerId, body.anonymousId);
  const named = given.customerId !== null || given.anonymousId !== null;
  const lines = mergeLines(body.lines.map(lineOf));
  return succeed({
    orderId,
    names: named ? given : { customerId: null, anonymousId: guestOf(orderId) },
    placedAt,
    changedAt,
    state: body.status ?? "placed",
    wasPlaced: true,
    currency: body.currency ?? currency,
    lines,
    returns,
  });
}

/** `POST /v1/orders`: orders as the shop keeps them, from whatever software it runs on. */
export function addOrderRoutes(app: App, { house, checkKey, measures, learning, refusedEvents }: RouteDeps): void {
  app.post(
    route,
    {
      bodyLimit,
      // One order, or a bare list of them, is understood too.
      preValidation: async (request) => {
        const { body } = request as { body: unknown };
        if (Array.isArray(body)) request.body = { orders: body as OrderBody[] };
        else if (isRecord(body) && !Object.hasOwn(body, "orders") && Object.hasOwn(body, "orderId")) request.body = { orders: [body as OrderBody] };
      },
      preHandler: checkKey("server"),
      schema: {
        tags: ["Shops"],
        summary: "Hand over orders as records",
        description:
          "Each order as it stands, up to 1000 at a time, as often as it changes. Kept whether or not anybody consents, because a shop must keep its " +
          "orders, and used for nothing until the person allows it.",
        body: ordersBody,
        response: { 200: ordersReply, ...errorReplies },
      },
    },
    async ({ shop, body }) => {
      const reply: OrdersReply = { success: true, accepted: 0, ignored: {}, rejected: [] };
      const reject = (index: number, problem: Problem) => {
        const { code, message, remedy } = problemReply(problem).body.error;
        reply.rejected.push({ index, code, message, remedy, detail: problem.detail });
        measures.countEvent(problem.code);
        refusedEvents.add(shop.shopId, { at: house.clock(), route, code: problem.code, detail: problem.detail, eventName: null });
      };
      const assertion = { consents: [], notice: null, how: "orders" };
      const taken = await Promise.all(
        body.orders.map(async (given) => {
          const order = orderOf(given, shop.currency, house.clock());
          if (!order.ok) return order.problem;
          try {
            return await house.shopIntake.takeOrder.order(shop.shopId, order.value, assertion);
          } catch (error) {
            // Nothing is wrong with the order; its sender tries again.
            if (error instanceof ProblemError) return error;
            throw error;
          }
        }),
      );
      for (const [index, one] of taken.entries()) {
        if (one instanceof ProblemError) throw one;
        if ("code" in one) reject(index, one);
        else if (one.ignored !== null) {
          reply.ignored[one.ignored] = (reply.ignored[one.ignored] ?? 0) + 1;
          measures.countEvent(one.ignored);
        } else {
          const wrong = one.outcomes.find(({ kind }) => kind === "dead-letter");
          if (wrong?.kind === "dead-letter") reject(index, wrong.problem);
          else reply.accepted++;
          measures.countEvent("ok", one.outcomes.filter(({ kind }) => kind === "ok").length);
        }
      }
      if (reply.accepted > 0) learning.poke();
      return { ...reply, success: reply.rejected.length === 0 };
    },
  );
}
