import { eventPurposes } from "#domain/purpose.ts";
import { type Html, html } from "#markup/html.ts";
import { href } from "../addresses.ts";
import { consentButton, formContext, purposeSwitches } from "../consent-form.ts";
import { layout } from "../layout.ts";
import { pageResponse } from "../responses.ts";
import type { StorefrontResponse } from "../storefront-services.ts";
import type { Visit } from "../visit.ts";
import { purposeWords } from "../wording.ts";

export async function privacyPage(visit: Visit): Promise<StorefrontResponse> {
  const { shopper, request } = visit;
  const main = html`<h1>Your privacy</h1>
<p>What this shop may do with what you look at and buy here is up to you. Changes count from your next click, and nothing you decide here changes prices or what you can buy.</p>
<section class="panel" aria-labelledby="now"><h2 id="now">How it is now</h2><p class="state">${stateInWords(visit)}</p>
<ul>${eventPurposes.map((purpose) => html`<li>${purposeWords[purpose].title}: <strong>${answerInWords(shopper.consents[purpose], shopper.choice)}</strong></li>`)}
<li>Share or sell: <strong>${request.gpc ? "never; opt-out request honoured" : "never"}</strong></li></ul>
<div class="actions">${shopper.consents.personalize === true ? consentButton("not-personal", "Not personalized, please", "/privacy") : consentButton("personal", "Make it personal", "/privacy")}</div></section>
<section class="panel" aria-labelledby="change"><h2 id="change">Change it</h2>
<form method="post" action="${href("/consent")}">${formContext("/privacy", "preference-centre")}
${purposeSwitches(shopper.consents, "Each has its own switch. Switch off what you do not want.", "privacy")}
<button name="choice" value="some">Save my choice</button></form></section>
${cookiesInWords(visit)}`;
  return pageResponse(await layout(visit, "Your privacy", main));
}

function stateInWords({ shopper }: Visit): string {
  const whose = shopper.customer === null ? "This browser" : `The account of ${shopper.customer.displayName}`;
  if (shopper.choice === "undecided") return `${whose} has not chosen yet, so nothing is remembered.`;
  if (shopper.choice === "refused") return `${whose} said no to everything, so nothing is remembered.`;
  return shopper.consents.personalize === true ? `${whose} sees a personal shop.` : `${whose} sees the shop that everybody sees.`;
}

function answerInWords(answer: boolean | undefined, choice: Visit["shopper"]["choice"]): string {
  if (answer === true) return "on";
  return answer === false || choice === "refused" ? "off" : "off (not chosen yet)";
}

function cookiesInWords({ shopper }: Visit): Html {
  return html`<section class="panel" aria-labelledby="kept"><h2 id="kept">What your browser keeps</h2><ul>
<li>What is in your basket, if there is something in it.</li>
<li>${shopper.names.anonymousId === null ? "No visitor number. You only get one if you say yes to something." : "A visitor number, because you said yes to something. It goes when you say no or sign out."}</li>
<li>That you said no, if you did, so that we do not ask again.</li>
<li>Whom you signed in as, until you sign out.</li></ul></section>`;
}
