import { type Html, html } from "#markup/html.ts";
import { form } from "../shell.ts";
import type { View } from "./view.ts";

/** Most messages a week that can be chosen: one for each waking hour would be no limit. */
export const mostMessages = 50;
const usual = 3;

export async function messagesView({ services, tell, formToken }: View): Promise<Html> {
  const { perWeek, spent } = (await services.standing()).messages;
  return html`<h1>${tell("section.messages")}</h1><p class="lead">${tell("messages.lead")}</p>
<section class="card"><p class="state">${perWeek === null ? tell("messages.spentOpen", { spent }) : tell("messages.spent", { spent, budget: perWeek })}</p>
${form(
  formToken,
  "messages",
  {},
  html`<div class="field"><label for="perWeek">${tell("messages.label")}</label>
<input type="number" id="perWeek" name="perWeek" min="0" max="${mostMessages}" value="${perWeek ?? usual}" inputmode="numeric" required></div>
<div class="actions"><button>${tell("messages.save")}</button></div>`,
)}
<p class="soft">${tell("messages.notSent")}</p></section>`;
}
