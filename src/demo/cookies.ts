import type { StorefrontCookie } from "./storefront-services.ts";

/** An identifier; only set after a yes to at least one purpose. */
export const visitorCookie = "rapport_visitor";
/** Remembers a refusal and nothing else, so that we do not ask again. */
export const choiceCookie = "rapport_choice";
export const refusedValue = "refused";
/** Whom the visitor signed in as; set because they asked for it. */
export const customerCookie = "rapport_customer";
/** What is in the basket; names nobody. */
export const basketCookie = "rapport_basket";

const day = 86_400;
const lifetime: Readonly<Record<string, number>> = {
  [visitorCookie]: 180 * day,
  // Six months at least, whichever they are.
  [choiceCookie]: 190 * day,
  [customerCookie]: 30 * day,
  [basketCookie]: 14 * day,
};

export function keepCookie(name: string, value: string): StorefrontCookie {
  return { name, value, maxAgeSeconds: lifetime[name] ?? day };
}

export function dropCookie(name: string): StorefrontCookie {
  return { name, value: "", maxAgeSeconds: 0 };
}
