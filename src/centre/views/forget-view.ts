import { type Html, html } from "#markup/html.ts";
import type { Forgetting } from "../centre-services.ts";
import { base, form, sectionPath } from "../shell.ts";
import type { View } from "./view.ts";

/** Two steps: what happens, and whether it shall. The first changes nothing. */
export async function forgetView({ tell, query, formToken }: View): Promise<Html> {
  if (query.step === "confirm") {
    return html`<h1>${tell("forget.sure")}</h1><section class="card warn"><p class="state">${tell("forget.sureText")}</p>
<div class="actions">${form(formToken, "forget", { sure: "yes" }, html`<button class="danger">${tell("forget.confirm")}</button>`)}
<a class="button quiet" href="${sectionPath("home")}">${tell("forget.cancel")}</a></div></section>`;
  }
  return html`<h1>${tell("section.forget")}</h1><p class="lead">${tell("forget.lead")}</p>
<section class="card" aria-labelledby="what"><h2 id="what">${tell("forget.what")}</h2><ul>${(
    ["deletes", "signedOut", "certificate", "keeps"] as const
  ).map((one) => html`<li>${tell(`forget.${one}`)}</li>`)}</ul><p>${tell("forget.undone")}</p>
<div class="actions"><a class="button quiet" href="${sectionPath("forget")}?step=confirm">${tell("forget.next")}</a></div></section>`;
}

export const forgottenPath = (reference: string): string => `${base}/forgotten/${encodeURIComponent(reference)}`;

/** Stands alone: who was forgotten has no session any more. */
export function forgottenView(reference: string, { state, doneAt, keysHref }: Forgetting, tell: View["tell"]): { title: string; main: Html } {
  const title = tell(state === "done" ? "forget.done" : "forget.status");
  const main = html`<h1>${title}</h1><section class="card"><p class="state">${doneAt === null ? tell("forget.statusText") : tell("forget.doneText", { at: doneAt })}</p>
<p class="soft">${tell("forget.number", { reference })}</p><div class="actions">${
    keysHref !== null
      ? html`<a class="button" href="${forgottenPath(reference)}/certificate" download>${tell("forget.download")}</a>`
      : html`<a class="button quiet" href="">${tell("forget.refresh")}</a>`
  }</div>${keysHref !== null && html`<p class="soft">${tell("forget.keys")} <a href="${keysHref}" download="keys.json">${tell("permission.keysLink")}</a></p>`}</section>`;
  return { title, main };
}
