import { Type } from "typebox";

/** Who a request is about. A JSON number is taken as its digits, since many shops number their customers. */
const name = Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer(), Type.Null()]);

export const personNames = {
  customerId: Type.Optional(name),
  anonymousId: Type.Optional(name),
};
