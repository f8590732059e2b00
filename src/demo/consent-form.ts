import { eventPurposes } from "#domain/purpose.ts";
import { type Html, html } from "#markup/html.ts";
import { href } from "./addresses.ts";
import type { PurposeAnswers } from "./storefront-services.ts";
import { purposeWords } from "./wording.ts";

/** One switch a purpose, as it stands; nothing is ticked that was not said. */
export function purposeSwitches(consents: PurposeAnswers, legend: string, idPrefix: string): Html {
  return html`<fieldset class="switches"><legend>${legend}</legend>${eventPurposes.map((purpose) => {
    const id = `${idPrefix}-${purpose}`;
    const words = purposeWords[purpose];
    return html`<label class="switch" for="${id}"><input type="checkbox" id="${id}" name="purposes" value="${purpose}"${consents[purpose] === true && html` checked`}>
<span><strong>${words.title}</strong><span>${words.meaning}</span></span></label>`;
  })}</fieldset>`;
}

/** The question that comes before everything else. Both answers are one tap, of one size and one look. */
export function consentChoice(back: string): Html {
  return html`<section class="choice" aria-labelledby="choice-title"><div class="wide">
<div><h2 id="choice-title">First, your choice</h2>
<p>May this shop remember what you look at and buy here, to show you things that suit you and to learn what goes together?
Until you choose, nothing about you is stored. You can buy everything either way, and change your mind at any time.</p></div>
<form method="post" action="${href("/consent")}" class="both">${formContext(back, "banner")}
<button name="choice" value="none">Reject all</button><button name="choice" value="all">Accept all</button></form>
<details><summary>Choose one by one</summary>
<form method="post" action="${href("/consent")}">${formContext(back, "banner")}
${purposeSwitches({}, "Nothing is on unless you switch it on.", "choice")}
<button name="choice" value="some">Save my choice</button></form></details>
</div></section>`;
}

/** A single answer as a button, for a place where the question comes up. */
export function consentButton(choice: "personal" | "not-personal", label: string, back: string): Html {
  return html`<form method="post" action="${href("/consent")}">${formContext(back, "preference-centre")}
<button class="quiet" name="choice" value="${choice}">${label}</button></form>`;
}

export function formContext(back: string, from: "banner" | "preference-centre"): Html {
  return html`<input type="hidden" name="back" value="${back}"><input type="hidden" name="from" value="${from}">`;
}
