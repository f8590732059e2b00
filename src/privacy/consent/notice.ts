import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { type Static, type TSchema, Type } from "typebox";

const line = Type.String({ minLength: 1, maxLength: 300 });
const paragraph = Type.String({ minLength: 1, maxLength: 1200 });
const eachPurpose = <Schema extends TSchema>(schema: Schema) => {
  const one = Type.Optional(schema);
  return Type.Object(
    { personalize: one, learn: one, measure: one, email: one, sms: one, whatsapp: one, push: one, share: one, research: one },
    { additionalProperties: false },
  );
};

/** What is said to people, in one language. */
export const noticeText = Type.Object(
  {
    title: line,
    /** Who wants what, in a few sentences. */
    summary: paragraph,
    /** What a yes means, by purpose. */
    purposes: eachPurpose(paragraph),
    /** How a yes is taken back. */
    withdrawal: paragraph,
    rights: paragraph,
  },
  { additionalProperties: false },
);
export type NoticeText = Static<typeof noticeText>;

const party = Type.Object(
  {
    name: line,
    address: line,
    contact: line,
    url: Type.Optional(line),
    type: Type.Optional(line),
  },
  { additionalProperties: false },
);

const processing = Type.Object(
  {
    piiTypes: Type.Array(line, { minItems: 1, maxItems: 50 }),
    collection: line,
    /** The logic of what is decided automatically, where something is. */
    processing: paragraph,
    retention: line,
  },
  { additionalProperties: false },
);

const language = Type.String({ pattern: "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$" });
export const noticeLanguages = Type.Record(language, noticeText, { minProperties: 1, maxProperties: 40 });

/** All that a notice tells beside its texts. */
export const noticeFacts = {
  controllers: Type.Array(party, { minItems: 1, maxItems: 10 }),
  recipients: Type.Array(Type.Object({ name: line, purpose: line }, { additionalProperties: false }), { maxItems: 100 }),
  storageLocations: Type.Array(line, { minItems: 1, maxItems: 20 }),
  transfers: Type.String({ maxLength: 1200 }),
  processing: eachPurpose(processing),
};

/** A version of a notice. What is hashed is exactly this. */
export const notice = Type.Object(
  { name: line, version: Type.Integer({ minimum: 1 }), languages: noticeLanguages, ...noticeFacts },
  { additionalProperties: false },
);
export type Notice = Static<typeof notice>;
export type NoticeParty = Static<typeof party>;

/** SHA-256 of the canonical JSON (RFC 8785), in hex: whoever has the notice can work it out. */
export function hashNotice(document: Notice): string {
  return createHash("sha256")
    .update(canonicalize(document) ?? "")
    .digest("hex");
}
