import { type Static, Type } from "typebox";

const days = Type.Integer({ minimum: 1, maximum: 3650 });
const months = Type.Integer({ minimum: 1, maximum: 120 });
const time = Type.String({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$" });
const text = Type.String({ minLength: 1, maxLength: 500 });
/** Most messages to one person; null: no limit by this law. */
const cap = Type.Object({
  perDay: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  perWeek: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
});
const each = <Value extends ReturnType<typeof Type.Object>>(value: Value) =>
  Type.Object({
    personalize: value,
    learn: value,
    measure: value,
    email: value,
    sms: value,
    whatsapp: value,
    push: value,
    share: value,
    research: value,
  });

/** What a law says, as numbers and words. A shop's policy is one or several of these; of two numbers the stricter counts. */
export const policyPack = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z][a-z0-9-]{0,30}$" }),
    title: text,
    jurisdiction: text,
    /** A bill is no law yet; it is kept to all the same. */
    status: Type.Union([Type.Literal("in-force"), Type.Literal("bill"), Type.Literal("mixed")]),
    sources: Type.Array(text, { minItems: 1 }),
    authority: Type.Object({ name: text, url: text }),
    /** Younger than this: nothing but a guardian's yes opens a purpose. */
    childAge: Type.Integer({ minimum: 0, maximum: 21 }),
    consent: Type.Object({
      /** A yes that is older is none. */
      validityMonths: months,
      /** After a no the same is not asked again for so long. */
      repromptMonths: months,
      /** After an opt-out from sharing and selling. */
      optOutRepromptMonths: months,
    }),
    clocks: Type.Object({
      /** To answer somebody who asks for what is theirs, or to be forgotten. */
      requestDays: days,
      extensionDays: Type.Integer({ minimum: 0, maximum: 365 }),
      optOutBusinessDays: days,
      breachHours: Type.Integer({ minimum: 1, maximum: 720 }),
    }),
    contact: Type.Object({
      /** By the clock of whoever is written to. */
      quietHours: Type.Object({ from: time, to: time }),
      caps: Type.Object({ email: cap, sms: cap, whatsapp: cap, push: cap, voice: cap }),
    }),
    /** What must not be used, or inferred, for targeting. */
    sensitive: Type.Array(text),
    rights: Type.Array(text, { minItems: 1 }),
    noticeLanguages: Type.Array(Type.String({ pattern: "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$" })),
    purposes: each(
      Type.Object({ lawfulBasis: Type.Union([Type.Literal("consent"), Type.Literal("opt-out")]), note: text }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);
export type PolicyPack = Static<typeof policyPack>;
