import { type Static, Type } from "typebox";

const customerId = Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer()]);
const text = Type.String({ maxLength: 320 });
const defaultCountry = Type.Optional(
  Type.String({ pattern: "^[A-Za-z]{2}$", description: "For phone numbers without a country: ISO 3166, such as PK" }),
);

export const putContactBody = Type.Object({
  customerId: Type.Optional(customerId),
  email: Type.Optional(Type.Union([text, Type.Null()], { description: "null takes it away; left out, it stays as it is" })),
  phone: Type.Optional(Type.Union([text, Type.Null()], { description: "null takes it away; left out, it stays as it is" })),
  basis: Type.Optional(
    Type.Union([Type.Literal("consent"), Type.Literal("contract")], {
      description: "consent: the person allows the channel; contract: an order of theirs needs it. Left out: as before, else consent",
    }),
  ),
  defaultCountry,
});

export const findContactBody = Type.Object({ email: Type.Optional(text), phone: Type.Optional(text), defaultCountry });

const nullableText = Type.Union([Type.String(), Type.Null()]);
export const contactReply = Type.Object({
  customerId: Type.String(),
  email: nullableText,
  phone: nullableText,
  basis: nullableText,
  changedAt: nullableText,
});
export type ContactReply = Static<typeof contactReply>;

export const foundContactsReply = Type.Object({ customers: Type.Array(Type.Object({ customerId: Type.String() })) });
export const deletedContactsReply = Type.Object({ success: Type.Boolean(), deleted: Type.Integer() });
