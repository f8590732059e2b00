import { type Html, html } from "#markup/html.ts";
import type { Permission } from "../centre-services.ts";
import type { MessageKey } from "../say.ts";
import { base, form } from "../shell.ts";
import type { View } from "./view.ts";

const decidedBy = {
  person: "permission.since",
  shop: "permission.sinceShop",
  signal: "permission.sinceSignal",
  guardian: "permission.sinceGuardian",
} as const satisfies Record<string, MessageKey>;

/** One switch a purpose. Nothing is ticked beforehand: each switch says how it stands and does one thing. */
export async function permissionsView(view: View): Promise<Html> {
  const { services, tell, gpc } = view;
  const permissions = await services.permissions();
  const hasDecision = permissions.some(({ decision }) => decision !== null);
  return html`<h1>${tell("section.permissions")}</h1><p class="lead">${tell("permissions.lead")}</p>
${gpc && html`<div class="signal"><strong>${tell("gpc.title")}</strong>${tell("gpc.text")}</div>`}
<div class="card"><ul class="rows">${permissions.map((permission) => row(permission, view))}</ul></div>
${
  services.receipt !== undefined &&
  hasDecision &&
  html`<section class="card"><a class="button quiet" href="${base}/receipt" download>${tell("permission.receipt")}</a>
${services.keysHref !== undefined && html`<p class="soft">${tell("permission.keys")} <a href="${services.keysHref}" download="keys.json">${tell("permission.keysLink")}</a></p>`}</section>`
}`;
}

function row({ purpose, granted, decision }: Permission, { tell, formToken, gpc }: View): Html {
  const name = tell(`purpose.${purpose}`);
  const action = tell(granted ? "permission.withdraw" : "permission.give");
  const id = `purpose-${purpose}`;
  return html`<li><div><h2 id="${id}">${name} <span class="badge${granted && " on"}">${tell(granted ? "permission.on" : "permission.off")}</span></h2>
<p>${tell(`purpose.${purpose}.means`)}</p>
<p class="soft">${decision === null ? tell("permission.never") : tell(decidedBy[decision.by], { at: decision.at })}
${decision?.until !== undefined && decision.until !== null && granted && tell("permission.until", { until: decision.until })}
${decision?.notice !== undefined && decision.notice !== null && tell("permission.notice", { notice: decision.notice })}</p>
${purpose === "share" && (gpc || decision?.by === "signal") && !granted && html`<p class="soft">${tell("permission.gpc")}</p>`}</div>
${form(
  formToken,
  "permission",
  { purpose, granted: granted ? "no" : "yes" },
  html`<button class="quiet" aria-label="${tell("permission.name", { action, purpose: name })}">${action}</button>`,
)}</li>`;
}
