import { type Static, Type } from "typebox";
import { consentRecord } from "#privacy/consent/consent-record.ts";
import { personNames } from "./person-names.ts";

export const purposeSwitches = Type.Record(Type.String(), Type.Boolean(), {
  description: "One switch a purpose: personalize, learn, measure, email, sms, whatsapp, push, share, research.",
});

export const putConsentsBody = Type.Object(
  {
    ...personNames,
    purposes: Type.Optional(purposeSwitches),
    notice: Type.Optional(Type.String({ maxLength: 500, description: 'Version ("privacy@2"), hash or address of the notice that was shown.' })),
    language: Type.Optional(Type.String({ maxLength: 35, description: "Of the notice as it was shown: en, ur, id …" })),
    how: Type.Optional(
      Type.String({ maxLength: 200, description: "How it was given: banner, preference-centre … guardian needs the server key and verification." }),
    ),
    verification: Type.Optional(Type.String({ maxLength: 500, description: "How a guardian was made sure of." })),
    validUntil: Type.Optional(
      Type.String({ format: "date-time", description: "A yes holds until then, and never longer than the shop's policy says." }),
    ),
    tcString: Type.Optional(Type.String({ maxLength: 100_000, description: "IAB TCF consent string, instead of purposes." })),
    gppString: Type.Optional(Type.String({ maxLength: 100_000, description: "IAB GPP string, instead of purposes." })),
    objection: Type.Optional(
      Type.Union([Type.Literal("direct-marketing"), Type.Literal("profiling")], {
        description:
          "direct-marketing: nothing is sent or shared any more; profiling: nothing is personalized or learnt any more. No reason is asked.",
      }),
    ),
    gpc: Type.Optional(Type.Boolean({ description: "The browser sent Sec-GPC: 1 to the shop, whose server passes it on." })),
    acknowledgesGpc: Type.Optional(
      Type.Boolean({ description: "The person was told that their browser opts out, and says yes to share all the same." }),
    ),
  },
  { title: "Consents" },
);

const dateTime = Type.String({ format: "date-time" });

export const mayAskReply = Type.Record(
  Type.String(),
  Type.Object({
    mayAsk: Type.Boolean(),
    askAgainAt: Type.Union([dateTime, Type.Null()]),
    because: Type.String({ description: "never-asked, given, refused, opt-out-signal or age" }),
  }),
);

const optOut = Type.Object(
  {
    gpc: Type.Boolean({ description: "This request carried the signal." }),
    honoured: Type.Boolean(),
    message: Type.String(),
    share: Type.Boolean({ description: "How the switch stands." }),
  },
  { description: "Opt-out of sale and sharing, as Global Privacy Control asks for it." },
);

export const consentsReply = Type.Object({
  purposes: purposeSwitches,
  decisions: Type.Array(
    Type.Object({
      purpose: Type.String(),
      granted: Type.Boolean(),
      at: dateTime,
      source: Type.String(),
      notice: Type.Union([Type.String(), Type.Null()]),
      how: Type.Union([Type.String(), Type.Null()]),
      expiresAt: Type.Optional(dateTime),
    }),
  ),
  optOut: Type.Optional(optOut),
  held: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: "Yeses that were not recorded: opt-out-signal (say acknowledgesGpc), notice-outdated (show the newest notice).",
    }),
  ),
  mayAsk: Type.Optional(mayAskReply),
  child: Type.Optional(Type.Boolean()),
});
export type ConsentsReply = Static<typeof consentsReply>;

export const whoQuery = Type.Object({ customerId: Type.Optional(Type.String()), anonymousId: Type.Optional(Type.String()) });

export const consentRecordsReply = Type.Object({ records: Type.Array(consentRecord) }, { title: "ConsentRecords" });

export const receiptReply = Type.Object(
  {
    type: Type.Literal("consent-receipt"),
    version: Type.Literal(1),
    receiptId: Type.String(),
    shop: Type.String(),
    issuedAt: dateTime,
    expiresAt: dateTime,
    records: Type.Array(consentRecord),
    signature: Type.Object({ keyId: Type.String(), algorithm: Type.Literal("Ed25519"), value: Type.String() }),
  },
  {
    title: "ConsentReceipt",
    description: "Signed over its canonical JSON (RFC 8785) without the member signature; GET /v1/privacy/keys has the keys.",
  },
);

export const putAgeBody = Type.Object(
  {
    ...personNames,
    ageBand: Type.Optional(
      Type.Union([Type.Literal("child"), Type.Literal("under-13"), Type.Literal("13-15"), Type.Literal("16-17"), Type.Literal("adult")]),
    ),
    birthYear: Type.Optional(Type.Integer({ minimum: 1900, maximum: 2200, description: "Turned into a band at once; the year is not kept." })),
  },
  { title: "AgeSignal" },
);
