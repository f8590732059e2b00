import { type Static, Type } from "typebox";

const id = Type.Union([Type.String(), Type.Integer()]);
const named = Type.Object({ customerId: Type.Optional(id), anonymousId: Type.Optional(id) });
const party = Type.Union([id, named], { description: "A customer id, or { customerId } or { anonymousId }" });

export const mergeIdentitiesBody = Type.Object({ from: party, into: party });
export type Party = Static<typeof party>;

export const notMeBody = Type.Object({
  anonymousId: Type.Optional(id),
  userId: Type.Optional(Type.Union([id, Type.Null()])),
  customerId: Type.Optional(Type.Union([id, Type.Null()])),
});

export const doneReply = Type.Object({ success: Type.Boolean() });

const name = Type.Object({ kind: Type.String({ description: "customer or anonymous" }), id: Type.String() });
export const identityReply = Type.Object({
  names: Type.Array(name),
  links: Type.Array(
    Type.Object({
      kind: Type.String({ description: "device, merge or let-go" }),
      name,
      customerId: Type.Union([Type.String(), Type.Null()]),
      at: Type.String(),
      undone: Type.Boolean(),
    }),
  ),
});
