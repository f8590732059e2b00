import { type Html, html } from "#markup/html.ts";
import type { Conclusion, Deed, Known } from "../centre-services.ts";
import { listIn } from "../say.ts";
import { form } from "../shell.ts";
import type { View } from "./view.ts";

/** As long as what is said of somebody may be. */
const mostToldLetters = 200;

export async function knownView(view: View): Promise<Html> {
  const { services, tell } = view;
  const known = await services.known();
  return html`<h1>${tell("section.known")}</h1><p class="lead">${tell("known.lead")}</p>
<section class="card" aria-labelledby="concluded"><h2 id="concluded">${tell("known.concluded")}</h2>
${known.conclusions.length === 0 ? html`<p>${tell("known.concludedNone")}</p>` : html`<ul class="rows">${known.conclusions.map((one) => conclusionRow(one, view))}</ul>`}
<p class="soft">${tell("known.private")}</p></section>
${suppressedCard(known, view)}${toldCard(known, view)}
<section class="card" aria-labelledby="did"><h2 id="did">${tell("known.did")}</h2>
${known.deeds.length === 0 ? html`<p>${tell("known.didNone")}</p>` : html`<ul class="rows">${known.deeds.map((deed) => deedRow(deed, view))}</ul>`}
${known.count > known.deeds.length && html`<p class="soft">${tell("known.didMore", { shown: known.deeds.length, count: known.count })}</p>`}
${known.shownTimes > 0 && html`<p class="soft">${tell("known.shownTimes", { count: known.shownTimes })}</p>`}</section>`;
}

function conclusionRow({ key, kind, value, count, items }: Conclusion, { tell, locale, formToken }: View): Html {
  const what = tell(`known.likes.${kind}`, { value });
  const why = items.length === 0 ? tell("known.whyCount", { count }) : tell("known.why", { count, items: listIn(locale, items) });
  return html`<li><div><h3>${what}</h3><p class="soft">${why}</p></div>${form(
    formToken,
    "wrong",
    { key },
    html`<button class="quiet" aria-label="${tell("known.wrongName", { what })}">${tell("known.wrong")}</button>`,
  )}</li>`;
}

function suppressedCard({ suppressed }: Known, { tell, formToken }: View): Html | false {
  if (suppressed.length === 0) return false;
  return html`<section class="card" aria-labelledby="suppressed"><h2 id="suppressed">${tell("known.suppressed")}</h2><ul class="rows">${suppressed.map(
    ({ key, kind, value }) => {
      const what = tell(`known.likes.${kind}`, { value });
      return html`<li><h3>${what}</h3>${form(
        formToken,
        "allow",
        { key },
        html`<button class="quiet" aria-label="${tell("known.allowName", { what })}">${tell("known.allow")}</button>`,
      )}</li>`;
    },
  )}</ul></section>`;
}

function toldCard({ told }: Known, { tell, formToken }: View): Html | false {
  if (told.length === 0) return false;
  return html`<section class="card" aria-labelledby="told"><h2 id="told">${tell("known.told")}</h2><ul class="rows">${told.map(
    ({ key, value }, place) =>
      html`<li>${form(
        formToken,
        "told",
        { key },
        html`<div class="field"><label for="told-${place}"><bdi>${key}</bdi></label><input id="told-${place}" name="value" value="${value}" maxlength="${mostToldLetters}" required></div>
<div class="actions"><button class="quiet" aria-label="${tell("known.saveName", { what: key })}">${tell("known.save")}</button></div>`,
      )}<div class="actions">${form(formToken, "untold", { key }, html`<button class="quiet" aria-label="${tell("known.deleteName", { what: key })}">${tell("known.delete")}</button>`)}</div></li>`,
  )}</ul></section>`;
}

export function deedInWords({ type, name, items }: Pick<Deed, "type" | "name" | "items">, tell: View["tell"]): string {
  const first = items[0] ?? tell("did.something");
  const item = items.length > 1 ? tell("did.several", { first, count: items.length - 1 }) : first;
  return tell(`did.${type}`, { item, name });
}

function deedRow(deed: Deed, { tell, formToken }: View): Html {
  const what = deedInWords(deed, tell);
  const use = deed.isUnused ? "use" : "notUse";
  return html`<li><div><h3>${what}</h3><p class="soft">${tell("known.when", { at: deed.at })}${deed.isUnused && html`<br>${tell("known.isUnused")}`}</p></div>
<div class="actions">${form(
    formToken,
    "unused",
    { id: deed.id, unused: deed.isUnused ? "no" : "yes" },
    html`<button class="quiet" aria-label="${tell(`known.${use}Name`, { what })}">${tell(`known.${use}`)}</button>`,
  )}${form(formToken, "delete", { id: deed.id }, html`<button class="quiet" aria-label="${tell("known.deleteName", { what })}">${tell("known.delete")}</button>`)}</div></li>`;
}
