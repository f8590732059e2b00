import type { EpochMs } from "#domain/clock.ts";
import type { eventPurposes } from "#domain/purpose.ts";

const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

export function dateInWords(at: EpochMs): string {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? dates.format(at) : "an unknown date";
}

export function priceInWords(price: number | null, currency: string | null, shopCurrency: string): string {
  if (price === null) return "Price on request";
  const code = currency ?? shopCurrency;
  // A shop may have sent any three letters; an unknown currency is shown as it was sent.
  if (!/^[A-Z]{3}$/.test(code)) return `${price.toFixed(2)} ${code}`;
  return new Intl.NumberFormat("en", { style: "currency", currency: code, currencyDisplay: "narrowSymbol" }).format(price);
}

type EventPurpose = (typeof eventPurposes)[number];

/** What each switch means, in the words of the customer. */
export const purposeWords: Readonly<Record<EventPurpose, { readonly title: string; readonly meaning: string }>> = {
  personalize: {
    title: "Personalize",
    meaning: "What I look at and buy here may shape what this shop shows me. Each suggestion says why it is there.",
  },
  learn: {
    title: "Learn",
    meaning: "My visits may be counted with everybody else's, so the shop learns which things go together.",
  },
  measure: {
    title: "Measure",
    meaning: "My visits may count in the shop's own reports, for example how often a page is used.",
  },
};
