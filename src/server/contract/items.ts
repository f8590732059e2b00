import { type Static, Type } from "typebox";

const text = (maxLength: number) => Type.Union([Type.String({ maxLength }), Type.Null()]);

export const itemBody = Type.Object(
  {
    id: Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer()]),
    title: Type.String({ minLength: 1, maxLength: 1000 }),
    description: Type.Optional(text(20_000)),
    categories: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 20, description: "From the widest to the narrowest." }),
    ),
    category: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Null()], { description: "Short for categories with one in it." }),
    ),
    brand: Type.Optional(text(256)),
    price: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.Null()])),
    currency: Type.Optional(Type.Union([Type.String({ pattern: "^[A-Z]{3}$" }), Type.Null()])),
    stock: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()])),
    available: Type.Optional(Type.Boolean()),
    url: Type.Optional(text(2000)),
    imageUrl: Type.Optional(text(2000)),
    attributes: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "Whatever else there is to say: colour, size, material. Texts and lists of texts are learnt from. 64 KB at most.",
      }),
    ),
    releasedAt: Type.Optional(Type.Union([Type.String({ minLength: 4, maxLength: 40, description: "when it came out: 2026-03-01" }), Type.Null()])),
  },
  { title: "Item" },
);
export type ItemBody = Static<typeof itemBody>;

export const putItemsBody = Type.Object({ items: Type.Array(itemBody, { minItems: 1, maxItems: 1000 }) }, { title: "Items" });

export const itemReply = Type.Object({
  id: Type.String(),
  title: Type.String(),
  description: text(20_000),
  categories: Type.Array(Type.String()),
  brand: text(256),
  price: Type.Union([Type.Number(), Type.Null()]),
  currency: text(3),
  stock: Type.Union([Type.Integer(), Type.Null()]),
  available: Type.Boolean(),
  url: text(2000),
  imageUrl: text(2000),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  releasedAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
  source: Type.String({ description: "shop: described by the shop; event: only met in events so far" }),
  updatedAt: Type.String({ format: "date-time" }),
});
export type ItemReply = Static<typeof itemReply>;

export const itemsReply = Type.Object({ items: Type.Array(itemReply), total: Type.Integer(), next: Type.Union([Type.String(), Type.Null()]) });
export type ItemsReply = Static<typeof itemsReply>;
