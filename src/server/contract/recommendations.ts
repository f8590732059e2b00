import { type Static, Type } from "typebox";
import { personNames } from "./person-names.ts";
import { dataUse } from "./preferences.ts";

const id = Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer()]);

export const recommendationsBody = Type.Object(
  {
    ...personNames,
    sessionId: Type.Optional(Type.Union([id, Type.Null()])),
    surface: Type.String({ description: "for-you, popular, trending, new, similar, bought-together, complete-basket, reorder" }),
    item: Type.Optional(Type.Union([id, Type.Null()], { description: "The product the page is about." })),
    items: Type.Optional(Type.Array(id, { maxItems: 100, description: "Further items the page is about." })),
    basket: Type.Optional(Type.Array(id, { maxItems: 500 })),
    n: Type.Optional(Type.Integer({ description: "How many, 1 to 100; 10 unless told." })),
    context: Type.Optional(
      Type.Object(
        { category: Type.Optional(Type.String({ maxLength: 256 })) },
        { additionalProperties: true, description: "What the page is about beside items." },
      ),
    ),
    explain: Type.Optional(
      Type.Union([Type.Boolean(), Type.Literal("none"), Type.Literal("short"), Type.Literal("full")], {
        description: "short (true, the default): the largest reasons and the rest as one; full: every reason; none (false): no reasons.",
      }),
    ),
    dataUse: Type.Optional(
      Type.Union([dataUse, Type.Null()], {
        description: "At most this much for this answer; it can only lower what the person chose. nothing: not personalized.",
      }),
    ),
    gpc: Type.Optional(Type.Boolean({ description: "The browser sends Sec-GPC: 1, and it is your server that asks." })),
    preview: Type.Optional(Type.Boolean({ description: "Nobody is being shown this: record no impression." })),
  },
  { title: "RecommendationRequest" },
);
export type RecommendationsBody = Static<typeof recommendationsBody>;

export const reasonReply = Type.Object({
  kind: Type.String(),
  item: Type.Optional(Type.String()),
  event: Type.Optional(Type.String()),
  at: Type.Optional(Type.String({ format: "date-time" })),
  label: Type.Optional(Type.String()),
  contribution: Type.Number(),
  withoutIt: Type.Optional(
    Type.Union([Type.Literal("gone"), Type.Literal("stays")], {
      description:
        "Whether the recommended item is still in the answer when everything is ranked again without this reason's item. Absent where that was not tried.",
    }),
  ),
});

export const recommendationsReply = Type.Object(
  {
    recommendationId: Type.String(),
    surface: Type.String(),
    personalized: Type.Boolean(),
    dataUse: Type.String({ description: "nothing, page, visit, purchases or everything" }),
    notPersonalized: Type.Object(
      {
        active: Type.Boolean({ description: "This answer looked at neither the person nor the page." }),
        request: Type.Object({ dataUse: Type.String() }, { description: "Added to the request, it makes the next answer so." }),
        always: Type.Object(
          { method: Type.String(), path: Type.String(), body: Type.Object({ dataUse: Type.String() }) },
          { description: "Sent with the person's names, it makes all answers so; a write key will do." },
        ),
      },
      { description: "The one step from here to what is not personalized." },
    ),
    model: Type.Object({ name: Type.String(), version: Type.Integer() }),
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        score: Type.Number(),
        reasons: Type.Array(reasonReply),
        paid: Type.Optional(
          Type.Object(
            { sponsored: Type.Boolean(), boosted: Type.Boolean(), by: Type.Union([Type.String(), Type.Null()]) },
            { description: "Only where the item is paid for or pushed: say so beside it. Its place is not changed by it." },
          ),
        ),
      }),
    ),
    notices: Type.Array(Type.Object({ code: Type.String(), detail: Type.String() })),
    took: Type.Number({ description: "Milliseconds inside Rapport." }),
  },
  { title: "Recommendation" },
);
export type RecommendationsReply = Static<typeof recommendationsReply>;
