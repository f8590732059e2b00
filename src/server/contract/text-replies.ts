import { type TSchema, Type } from "typebox";

const text: TSchema = Type.String();

/** A reply that is a text of one of these types, which is not to be written as JSON. */
export const textReply = (description: string, ...types: readonly string[]) => ({
  description,
  content: Object.fromEntries(types.map((type) => [type, { schema: text }])),
});

/** A reply that can be had as JSON and as a text of another type. */
export const jsonOrTextReply = (description: string, json: TSchema, ...types: readonly string[]) => ({
  description,
  content: { "application/json": { schema: json }, ...textReply(description, ...types).content },
});
