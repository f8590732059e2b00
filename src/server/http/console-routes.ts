import { Type } from "typebox";
import type { CustomerId, ItemId, ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import { hideSmallTally, windowFor } from "#insight/small-cells.ts";
import type { ModelCard } from "#learning/fit-models.ts";
import { customerReply, customersReply, earnedReply, modelsReply, recentEventsReply, refusedEventsReply, shopReply } from "../contract/console.ts";
import { errorReplies } from "../contract/errors.ts";
import { refusalReasons } from "../refusal-reasons.ts";
import { consentsToWire } from "./consent-routes.ts";
import { requireUsableIds } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Console"];
const maxHistory = 200;
const whole = (fallback: number, most: number) => ({
  schema: Type.Optional(Type.String({ pattern: "^[0-9]{1,6}$" })),
  read(value: string | undefined): number {
    const number = value === undefined ? fallback : Number(value);
    if (number < 1 || number > most) throw new ProblemError({ code: "REQUEST_INVALID", detail: `a number in the query is not 1 to ${most}` });
    return number;
  },
});
const limit = whole(100, 500);
const days = whole(30, 3650);
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** What the console reads beside the public API. */
export function addConsoleRoutes(app: App, { house, checkKey, measures, refusedEvents, demoShop }: RouteDeps): void {
  const { store } = house;
  const preHandler = checkKey("server");

  async function titled(shopId: ShopId, itemIds: readonly ItemId[]): Promise<(itemId: ItemId) => { id: string; title: string }> {
    const items = await store.catalogue.get(shopId, [...new Set(itemIds)]);
    return (itemId) => ({ id: itemId, title: items.get(itemId)?.title ?? itemId });
  }

  app.get(
    "/v1/shop",
    { preHandler, schema: { tags, summary: "The shop in numbers", response: { 200: shopReply, ...errorReplies } } },
    async ({ shop }) => {
      const [size, people, items, consents] = await Promise.all([
        store.log.size(shop.shopId),
        store.identities.count(shop.shopId),
        store.catalogue.count(shop.shopId, null),
        store.consents.tally(shop.shopId),
      ]);
      const span = { from: iso(size.from), to: iso(size.to) };
      return {
        shop: shop.name,
        currency: shop.currency,
        demo: shop.name === demoShop,
        people,
        items,
        events: size.events,
        ...span,
        consents: consents.map(({ purpose, ...tally }) => ({ purpose, ...hideSmallTally(tally, house.smallestGroup) })),
      };
    },
  );

  app.get(
    "/v1/events/recent",
    {
      preHandler,
      schema: {
        tags,
        summary: "The latest events, masked",
        querystring: Type.Object({ limit: limit.schema }),
        response: { 200: recentEventsReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => {
      const recent = await store.log.recent(shop.shopId, limit.read(query.limit));
      const withTitle = await titled(
        shop.shopId,
        recent.flatMap(({ itemIds }) => itemIds),
      );
      const events = recent.map(({ seq, kind, type, name, personTag, occurredAt, receivedAt, itemIds }) => ({
        seq,
        kind,
        type,
        name,
        person: personTag,
        occurredAt: iso(occurredAt)!,
        receivedAt: iso(receivedAt)!,
        items: itemIds.slice(0, 20).map(withTitle),
      }));
      return { events, outcomes: measures.outcomes() };
    },
  );

  app.get(
    "/v1/events/refused",
    {
      preHandler,
      schema: {
        tags,
        summary: "The latest events that were not stored, and why",
        querystring: Type.Object({ limit: limit.schema, code: Type.Optional(Type.String({ maxLength: 100 })) }),
        response: { 200: refusedEventsReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => {
      const wanted = refusedEvents.latest(shop.shopId).filter(({ code }) => query.code === undefined || code === query.code);
      const refused = wanted
        .slice(0, limit.read(query.limit))
        .map(({ at, route, code, detail, eventName }) => ({ at: iso(at)!, route, code, detail, event: eventName }));
      return { refused, reasons: refusalReasons(measures.outcomes()) };
    },
  );

  app.get(
    "/v1/customers",
    {
      preHandler,
      schema: {
        tags,
        summary: "Some customers, in order of id",
        querystring: Type.Object({ limit: limit.schema }),
        response: { 200: customersReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => {
      const names = await store.identities.list(shop.shopId, "customer", limit.read(query.limit));
      return { customers: names.map(({ externalId }) => ({ customerId: externalId })) };
    },
  );

  app.get(
    "/v1/customers/:id",
    {
      preHandler,
      schema: {
        tags,
        summary: "One customer: consents, and their history as far as they allow",
        params: Type.Object({ id: Type.String() }),
        response: { 200: customerReply, ...errorReplies },
      },
    },
    async ({ shop, params }) => {
      requireUsableIds({ "the id in the path": params.id });
      const person = await house.gate.recognise(shop.shopId, { customerId: params.id as CustomerId, anonymousId: null });
      if (person === null || !person.known) throw new ProblemError({ code: "CUSTOMER_UNKNOWN", detail: "the id in the path" });
      const leave = await house.gate.allow(shop.shopId, person, "personalize");
      const events = leave === null ? null : (await store.log.history(leave, { limit: maxHistory })).toReversed();
      const withTitle = await titled(
        shop.shopId,
        (events ?? []).flatMap(({ lines }) => lines.map(({ itemId }) => itemId)),
      );
      const history =
        events?.map(({ occurredAt, type, name, lines }) => ({
          at: iso(occurredAt)!,
          type,
          name,
          items: lines.map(({ itemId, quantity }) => ({ ...withTitle(itemId), quantity })),
        })) ?? null;
      const state = (await store.consents.current(shop.shopId, [person.personId])).get(person.personId);
      return { customerId: params.id, consents: consentsToWire(state), history };
    },
  );

  app.get(
    "/v1/models",
    { preHandler, schema: { tags, summary: "Model cards", response: { 200: modelsReply, ...errorReplies } } },
    async ({ shop }) => {
      const cards = await store.models.cards(shop.shopId);
      return {
        models: cards.map(({ name, version, builtAt, seq, card }) => ({ name, version, builtAt: iso(builtAt)!, seq, card: card as ModelCard })),
      };
    },
  );

  app.get(
    "/v1/reports/earned",
    {
      preHandler,
      schema: {
        tags,
        summary: "What recommendations earned",
        querystring: Type.Object({ days: days.schema }),
        response: { 200: earnedReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => {
      const asked = days.read(query.days);
      return {
        days: house.smallestGroup > 1 ? windowFor(asked) : asked,
        surfaces: [...(await house.reportEarned(shop.shopId, asked))],
        currency: shop.currency,
      };
    },
  );
}
