import { type Static, Type } from "typebox";

const when = Type.String({ format: "date-time" });
const text = Type.String();
const orNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) => Type.Union([schema, Type.Null()]);
const id = Type.Union([Type.String(), Type.Integer()]);
const optionalId = Type.Optional(Type.Union([id, Type.Null()]));
const optionalText = (maxLength: number) => Type.Optional(Type.Union([Type.String({ maxLength }), Type.Null()]));
const words = Type.String({ minLength: 1, maxLength: 500 });

export const askableKinds = ["access", "portability", "rectification", "objection", "restriction", "erasure", "opt-out"] as const;
const kind = Type.Union(
  askableKinds.map((one) => Type.Literal(one)),
  { description: "access, portability, rectification, objection (to direct marketing), restriction, erasure, opt-out (of sale and sharing)" },
);

export const openRightsBody = Type.Object(
  {
    kind,
    customerId: optionalId,
    anonymousId: optionalId,
    email: optionalText(320),
    phone: optionalText(40),
    regime: Type.Optional(
      Type.Union([Type.String({ maxLength: 40 }), Type.Null()], { description: "A policy pack, such as gdpr or ccpa; the shop's own unless told." }),
    ),
    reference: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()], { description: "Its number in your help desk." })),
    verified: Type.Optional(
      Type.Boolean({
        description: "Do you know that it is the person? True where customerId or anonymousId is given, false where only an address is, unless told.",
      }),
    ),
    changes: Type.Optional(
      Type.Object(
        {
          traits: Type.Optional(Type.Record(Type.String({ maxLength: 256 }), Type.Union([Type.String({ maxLength: 200 }), Type.Null()]))),
          deleteEvents: Type.Optional(Type.Array(Type.String({ maxLength: 512 }), { maxItems: 200 })),
          deleteInferences: Type.Optional(Type.Array(Type.String({ maxLength: 512 }), { maxItems: 200 })),
          email: optionalText(320),
          phone: optionalText(40),
        },
        { additionalProperties: false, description: "Of a rectification: made at once. Without them the request waits for an operator." },
      ),
    ),
  },
  { title: "AskedRight", additionalProperties: false },
);

export const rightsRequestReply = Type.Object({
  id: text,
  kind: Type.String({ description: "What was asked for; erase-customer and erase-shop are a platform's words for erasure." }),
  state: Type.String({ description: "open, in_progress, fulfilled, denied, revoked, expired" }),
  customerId: orNull(Type.String({ description: "null: nobody this shop has a name for, the whole shop, or somebody who was forgotten" })),
  anonymousId: orNull(text),
  platform: orNull(text),
  reference: orNull(Type.String({ description: "The number of the request or the customer elsewhere." })),
  regime: orNull(text),
  source: Type.String({ description: "platform, shop, command-line, person" }),
  at: when,
  dueAt: when,
  extendedAt: orNull(when),
  closedAt: orNull(when),
  verified: Type.Boolean(),
  verifiedBy: orNull(text),
  clock: Type.Union([
    Type.Object({
      share: Type.Number({ description: "How much of the time is over; above 1 it is overdue." }),
      alarm: Type.String({ description: "calm, half (50 %), late (80 %), overdue" }),
    }),
    Type.Null(),
  ]),
  reason: orNull(text),
  words: orNull(text),
  changed: Type.Union([Type.Array(text), Type.Null()]),
  erasureId: orNull(text),
  restricting: Type.Boolean({ description: "A restriction that this request made is in force." }),
  steps: Type.Array(Type.Object({ at: when, action: text, state: text, by: text, words: orNull(text) })),
});
export type RightsRequestReply = Static<typeof rightsRequestReply>;

export const openedRightsReply = Type.Object({ request: rightsRequestReply, isNew: Type.Boolean() });
export type OpenedRightsReply = Static<typeof openedRightsReply>;
export const rightsListReply = Type.Object({
  requests: Type.Array(rightsRequestReply),
  next: orNull(Type.String({ description: "Give it as `after` for the rest." })),
  alarms: Type.Object({ calm: Type.Integer(), half: Type.Integer(), late: Type.Integer(), overdue: Type.Integer() }),
});
export type RightsListReply = Static<typeof rightsListReply>;

export const rightsListQuery = Type.Object({
  state: Type.Optional(Type.String({ maxLength: 200, description: "One or several, with commas." })),
  kind: Type.Optional(Type.String({ maxLength: 200, description: "One or several, with commas." })),
  limit: Type.Optional(Type.String({ pattern: "^[0-9]{1,4}$" })),
  after: Type.Optional(Type.String({ maxLength: 200 })),
});

export const denyBody = Type.Object({ reason: Type.String({ maxLength: 40 }), words: optionalText(500) }, { additionalProperties: false });
export const wordsBody = Type.Object({ reason: words }, { additionalProperties: false });
export const verifyBody = Type.Object(
  { by: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "How it is known that it is the person." })) },
  { additionalProperties: false },
);

export const identifyBody = Type.Object(
  {
    shop: Type.String({ minLength: 1, maxLength: 256 }),
    email: optionalText(320),
    phone: optionalText(40),
    country: Type.Optional(Type.Union([Type.String({ pattern: "^[A-Za-z]{2}$" }), Type.Null()])),
    locale: optionalText(20),
  },
  { title: "Identify", additionalProperties: false },
);
export const identifyReply = Type.Object({ success: Type.Boolean(), message: text });
