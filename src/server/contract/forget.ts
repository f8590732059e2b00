import { Type } from "typebox";

const id = Type.Union([Type.String(), Type.Integer()]);

export const eraseBody = Type.Object(
  { customerId: Type.Optional(Type.Union([id, Type.Null()])), anonymousId: Type.Optional(Type.Union([id, Type.Null()])) },
  { description: "Whom to forget: everything under every name that is known to be the same person." },
);

const state = Type.String({ description: "suppressed, unlearning, unlearnt, deleted, shredded, verified, told, done, or needs_attention" });

export const erasureAccepted = Type.Object({ erasureId: Type.String(), state });

export const erasureReply = Type.Object({
  erasureId: Type.String(),
  state,
  requestedAt: Type.String(),
  updatedAt: Type.String(),
  findings: Type.Array(Type.String(), { description: "Tables or files in which something was still found" }),
  recipients: Type.Array(Type.Object({ endpointId: Type.String(), name: Type.String(), state: Type.String() })),
});

export const certificateReply = Type.Object({ type: Type.String(), erasureId: Type.String() }, { additionalProperties: true });
