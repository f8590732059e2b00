import { Type } from "typebox";
import { personNames } from "./person-names.ts";

export const privacyLinkBody = Type.Object(
  {
    ...personNames,
    ttlMinutes: Type.Optional(Type.Integer({ description: "How long the link may wait to be opened: 1 to 1440, 15 unless told." })),
    locale: Type.Optional(Type.String({ maxLength: 35, description: "en, ur or id; the browser's unless told." })),
    embedOrigins: Type.Optional(
      Type.Array(Type.String({ maxLength: 300 }), {
        maxItems: 20,
        description: 'Origins whose pages may show it in a frame, such as "https://shop.example".',
      }),
    ),
  },
  { title: "PrivacyLinkRequest" },
);

export const privacyLinkReply = Type.Object(
  {
    url: Type.String({ description: "Opens once. Send the person there at once; do not keep it." }),
    expiresAt: Type.String({ format: "date-time" }),
  },
  { title: "PrivacyLink" },
);
