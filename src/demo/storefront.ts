import { type ItemId, isUsableId } from "#domain/ids.ts";
import { addItem, changeItem } from "./actions/change-basket.ts";
import { decideConsent } from "./actions/decide-consent.ts";
import { dismissItem } from "./actions/dismiss-item.ts";
import { openOwnPage } from "./actions/open-own-page.ts";
import { placeOrder } from "./actions/place-order.ts";
import { signIn, signOut } from "./actions/sign-in.ts";
import { pathTail } from "./addresses.ts";
import { readBasket } from "./basket.ts";
import { basketPage } from "./pages/basket-page.ts";
import { categoryPage } from "./pages/category-page.ts";
import { homePage } from "./pages/home-page.ts";
import { notFoundPage } from "./pages/not-found-page.ts";
import { privacyPage } from "./pages/privacy-page.ts";
import { productPage } from "./pages/product-page.ts";
import { thanksPage } from "./pages/thanks-page.ts";
import { whyPage } from "./pages/why-page.ts";
import { recogniseShopper } from "./shopper.ts";
import type { StorefrontRequest, StorefrontResponse, StorefrontServices } from "./storefront-services.ts";
import type { Visit } from "./visit.ts";

export type { StorefrontRequest, StorefrontResponse, StorefrontServices } from "./storefront-services.ts";

type Answer = (visit: Visit) => StorefrontResponse | Promise<StorefrontResponse>;

const pages: Readonly<Record<string, Answer>> = {
  "/": homePage,
  "/basket": basketPage,
  "/privacy": privacyPage,
  "/thanks": thanksPage,
  "/why": whyPage,
};

/** Everything that changes something is a form; looking never does. */
const forms: Readonly<Record<string, Answer>> = {
  "/consent": decideConsent,
  "/sign-in": signIn,
  "/sign-out": signOut,
  "/basket/add": addItem,
  "/basket/change": changeItem,
  "/checkout": placeOrder,
  "/dismiss": dismissItem,
  "/my-data": openOwnPage,
};

/** A small shop of plain pages: works without scripts, asks before it remembers, says why it suggests. */
export function createStorefront(services: StorefrontServices): (request: StorefrontRequest) => Promise<StorefrontResponse> {
  return async (request) => {
    const visit: Visit = { request, services, shopper: await recogniseShopper(request, services), basket: readBasket(request) };
    const path = request.path === "" ? "/" : request.path;
    const fixed = request.method === "POST" ? forms : pages;
    if (Object.hasOwn(fixed, path)) return (fixed[path] as Answer)(visit);
    if (request.method === "POST") return notFoundPage(visit);
    const itemId = pathTail(path, "/product/");
    if (itemId !== null && isUsableId(itemId)) return productPage(visit, itemId as ItemId);
    const category = pathTail(path, "/category/");
    if (category !== null) return categoryPage(visit, category);
    return notFoundPage(visit);
  };
}
