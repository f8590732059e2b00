import { type Static, Type } from "typebox";
import { consentsReply } from "./consents.ts";

// What the console reads beside the public API. All of it needs the server key.

/** Null: some, by fewer people than are counted apart (RAPPORT_SMALL_CELL). */
const countOrNull = (description: string) =>
  Type.Union([Type.Integer(), Type.Null()], { description: `${description} Null: some, by fewer people than are counted apart.` });
const when = Type.String({ format: "date-time" });

export const healthReply = Type.Object({
  status: Type.String({ description: "ok, or degraded" }),
  version: Type.String(),
  uptimeSeconds: Type.Number(),
  store: Type.Object({ kind: Type.String(), ok: Type.Boolean() }),
  shops: Type.Integer(),
  webhooks: Type.Object({
    failing: Type.Integer({ description: "Webhooks to which nothing arrives." }),
    stopped: Type.Integer({ description: "Webhooks that are no longer tried: gone, failing for days, or switched off." }),
    waiting: Type.Integer({ description: "Messages that have not arrived yet." }),
  }),
  learner: Type.Object({
    running: Type.Boolean({ description: "In this process." }),
    failure: Type.Union([Type.String(), Type.Null()], {
      description: "The name of the error that ended its last round; it is tried again, and recommendations are served from the last models.",
    }),
    lagEvents: Type.Integer({ description: "Log entries not yet learnt from, over all shops." }),
    role: Type.String({ description: "leader: this process learns, sends webhooks and fetches feeds; standby: another does." }),
    instance: Type.String({ description: "This process." }),
    leader: Type.Union([Type.Object({ instance: Type.String(), since: when }), Type.Null()], { description: "Which process does." }),
  }),
  deadLetters: Type.Integer({ description: "Events that could not be learnt from, and were put aside." }),
  identityLimits: Type.Record(Type.String(), Type.Integer(), {
    description: "Links not made since the start: names (of one person), device (hands).",
  }),
});
export type HealthReply = Static<typeof healthReply>;

export const shopReply = Type.Object({
  shop: Type.String(),
  currency: Type.String(),
  demo: Type.Boolean(),
  people: Type.Integer(),
  items: Type.Integer(),
  events: Type.Integer(),
  from: Type.Union([when, Type.Null()]),
  to: Type.Union([when, Type.Null()]),
  consents: Type.Array(
    Type.Object({ purpose: Type.String(), granted: countOrNull("People who said yes."), refused: countOrNull("People who said no.") }),
  ),
});
export type ShopReply = Static<typeof shopReply>;

export const recentEventsReply = Type.Object({
  events: Type.Array(
    Type.Object({
      seq: Type.Integer(),
      kind: Type.String({ description: "event, consent, retract, link, cut or unlink" }),
      type: Type.Union([Type.String(), Type.Null()]),
      name: Type.String(),
      person: Type.String({ description: "A short tag; never a name or an address." }),
      occurredAt: when,
      receivedAt: when,
      items: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })),
    }),
  ),
  /** Since the process started, by outcome: ok, NO_CONSENT, DUPLICATE and the codes of the error catalogue. */
  outcomes: Type.Record(Type.String(), Type.Integer()),
});
export type RecentEventsReply = Static<typeof recentEventsReply>;

export const refusedEventsReply = Type.Object({
  refused: Type.Array(
    Type.Object({
      at: when,
      route: Type.String(),
      code: Type.String({ description: "DUPLICATE, or a code of the error reference." }),
      detail: Type.String({ description: "Names the field; never quotes what was in it." }),
      event: Type.Union([Type.String(), Type.Null()], { description: "Its name, where the protocols know it." }),
    }),
    { description: "The latest first; the last 200 are kept, in memory." },
  ),
  reasons: Type.Array(
    Type.Object({
      code: Type.String(),
      count: Type.Integer({ description: "Since the process started, over all shops." }),
      message: Type.String(),
      remedy: Type.String(),
    }),
    { description: "The most frequent first." },
  ),
});
export type RefusedEventsReply = Static<typeof refusedEventsReply>;

export const customersReply = Type.Object({ customers: Type.Array(Type.Object({ customerId: Type.String() })) });
export type CustomersReply = Static<typeof customersReply>;

export const customerReply = Type.Object({
  customerId: Type.String(),
  consents: consentsReply,
  /** Null when the person does not allow personalization: nobody looks then. */
  history: Type.Union([
    Type.Array(
      Type.Object({
        at: when,
        type: Type.String(),
        name: Type.String(),
        items: Type.Array(Type.Object({ id: Type.String(), title: Type.String(), quantity: Type.Number() })),
      }),
    ),
    Type.Null(),
  ]),
});
export type CustomerReply = Static<typeof customerReply>;

export const modelsReply = Type.Object({
  models: Type.Array(
    Type.Object({
      name: Type.String(),
      version: Type.Integer(),
      builtAt: when,
      seq: Type.Integer({ description: "The log position it was learnt up to." }),
      card: Type.Object({
        description: Type.String(),
        counts: Type.Record(Type.String(), Type.Number(), { description: "people, items, pairs, baskets …" }),
        from: Type.Union([when, Type.Null()]),
        to: Type.Union([when, Type.Null()]),
        params: Type.Record(Type.String(), Type.Unknown()),
        metrics: Type.Union([Type.Record(Type.String(), Type.Number()), Type.Null()], {
          description: "ndcg@10, hr@10 … on people it did not learn the last step of; null before there are enough.",
        }),
        buildSeconds: Type.Number(),
        bytes: Type.Integer(),
      }),
    }),
  ),
});
export type ModelsReply = Static<typeof modelsReply>;

export const earnedReply = Type.Object({
  days: Type.Integer(),
  surfaces: Type.Array(
    Type.Object({
      surface: Type.String(),
      personalized: Type.Boolean(),
      shown: Type.Integer({ description: "Recommendations shown (not items)." }),
      clicked: countOrNull("Recommendations of which at least one item was clicked."),
      bought: countOrNull("Recommendations of which at least one item was bought within 7 days."),
      revenue: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
  currency: Type.String(),
});
export type EarnedReply = Static<typeof earnedReply>;
