import { type Static, type TSchema, Type } from "typebox";

// The Segment HTTP Tracking API: shapes as its clients send them. Lenient on purpose; what a field means is decided in
// `decode-segment.ts`, which answers with the catalogue's errors.

const name = Type.Union([Type.String(), Type.Integer(), Type.Null()]);
const record = Type.Record(Type.String(), Type.Unknown());
const orNull = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));

const common = {
  messageId: orNull(Type.String({ description: "The deduplication key; made up when missing." })),
  userId: Type.Optional(name),
  anonymousId: Type.Optional(name),
  timestamp: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()])),
  sentAt: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()])),
  context: orNull(record),
  integrations: orNull(record),
  writeKey: orNull(Type.String()),
};

export const trackBody = Type.Object(
  { ...common, event: Type.String({ minLength: 1 }), properties: orNull(record) },
  { title: "Track", additionalProperties: true },
);
export const identifyBody = Type.Object({ ...common, traits: orNull(record) }, { title: "Identify", additionalProperties: true });
export const pageBody = Type.Object(
  { ...common, name: orNull(Type.String()), properties: orNull(record) },
  { title: "Page", additionalProperties: true },
);
export const groupBody = Type.Object(
  { ...common, groupId: Type.Optional(name), traits: orNull(record) },
  { title: "Group", additionalProperties: true },
);
export const aliasBody = Type.Object({ ...common, previousId: name }, { title: "Alias", additionalProperties: true });
export const mergeBody = Type.Object(
  {
    ...common,
    mergeProperties: Type.Array(Type.Object({ type: Type.String(), value: name }), {
      description: "Two names of one person: types user_id and anonymous_id. Pairs of other things are not kept.",
    }),
  },
  { title: "Merge", additionalProperties: true },
);
export const batchBody = Type.Object(
  {
    batch: Type.Array(Type.Unknown(), { description: "Messages with a type: track, identify, page, screen, group or alias." }),
    context: orNull(record),
    integrations: orNull(record),
    sentAt: common.sentAt,
    writeKey: common.writeKey,
  },
  { title: "Batch", additionalProperties: true },
);
export type BatchBody = Static<typeof batchBody>;

export const ingestReply = Type.Object(
  {
    success: Type.Boolean(),
    accepted: Type.Integer({ description: "Stored durably." }),
    dropped: Type.Record(Type.String(), Type.Integer(), { description: "Not stored, by reason: NO_CONSENT, DUPLICATE." }),
    rejected: Type.Array(
      Type.Object({ index: Type.Integer(), code: Type.String(), message: Type.String(), remedy: Type.String(), detail: Type.String() }),
      { description: "Not stored because something was wrong with them." },
    ),
  },
  { title: "Ingested" },
);
export type IngestReply = Static<typeof ingestReply>;
