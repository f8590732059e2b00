import { type Static, Type } from "typebox";

// The Segment HTTP Tracking API: shapes as its clients send them. Lenient on purpose; what a field means is decided in
// `decode-segment.ts`, which answers with the catalogue's errors.

const name = Type.Union([Type.String(), Type.Integer(), Type.Null()]);
const record = Type.Record(Type.String(), Type.Unknown());

const common = {
  messageId: Type.Optional(Type.String({ description: "The deduplication key; made up when missing." })),
  userId: Type.Optional(name),
  anonymousId: Type.Optional(name),
  timestamp: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  sentAt: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()])),
  context: Type.Optional(record),
  integrations: Type.Optional(record),
  writeKey: Type.Optional(Type.String()),
};

export const trackBody = Type.Object(
  { ...common, event: Type.String({ minLength: 1 }), properties: Type.Optional(record) },
  { title: "Track", additionalProperties: true },
);
export const identifyBody = Type.Object({ ...common, traits: Type.Optional(record) }, { title: "Identify", additionalProperties: true });
export const pageBody = Type.Object(
  { ...common, name: Type.Optional(Type.Union([Type.String(), Type.Null()])), properties: Type.Optional(record) },
  { title: "Page", additionalProperties: true },
);
export const groupBody = Type.Object(
  { ...common, groupId: Type.Optional(name), traits: Type.Optional(record) },
  { title: "Group", additionalProperties: true },
);
export const aliasBody = Type.Object({ ...common, previousId: name }, { title: "Alias", additionalProperties: true });
export const batchBody = Type.Object(
  {
    batch: Type.Array(Type.Unknown(), { description: "Messages with a type: track, identify, page, screen, group or alias." }),
    context: Type.Optional(record),
    integrations: Type.Optional(record),
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
