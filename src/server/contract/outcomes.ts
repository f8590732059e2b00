import { type Static, Type } from "typebox";
import { personNames } from "./person-names.ts";

export const outcomesBody = Type.Object(
  {
    ...personNames,
    recommendationId: Type.String({ minLength: 1, maxLength: 256 }),
    item: Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer()]),
    outcome: Type.Union([Type.Literal("clicked"), Type.Literal("added"), Type.Literal("bought"), Type.Literal("dismissed")]),
    quantity: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    price: Type.Optional(Type.Number({ minimum: 0, description: "Of one piece." })),
    orderId: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    messageId: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    timestamp: Type.Optional(Type.String()),
  },
  { title: "Outcome" },
);
export type OutcomesBody = Static<typeof outcomesBody>;
