import { type Static, Type } from "typebox";
import { recommendationsBody } from "./recommendations.ts";

const id = Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer()]);
const { explain: _explain, preview: _preview, ...asked } = recommendationsBody.properties;

export const whyBody = Type.Object(
  {
    ...asked,
    itemId: id,
    depth: Type.Optional(
      Type.Union([Type.Literal("line"), Type.Literal("factors"), Type.Literal("everything")], {
        description: "line: one sentence. factors (the default): every term of the score. everything: also model, rules, chance, payment.",
      }),
    ),
    locale: Type.Optional(Type.String({ maxLength: 35, description: "en, ur or id; another language is answered in English." })),
  },
  { title: "WhyRequest" },
);

const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) => Type.Union([schema, Type.Null()]);
const text = Type.String();

const control = Type.Object(
  {
    kind: Type.String({ description: "delete-event, mute-category, mute-brand, less, undo-choice, turn-dial or read-ranking" }),
    text,
    request: nullable(
      Type.Object(
        { method: text, path: text, body: nullable(Type.Record(text, Type.Unknown())) },
        { description: "The request to this API that does it; names are to be added where there is a body." },
      ),
    ),
  },
  { description: "The one thing to do about it." },
);

const factor = Type.Object({
  kind: text,
  text,
  item: Type.Optional(text),
  event: Type.Optional(text),
  feature: Type.Optional(Type.Object({ name: text, value: text })),
  contribution: Type.Number({ description: "The contributions of all factors add up to the score." }),
  share: Type.Number({ description: "Of all that speaks for and against; below 0 where it speaks against." }),
  shareText: text,
  source: Type.String({ description: "own-history, own-choices, this-page, catalogue, all-customers or shop-rules" }),
  sourceText: text,
  date: nullable(Type.String({ format: "date-time" })),
  control,
  withoutIt: Type.Optional(Type.Union([Type.Literal("gone"), Type.Literal("stays")], { description: "Found by ranking again without it." })),
  withoutItText: Type.Optional(text),
});

export const whyReply = Type.Object(
  {
    itemId: text,
    surface: text,
    depth: text,
    locale: text,
    dir: text,
    shown: Type.Boolean({ description: "Is it in the answer to this request?" }),
    line: text,
    label: nullable(Type.String({ description: "To be shown beside the item wherever it is shown." })),
    place: Type.Optional(nullable(Type.Integer())),
    score: Type.Optional(nullable(Type.Number())),
    personalized: Type.Optional(Type.Boolean()),
    dataUse: Type.Optional(text),
    dataUseText: Type.Optional(text),
    factors: Type.Optional(Type.Array(factor)),
    everything: Type.Optional(
      Type.Object({
        texts: Type.Array(text),
        model: Type.Object({ name: text, version: Type.Integer(), builtAt: nullable(Type.String({ format: "date-time" })) }),
        rules: Type.Array(Type.Object({ name: text, value: nullable(Type.Number()), fired: nullable(Type.Boolean()), text })),
        sponsored: Type.Boolean(),
        boosted: Type.Boolean(),
        paidBy: nullable(text),
        propensity: nullable(Type.Number()),
        experiment: Type.Null({ description: "No experiment changes what anybody is shown." }),
      }),
    ),
  },
  { title: "Why" },
);
export type WhyReply = Static<typeof whyReply>;
