import { Type } from "typebox";

const text = Type.String();

export const documentReply = Type.Object(
  {
    title: text,
    language: text,
    at: text,
    sections: Type.Array(
      Type.Object({
        title: text,
        blocks: Type.Array(
          Type.Union([
            Type.Object({ kind: Type.Literal("text"), text }),
            Type.Object({ kind: Type.Literal("list"), items: Type.Array(text) }),
            Type.Object({ kind: Type.Literal("table"), head: Type.Array(text), rows: Type.Array(Type.Array(text)) }),
          ]),
        ),
      }),
    ),
  },
  { title: "Document" },
);
