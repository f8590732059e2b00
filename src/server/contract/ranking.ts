import { Type } from "typebox";

const text = Type.String();
const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const rankingReply = Type.Object(
  {
    shop: text,
    page: Type.String({ description: "The same for people to read." }),
    surfaces: Type.Array(
      Type.Object({
        surface: text,
        ladder: Type.Array(text, { description: "What it asks with, the first that there is: person, page, basket, nothing." }),
        usesPast: Type.Boolean(),
        model: nullable(text),
        rules: Type.Array(Type.Object({ name: text, value: nullable(Type.Number()) })),
        weights: nullable(
          Type.Array(Type.Object({ kind: text, share: Type.Number() }), { description: "Measured on the shop's own items, without anybody's data." }),
        ),
      }),
    ),
    models: Type.Array(
      Type.Object({
        name: text,
        version: Type.Integer(),
        builtAt: Type.String({ format: "date-time" }),
        params: Type.Record(text, Type.Union([Type.Number(), text])),
      }),
    ),
    dial: Type.Array(text),
    sponsoredItems: Type.Integer(),
    boostedItems: Type.Integer(),
  },
  { title: "Ranking" },
);
