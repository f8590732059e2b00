import { type Html, html } from "#markup/html.ts";
import { base } from "../shell.ts";
import type { View } from "./view.ts";

export async function copyView({ tell }: View): Promise<Html> {
  return html`<h1>${tell("section.copy")}</h1><p class="lead">${tell("copy.lead")}</p>
<div class="card"><ul class="rows">${(["html", "json"] as const).map(
    (kind) =>
      html`<li><p class="soft">${tell(`copy.${kind}Hint`)}</p><a class="button quiet" href="${base}/copy/${kind}" download>${tell(`copy.${kind}`)}</a></li>`,
  )}</ul></div>`;
}
