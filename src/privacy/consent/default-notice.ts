import { type Purpose, purposes } from "#domain/purpose.ts";
import type { Notice, NoticeParty, NoticeText } from "./notice.ts";
import { englishNotice } from "./notice-texts/en.ts";
import { indonesianNotice } from "./notice-texts/id.ts";
import { urduNotice } from "./notice-texts/ur.ts";

/** The name of the notice that consents are asked with, unless a shop says otherwise. */
export const mainNotice = "privacy";

export const shippedTexts: Readonly<Record<string, NoticeText>> = { en: englishNotice, ur: urduNotice, id: indonesianNotice };

const notStated = "not stated by the shop";

/** The shop itself; what it has not told about itself is not made up. */
export const defaultParty = (shopName: string): NoticeParty => ({
  name: shopName,
  address: notStated,
  contact: notStated,
  type: "online shop",
});

const seen = ["customer or visitor number of the shop", "items viewed, put in the basket, bought, sent back or dismissed, with time and price"];
const contact = (address: string) => ({
  piiTypes: [address],
  collection: "given by the person to the shop",
  processing: "Whether a message may be sent is looked up before each message. Nothing is decided automatically.",
  retention: "until the consent ends",
});

const processing: Readonly<Record<Purpose, NonNullable<Notice["processing"][Purpose]>>> = {
  personalize: {
    piiTypes: seen,
    collection: "from what the person does in the shop",
    processing:
      "Items are ordered by a sum of weights between them and the items of the person's own past; each answer says which. The choice of items is automatic; no prices and no contracts are decided.",
    retention: "395 days for what was looked at, five years for orders, or until the consent ends",
  },
  learn: {
    piiTypes: seen,
    collection: "from what the person does in the shop",
    processing: "Counts of items and of pairs of items, from which weights between items are made; a withdrawal takes out what the person had added.",
    retention: "as long as the events themselves, or until the consent ends",
  },
  measure: {
    piiTypes: ["what was recommended, clicked and bought from it"],
    collection: "from what the person is shown and does in the shop",
    processing: "Sums over all people. Nothing is decided automatically.",
    retention: "395 days, or until the consent ends",
  },
  email: contact("e-mail address"),
  sms: contact("telephone number"),
  whatsapp: contact("telephone number"),
  push: contact("push address of the device"),
  share: {
    piiTypes: seen,
    collection: "from what the person does in the shop",
    processing: "Passed on to the recipients that this notice names; to nobody where it names none.",
    retention: "until the consent ends",
  },
  research: {
    piiTypes: ["answers to questions"],
    collection: "given by the person to the shop",
    processing: "Sums over all people. Nothing is decided automatically.",
    retention: "until the consent ends",
  },
};

/** What a notice says that a shop has not said otherwise. */
export function defaultFacts(shopName: string): Pick<Notice, "controllers" | "recipients" | "storageLocations" | "transfers" | "processing"> {
  return {
    controllers: [defaultParty(shopName)],
    recipients: [],
    storageLocations: ["the shop's own server"],
    transfers: "none",
    processing: Object.fromEntries(purposes.map((purpose) => [purpose, processing[purpose]])) as Notice["processing"],
  };
}

export const defaultNotice = (shopName: string): Notice => ({
  name: mainNotice,
  version: 1,
  languages: { ...shippedTexts },
  ...defaultFacts(shopName),
});
