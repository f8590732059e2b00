import { type Html, html, trustedMarkup } from "#markup/html.ts";
import { categoryPath, href, safeReturnPath } from "./addresses.ts";
import { consentChoice } from "./consent-form.ts";
import { style } from "./style.ts";
import type { Visit } from "./visit.ts";

/** Short confirmations after a form, by name, so that no text travels in an address. */
const notes: Readonly<Record<string, string>> = {
  dismissed: "Noted: you are not interested in that one.",
  saved: "Your choice is saved and counts from now on.",
  "in-basket": "Added to your basket.",
  empty: "There was nothing in your basket that can be ordered.",
};

export async function layout(visit: Visit, title: string, main: Html, currentCategory: string | null = null): Promise<Html> {
  const { services, request, shopper } = visit;
  const back = safeReturnPath(request.path);
  const note = Object.hasOwn(notes, request.query.note ?? "") ? notes[request.query.note ?? ""] : undefined;
  return html`<!doctype html>
<html lang="en" dir="ltr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === services.shopName ? title : `${title} · ${services.shopName}`}</title>
<link rel="icon" href="data:,"><style>${trustedMarkup(style)}</style></head>
<body><a class="skip" href="#main">Skip to the content</a>
${request.gpc && html`<div class="bar"><div class="wide"><p>Opt-out request honoured: your browser asks not to have data sold or shared (Global Privacy Control), and it is not.</p></div></div>`}
${shopper.choice === "undecided" && consentChoice(back)}
${header(visit, back)}
${await shelves(visit, currentCategory)}
<main id="main" class="wide">${note !== undefined && html`<p class="note" role="status">${note}</p>`}
${main}</main>
<footer><div class="wide"><span>A demonstration shop: nothing is charged and nothing is sent.</span><a href="${href("/privacy")}">Your privacy</a><a href="${services.rankingPath}">How ranking works here</a>${ownPage(visit)}</div></footer>
</body></html>`;
}

/** For whoever has a name here: a customer, or a browser that said yes. */
function ownPage({ shopper: { names } }: Visit): Html | false {
  if (names.customerId === null && names.anonymousId === null) return false;
  return html`<form method="post" action="${href("/my-data")}"><button class="text">Your data &amp; choices</button></form>`;
}

function header({ services, shopper, basket }: Visit, back: string): Html {
  const pieces = basket.reduce((sum, { quantity }) => sum + quantity, 0);
  return html`<header class="top"><div class="wide row"><a class="brand" href="${href("/")}">${services.shopName}</a>
${shopper.customer === null ? signIn(services.demoCustomers, back) : signedInAs(shopper.customer.displayName)}
<a class="basket-link" href="${href("/basket")}">Basket (${pieces})</a></div></header>`;
}

function signIn(customers: Visit["services"]["demoCustomers"], back: string): Html | false {
  if (customers.length === 0) return false;
  return html`<form class="who" method="post" action="${href("/sign-in")}"><input type="hidden" name="back" value="${back}">
<label for="customer">Shop as</label><select id="customer" name="customer">${customers.map(
    ({ customerId, displayName, taste }) => html`<option value="${customerId}">${displayName}: ${taste}</option>`,
  )}</select><button class="quiet">Sign in</button></form>`;
}

function signedInAs(name: string): Html {
  return html`<form class="who" method="post" action="${href("/sign-out")}"><span>Signed in as <strong>${name}</strong></span>
<button class="quiet">Sign out</button></form><form method="post" action="${href("/my-data")}"><button class="text">Your data &amp; choices</button></form>`;
}

async function shelves({ services }: Visit, current: string | null): Promise<Html | false> {
  const categories = await services.categories();
  if (categories.length === 0) return false;
  return html`<nav class="shelves" aria-label="Categories"><ul class="wide">${categories.map(
    (category) => html`<li><a href="${href(categoryPath(category))}"${category === current && html` aria-current="page"`}>${category}</a></li>`,
  )}</ul></nav>`;
}
