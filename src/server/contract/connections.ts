import { type Static, Type } from "typebox";
import { ignoredReasons } from "#ingestion/shops/shop-content.ts";

const when = Type.String({ format: "date-time" });
const orNull = (text: ReturnType<typeof Type.String>) => Type.Union([text, Type.Null()]);

export const platform = Type.Union([Type.Literal("shopify"), Type.Literal("woocommerce")]);

export const putConnectionBody = Type.Object(
  {
    secret: Type.String({ minLength: 1, maxLength: 500, description: "With which the platform signs. It is never told again." }),
    itemId: Type.Optional(
      Type.Union([Type.Literal("product"), Type.Literal("variant"), Type.Literal("sku")], {
        description: "By which of the platform's ids an item goes; product unless told. Your pages must send the same.",
      }),
    ),
    consent: Type.Optional(
      Type.Array(Type.String(), {
        maxItems: 20,
        description: "What the shop asserts its customers agreed to: personalize, learn, measure. Without it orders are kept and used for nothing.",
      }),
    ),
    notice: Type.Optional(Type.Union([Type.String({ maxLength: 500 }), Type.Null()])),
  },
  { title: "Connection", additionalProperties: false },
);

export const connectionReply = Type.Object({
  platform: Type.String(),
  path: Type.String({ description: "Where the platform must send its webhooks, on this server." }),
  itemId: Type.String(),
  consent: Type.Array(Type.String()),
  notice: orNull(Type.String()),
  createdAt: when,
});
export type ConnectionReply = Static<typeof connectionReply>;
export const connectionsReply = Type.Object({ connections: Type.Array(connectionReply) });

/** What became of a webhook. Whatever its content: once it is known to be the shop's, the answer is 200. */
export const hookReply = Type.Object(
  {
    success: Type.Boolean(),
    accepted: Type.Integer({ description: "Events stored durably." }),
    items: Type.Integer({ description: "Items written or withdrawn." }),
    requests: Type.Integer({ description: "Requests of people written down." }),
    dropped: Type.Record(Type.String(), Type.Integer(), { description: "Events not stored, by reason." }),
    ignored: orNull(Type.String({ description: `Why nothing was to be done: ${ignoredReasons.join(", ")}.` })),
    rejected: Type.Array(Type.Object({ code: Type.String(), message: Type.String(), remedy: Type.String(), detail: Type.String() })),
  },
  { title: "Taken" },
);
export type HookReply = Static<typeof hookReply>;
