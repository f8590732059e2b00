import { type Static, Type } from "typebox";
import { personNames } from "./person-names.ts";

const id = Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer()]);
const optionalText = (maxLength: number) => Type.Optional(Type.Union([Type.String({ maxLength }), Type.Null()]));
const when = (description: string) => Type.String({ minLength: 10, maxLength: 40, description });

export const orderLineBody = Type.Object({
  id: Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer()], { description: "Of the item." }),
  quantity: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e6, description: "1 unless told" })),
  price: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { description: "Of one piece." })),
  title: optionalText(1000),
  category: optionalText(256),
  brand: optionalText(256),
});

export const orderBody = Type.Object(
  {
    orderId: id,
    ...personNames,
    placedAt: when("ISO 8601"),
    changedAt: Type.Optional(when("ISO 8601: when it last changed; what is older than what was told before is left aside. Now, unless told.")),
    status: Type.Optional(
      Type.Union([Type.Literal("placed"), Type.Literal("cancelled"), Type.Literal("refunded")], { description: "placed unless told" }),
    ),
    currency: Type.Optional(Type.Union([Type.String({ pattern: "^[A-Z]{3}$" }), Type.Null()])),
    lines: Type.Array(orderLineBody, { maxItems: 2000, description: "The order as it stands now, all of it." }),
    returns: Type.Optional(
      Type.Array(
        Type.Object({
          returnId: id,
          at: Type.Optional(when("ISO 8601; changedAt unless told")),
          lines: Type.Array(orderLineBody, { minItems: 1, maxItems: 2000 }),
        }),
        { maxItems: 200, description: "What came back of it. Each counts once, by its returnId." },
      ),
    ),
  },
  { title: "Order" },
);
export type OrderBody = Static<typeof orderBody>;

export const ordersBody = Type.Object({ orders: Type.Array(orderBody, { minItems: 1, maxItems: 1000 }) }, { title: "Orders" });

export const ordersReply = Type.Object(
  {
    success: Type.Boolean(),
    accepted: Type.Integer({ description: "Orders that were new or had changed, and are stored durably." }),
    ignored: Type.Record(Type.String(), Type.Integer(), { description: "Orders that changed nothing, by reason: UNCHANGED, STALE, NO_PRODUCTS." }),
    rejected: Type.Array(
      Type.Object({ index: Type.Integer(), code: Type.String(), message: Type.String(), remedy: Type.String(), detail: Type.String() }),
    ),
  },
  { title: "Orders taken" },
);
export type OrdersReply = Static<typeof ordersReply>;
