import { Type } from "typebox";
import { type ItemId, isUsableId } from "#domain/ids.ts";
import { type CatalogueItem, maxAttributesLength } from "#domain/item.ts";
import { ProblemError } from "#domain/problem.ts";
import { errorReplies } from "../contract/errors.ts";
import { type ItemBody, type ItemReply, itemReply, itemsReply, putItemsBody } from "../contract/items.ts";
import { isRecord, itemIdOf } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Items"];
const bodyLimit = 5 * 1024 * 1024;
const maxPage = 500;

export function itemFromBody(body: ItemBody, currency: string, now: number): CatalogueItem {
  return {
    itemId: itemIdOf(body.id),
    title: body.title,
    description: body.description ?? null,
    categories: body.categories ?? (body.category === undefined || body.category === null ? [] : [body.category]),
    brand: body.brand ?? null,
    price: body.price ?? null,
    currency: body.currency ?? (body.price === undefined || body.price === null ? null : currency),
    stock: body.stock ?? null,
    available: body.available ?? true,
    url: body.url ?? null,
    imageUrl: body.imageUrl ?? null,
    attributes: body.attributes ?? {},
    releasedAt: body.releasedAt === undefined || body.releasedAt === null ? null : Date.parse(body.releasedAt),
    source: "shop",
    createdAt: now,
    updatedAt: now,
  };
}

/** What of an item the shapes of the contract let through, and yet cannot be kept; null: nothing. */
function wrongField({ itemId, attributes, releasedAt }: CatalogueItem): string | null {
  if (!isUsableId(itemId)) return "id";
  if (JSON.stringify(attributes).length > maxAttributesLength) return "attributes";
  return Number.isNaN(releasedAt) ? "releasedAt" : null;
}

function itemToWire({ itemId, createdAt: _createdAt, updatedAt, releasedAt, categories, ...rest }: CatalogueItem): ItemReply {
  return {
    ...rest,
    id: itemId,
    categories: [...categories],
    releasedAt: releasedAt === null ? null : new Date(releasedAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

/** `PUT /v1/items`, `GET /v1/items`, `GET /v1/items/:id` */
export function addItemRoutes(app: App, { house, checkKey }: RouteDeps): void {
  const { catalogue } = house.store;

  app.put(
    "/v1/items",
    {
      bodyLimit,
      // One item, or a bare list of them, is understood too.
      preValidation: async (request) => {
        const { body } = request as { body: unknown };
        if (Array.isArray(body)) request.body = { items: body as ItemBody[] };
        else if (isRecord(body) && !Object.hasOwn(body, "items") && Object.hasOwn(body, "id")) request.body = { items: [body as ItemBody] };
      },
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "Describe items",
        description: "Creates or replaces up to 1000 items; all of them or none. They are served from the next request on.",
        body: putItemsBody,
        response: { 200: Type.Object({ success: Type.Boolean(), items: Type.Integer() }), ...errorReplies },
      },
    },
    async (request) => {
      const items = request.body.items.map((body) => itemFromBody(body, request.shop.currency, house.clock()));
      for (const [index, item] of items.entries()) {
        const field = wrongField(item);
        if (field !== null) throw new ProblemError({ code: "ITEM_INVALID", detail: `items[${index}].${field}` });
      }
      await catalogue.put(request.shop.shopId, items);
      house.snapshots.expire(request.shop.shopId);
      return { success: true, items: items.length };
    },
  );

  app.get(
    "/v1/items",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "The catalogue, in order of id",
        querystring: Type.Object({
          limit: Type.Optional(Type.String({ pattern: "^[0-9]{1,6}$", description: `1 to ${maxPage}; 50 unless told` })),
          after: Type.Optional(Type.String({ description: "next of the page before" })),
          q: Type.Optional(Type.String({ maxLength: 200, description: "part of the id or the title" })),
        }),
        response: { 200: itemsReply, ...errorReplies },
      },
    },
    async (request) => {
      const { limit: asked, after, q } = request.query;
      const limit = asked === undefined ? 50 : Number(asked);
      if (limit < 1 || limit > maxPage) throw new ProblemError({ code: "REQUEST_INVALID", detail: `limit is not 1 to ${maxPage}` });
      const { shopId } = request.shop;
      const items = await catalogue.list(shopId, { after: (after ?? null) as ItemId | null, limit: limit + 1, query: q ?? null });
      const page = items.slice(0, limit);
      return {
        items: page.map(itemToWire),
        total: await catalogue.count(shopId, q ?? null),
        next: items.length > limit ? page.at(-1)!.itemId : null,
      };
    },
  );

  app.get(
    "/v1/items/:id",
    {
      preHandler: checkKey("server"),
      schema: { tags, summary: "One item", params: Type.Object({ id: Type.String() }), response: { 200: itemReply, ...errorReplies } },
    },
    async (request) => {
      const itemId = request.params.id as ItemId;
      const item = (await catalogue.get(request.shop.shopId, [itemId])).get(itemId);
      if (item === undefined) throw new ProblemError({ code: "ITEM_UNKNOWN", detail: itemId.slice(0, 256) });
      return itemToWire(item);
    },
  );
}
