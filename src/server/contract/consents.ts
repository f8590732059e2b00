import { type Static, Type } from "typebox";
import { personNames } from "./person-names.ts";

export const purposeSwitches = Type.Record(Type.String(), Type.Boolean(), {
  description: "One switch a purpose: personalize, learn, measure, email, sms, whatsapp, push, share, research.",
});

export const putConsentsBody = Type.Object(
  {
    ...personNames,
    purposes: purposeSwitches,
    notice: Type.Optional(Type.String({ maxLength: 500, description: "Version or address of the notice that was shown." })),
    how: Type.Optional(Type.String({ maxLength: 200, description: "How it was given: banner, preference-centre …" })),
  },
  { title: "Consents" },
);

export const consentsReply = Type.Object({
  purposes: purposeSwitches,
  decisions: Type.Array(
    Type.Object({
      purpose: Type.String(),
      granted: Type.Boolean(),
      at: Type.String({ format: "date-time" }),
      source: Type.String(),
      notice: Type.Union([Type.String(), Type.Null()]),
      how: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});
export type ConsentsReply = Static<typeof consentsReply>;
