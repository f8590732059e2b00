import { type Static, Type } from "typebox";
import { webhookTypes } from "#delivery/webhook-types.ts";

const when = Type.String({ format: "date-time" });
const whenOrNull = Type.Union([when, Type.Null()]);
const typeList = Object.entries(webhookTypes)
  .map(([type, meaning]) => `${type}: ${meaning}`)
  .join("; ");

export const postWebhookBody = Type.Object({
  url: Type.String({ description: "https, on the public internet." }),
  types: Type.Array(Type.String(), { minItems: 1, description: typeList }),
  secret: Type.Optional(Type.String({ description: "whsec_… that the receiver knows already; left out, one is made." })),
});

export const webhookReply = Type.Object({
  id: Type.String(),
  url: Type.String(),
  types: Type.Array(Type.String()),
  state: Type.String({ description: "active, failing, gone (the receiver said 410), stopped-failing (nothing arrived for days) or switched-off" }),
  createdAt: when,
  failingSince: whenOrNull,
  lastSuccessAt: whenOrNull,
  waiting: Type.Integer({ description: "Messages that have not arrived yet." }),
});
export type WebhookReply = Static<typeof webhookReply>;

export const webhooksReply = Type.Object({ webhooks: Type.Array(webhookReply) });
export const newWebhookReply = Type.Object({
  ...webhookReply.properties,
  secret: Type.String({ description: "With this the receiver checks signatures. It is not shown again." }),
});

export const rotateBody = Type.Union([
  Type.Object({ keepOldHours: Type.Optional(Type.Integer({ minimum: 0, maximum: 720, description: "24 when left out." })) }),
  Type.Null(),
]);
export const rotateReply = Type.Object({ secret: Type.String(), oldValidUntil: when });

export const testReply = Type.Object({
  arrived: Type.Boolean(),
  status: Type.Union([Type.Integer(), Type.Null()]),
  error: Type.Union([Type.String(), Type.Null()]),
  tookMs: Type.Integer(),
});

export const resentReply = Type.Object({ resent: Type.Integer() });
export const removedReply = Type.Object({ removed: Type.Boolean() });

export const deliveriesReply = Type.Object({
  deliveries: Type.Array(
    Type.Object({
      id: Type.String(),
      type: Type.String(),
      state: Type.String({ description: "waiting, delivered or failed (given up)" }),
      attempts: Type.Integer(),
      createdAt: when,
      dueAt: whenOrNull,
      finishedAt: whenOrNull,
      status: Type.Union([Type.Integer(), Type.Null()]),
      error: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});
export type DeliveriesReply = Static<typeof deliveriesReply>;
