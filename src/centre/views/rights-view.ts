import { type Html, html } from "#markup/html.ts";
import type { OwnRequest, OwnRights } from "../centre-services.ts";
import { form } from "../shell.ts";
import type { View } from "./view.ts";

/** What can be asked for here that no other section does at once, and how far everything is that was ever asked for. */
export async function rightsView(view: View): Promise<Html> {
  const { services, tell } = view;
  // The section is not shown where the shop has no such service.
  const rights = services.rights!;
  const [isRestricted, requests] = await Promise.all([rights.isRestricted(), rights.requests()]);
  return html`<h1>${tell("section.rights")}</h1><p class="lead">${tell("rights.lead")}</p>
<div class="card"><ul class="rows">${askRow("objection", view)}${restrictionRow(isRestricted, view)}${askRow("rectification", view)}</ul></div>
<section class="card" aria-labelledby="asked"><h2 id="asked">${tell("rights.asked")}</h2>
${requests.length === 0 ? html`<p>${tell("rights.askedNone")}</p>` : html`<ul class="rows">${requests.map((request) => requestRow(request, view))}</ul>`}</section>`;
}

function askRow(kind: Parameters<OwnRights["ask"]>[0], { tell, formToken }: View): Html {
  return html`<li><div><h2>${tell(`rights.${kind}`)}</h2><p class="soft">${tell(`rights.${kind}Text`)}</p></div>${form(
    formToken,
    "ask",
    { kind },
    html`<button class="quiet">${tell(`rights.${kind}Ask`)}</button>`,
  )}</li>`;
}

function restrictionRow(isRestricted: boolean, view: View): Html {
  if (!isRestricted) return askRow("restriction", view);
  const { tell, formToken } = view;
  return html`<li><div><h2>${tell("rights.restriction")} <span class="badge on">${tell("rights.restricted")}</span></h2>
<p class="soft">${tell("rights.restrictedText")}</p></div>${form(formToken, "lift", {}, html`<button class="quiet">${tell("rights.lift")}</button>`)}</li>`;
}

function requestRow({ id, kind, state, at, dueAt, closedAt, words, mayTakeBack }: OwnRequest, { tell, formToken }: View): Html {
  const what = tell(`rights.kind.${kind}`);
  // What was closed before that was written down is dated as it was asked.
  const how = tell(`rights.${state}`, { due: dueAt, closed: closedAt ?? at });
  return html`<li><div><h3>${what}</h3><p class="soft">${tell("rights.on", { at })} ${how}${words !== null && html`<br>${tell("rights.words", { words })}`}</p></div>${
    mayTakeBack &&
    form(
      formToken,
      "take-back",
      { id },
      html`<button class="quiet" aria-label="${tell("rights.takeBackName", { what })}">${tell("rights.takeBack")}</button>`,
    )
  }</li>`;
}
