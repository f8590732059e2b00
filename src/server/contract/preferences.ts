import { type Static, Type } from "typebox";
import { dataUses } from "#domain/data-use.ts";
import { personNames as namesOfPerson } from "./person-names.ts";

/** A page may have its key in the body, and say there what its browser asks for. */
const personNames = { ...namesOfPerson, writeKey: Type.Optional(Type.String()), gpc: Type.Optional(Type.Boolean()) };

const choice = Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer()]);
const names = (description: string) => Type.Optional(Type.Array(choice, { maxItems: 200, description }));
const limit = (description: string) => Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], { description }));

export const dataUse = Type.Union(
  dataUses.map((level) => Type.Literal(level)),
  { description: "The dial, from least to most: nothing, page, visit, purchases, everything." },
);

export const putPreferencesBody = Type.Object(
  {
    ...personNames,
    dataUse: Type.Optional(Type.Union([dataUse, Type.Null()], { description: "Null: no choice of their own. A write key can only lower it." })),
    frequency: Type.Optional(
      Type.Object(
        { perDay: limit("Messages a day at most, 0 to 100."), perWeek: limit("Messages a week at most, 0 to 500.") },
        { additionalProperties: false, description: "Null: no limit of their own. A write key can only lower it." },
      ),
    ),
    less: names("Items not to be shown. Replaces the list; with a write key it is added to."),
    more: Type.Optional(
      Type.Object(
        { items: names("Items to see more like."), categories: names("Categories."), brands: names("Brands.") },
        { additionalProperties: false, description: "Server key, and consent for personalize. Each list that is given replaces the one before." },
      ),
    ),
    muted: Type.Optional(
      Type.Object(
        { categories: names("Categories not to be shown."), brands: names("Brands not to be shown.") },
        { additionalProperties: false, description: "Each list that is given replaces the one before; with a write key it is added to." },
      ),
    ),
  },
  { title: "Preferences", additionalProperties: false },
);
export type PutPreferencesBody = Static<typeof putPreferencesBody>;

const optionalChoice = Type.Optional(Type.Union([choice, Type.Null()]));

export const lessBody = Type.Object(
  { ...personNames, item: choice, afterWhy: Type.Optional(Type.Boolean({ description: "Said after reading why it was shown." })) },
  { additionalProperties: false },
);
export const moreBody = Type.Object(
  { ...personNames, item: optionalChoice, category: optionalChoice, brand: optionalChoice },
  { additionalProperties: false },
);
export const muteBody = Type.Object({ ...personNames, category: optionalChoice, brand: optionalChoice }, { additionalProperties: false });
export const pauseBody = Type.Object(
  {
    ...personNames,
    until: Type.Optional(Type.Union([Type.String({ format: "date-time" }), Type.Null()], { description: "Absent or null: until they resume." })),
  },
  { additionalProperties: false },
);
export const namesBody = Type.Object({ ...personNames }, { additionalProperties: false });

export const namesQuery = Type.Object({ customerId: Type.Optional(Type.String()), anonymousId: Type.Optional(Type.String()) });
export const choiceQuery = Type.Object({
  customerId: Type.Optional(Type.String()),
  anonymousId: Type.Optional(Type.String()),
  item: Type.Optional(Type.String()),
  category: Type.Optional(Type.String()),
  brand: Type.Optional(Type.String()),
});

const texts = Type.Array(Type.String());
const numberOrNull = Type.Union([Type.Integer(), Type.Null()]);

export const preferencesReply = Type.Object(
  {
    dataUse: Type.Object({
      inForce: Type.String(),
      cause: Type.Union([Type.String(), Type.Null()], {
        description: "What keeps it below everything: choice, paused, restricted, adapted, no-consent.",
      }),
      chosen: Type.Union([Type.String(), Type.Null()]),
      suggestion: Type.Union([Type.String(), Type.Null()], {
        description: "A higher level to ask the person about. It is never taken without them.",
      }),
      levels: texts,
    }),
    paused: Type.Union([Type.Object({ until: Type.Union([Type.String({ format: "date-time" }), Type.Null()]) }), Type.Null()]),
    less: texts,
    more: Type.Object({ items: texts, categories: texts, brands: texts }),
    muted: Type.Object({ categories: texts, brands: texts }),
    frequency: Type.Object({
      perDay: numberOrNull,
      perWeek: numberOrNull,
      spent: Type.Object({ lastDay: Type.Integer(), lastWeek: Type.Integer() }),
    }),
    suppressed: texts,
    unused: Type.Array(Type.Object({ event: Type.String(), reason: Type.String() })),
    traits: Type.Record(Type.String(), Type.String()),
  },
  { title: "PreferencesReply" },
);
export type PreferencesReply = Static<typeof preferencesReply>;
/** A write key is public: it is told that its word was heard, and nothing of what somebody chose. */
export const preferencesDone = Type.Object({ success: Type.Boolean(), preferences: Type.Optional(preferencesReply) });
