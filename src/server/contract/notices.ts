import { type Static, Type } from "typebox";
import { noticeFacts, noticeLanguages } from "#privacy/consent/notice.ts";

const dateTime = Type.String({ format: "date-time" });

export const putNoticeBody = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: "^[^@]+$", description: "privacy, unless told." })),
    languages: Type.Optional(noticeLanguages),
    ...Type.Partial(Type.Object(noticeFacts)).properties,
    material: Type.Optional(
      Type.Union([Type.Boolean(), Type.Array(Type.String())], {
        description: "true, or the purposes that mean something else now: what was agreed to before does not cover them any more.",
      }),
    ),
  },
  { title: "NewNotice", additionalProperties: false, description: "What is not given stays as it is in the version before." },
);

export const noticeReply = Type.Object(
  {
    name: Type.String(),
    version: Type.Integer(),
    hash: Type.String({ description: "SHA-256 of the canonical JSON (RFC 8785) of the member notice." }),
    publishedAt: dateTime,
    material: Type.Array(Type.String()),
    faults: Type.Record(Type.String(), Type.Array(Type.String()), { description: "What is hard to read in it, by language." }),
    notice: Type.Unknown(),
    ended: Type.Optional(Type.Integer({ description: "Decisions that this version has ended." })),
  },
  { title: "Notice" },
);
export type NoticeReply = Static<typeof noticeReply>;
export const noticesReply = Type.Object({ notices: Type.Array(noticeReply) });

export const putPolicyBody = Type.Object(
  { packs: Type.Array(Type.String(), { minItems: 1, maxItems: 10 }), overrides: Type.Optional(Type.Record(Type.String(), Type.Unknown())) },
  { title: "NewPolicy", additionalProperties: false },
);

export const putSuppressionsBody = Type.Object(
  {
    channels: Type.Array(Type.String(), { minItems: 1, maxItems: 6, description: "email, sms, whatsapp, push, voice, or * for all." }),
    source: Type.String({ minLength: 1, maxLength: 100, description: "Where the list is from: dncr, complaint …" }),
    country: Type.Optional(Type.String({ pattern: "^[1-9]\\d{0,2}$", description: "Calling code of numbers without one: 92" })),
    addresses: Type.Array(Type.String({ maxLength: 320 }), { maxItems: 10_000 }),
  },
  { title: "Suppressions", additionalProperties: false },
);
