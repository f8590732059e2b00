// Names of the wire, said in plain words. A name that is missing here is shown as it came.

const purposes: Readonly<Record<string, string>> = {
  personalize: "Personalize: their history may shape what they see",
  learn: "Learn: their events may enter the shop's counts",
  measure: "Measure: their events may enter reports",
  email: "E-mail",
  sms: "SMS",
  whatsapp: "WhatsApp",
  push: "Push messages",
  share: "Share with others",
  research: "Research",
};

const eventVerbs: Readonly<Record<string, string>> = {
  view: "looked at",
  click: "clicked",
  "cart-add": "put in the basket",
  "cart-remove": "took out of the basket",
  wishlist: "wished for",
  purchase: "bought",
  return: "returned",
  dismiss: "was not interested in",
  search: "searched",
  page: "opened a page",
  identify: "signed in",
  impression: "was shown",
};

const surfaces: Readonly<Record<string, string>> = {
  "for-you": "For you",
  popular: "Popular",
  trending: "Trending",
  new: "New",
  similar: "Similar items",
  "bought-together": "Bought together",
  "complete-basket": "Complete the basket",
  reorder: "Reorder",
};

const dataUses: Readonly<Record<string, string>> = {
  nothing: "nothing about anybody",
  page: "only what the page is about",
  visit: "this visit",
  purchases: "past purchases",
  everything: "the whole allowed history",
};

const outcomes: Readonly<Record<string, string>> = {
  ok: "accepted",
  NO_CONSENT: "not stored: no consent",
  DUPLICATE: "sent again, kept once",
};

const consentSources: Readonly<Record<string, string>> = {
  person: "the person",
  "shop-asserted": "the shop, which says it holds it",
};

const sayFrom = (words: Readonly<Record<string, string>>) => (name: string) => words[name] ?? name;

export const sayPurpose = sayFrom(purposes);
export const sayEvent = sayFrom(eventVerbs);
export const saySurface = sayFrom(surfaces);
export const sayDataUse = sayFrom(dataUses);
export const sayOutcome = sayFrom(outcomes);
export const sayConsentSource = sayFrom(consentSources);
