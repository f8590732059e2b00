import { type Static, Type } from "typebox";
import { personNames } from "./person-names.ts";
import { preferencesReply } from "./preferences.ts";

const time = Type.String({ format: "date-time" });
const textOrNull = Type.Union([Type.String(), Type.Null()]);

/** The request that changes the thing it stands beside. */
const control = Type.Object({ method: Type.String(), path: Type.String() });

export const profileReply = Type.Object(
  {
    names: Type.Array(Type.Object({ kind: Type.String(), id: Type.String() })),
    known: Type.Object({
      groups: Type.Array(Type.Object({ type: Type.String(), source: Type.String(), count: Type.Integer(), from: time, to: time })),
      latest: Type.Array(
        Type.Object({
          id: Type.String(),
          type: Type.String(),
          name: Type.String(),
          at: time,
          receivedAt: time,
          source: Type.String({ description: "shop-event, order-record, shown-by-the-shop, outcome" }),
          items: Type.Array(Type.Object({ id: Type.String(), title: textOrNull, quantity: Type.Number() })),
          orderId: textOrNull,
          used: Type.Boolean({ description: "May it shape what they see, as things stand?" }),
          unusedBecause: Type.Union([Type.String(), Type.Null()], { description: "gift, not-me, other, not-agreed-then, not-agreed, dial" }),
          controls: Type.Object({ delete: control, notForMe: control }),
        }),
      ),
    }),
    inferring: Type.String({ description: "allowed or not-allowed" }),
    inferred: Type.Array(
      Type.Object({
        key: Type.String(),
        kind: Type.String({ description: "category, brand, price (low, middle or high among the shop's prices), reorder" }),
        name: Type.String(),
        weight: Type.Number({ description: "The sum of the contributions below; of a reorder the mean number of days between purchases." }),
        share: Type.Union([Type.Number(), Type.Null()]),
        sure: Type.Number({ description: "0 to 1: how much there is to go by." }),
        expectedAt: Type.Union([time, Type.Null()]),
        because: Type.Array(Type.Object({ event: Type.String(), contribution: Type.Number() })),
        controls: Type.Object({ delete: control }),
      }),
    ),
    preferences: preferencesReply,
    changes: Type.Array(
      Type.Object({ at: time, by: Type.String(), action: Type.String(), kind: Type.String(), key: Type.String(), value: Type.String() }),
    ),
  },
  { title: "Profile" },
);
export type ProfileReply = Static<typeof profileReply>;

export const unusedBody = Type.Object(
  {
    ...personNames,
    reason: Type.Optional(Type.Union([Type.Literal("gift"), Type.Literal("not-me"), Type.Literal("other")], { description: "other unless told" })),
  },
  { additionalProperties: false },
);
export const traitBody = Type.Object(
  {
    ...personNames,
    value: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Of "preferred category" and "preferred brand": one of the catalogue, which is asked for more of.',
    }),
  },
  { additionalProperties: false },
);
export const profileDone = Type.Object({ success: Type.Boolean() });
