import { type DataUse, dataUses } from "#domain/data-use.ts";
import { type Html, html } from "#markup/html.ts";
import { form } from "../shell.ts";
import type { View } from "./view.ts";

export async function dialView({ services, tell, formToken }: View): Promise<Html> {
  const { mayPersonalize, chosen, pausedUntil } = await services.standing();
  const level = chosen ?? "everything";
  return html`<h1>${tell("section.dial")}</h1><p class="lead">${tell("dial.lead")}</p>
${!mayPersonalize && html`<p class="signal">${tell("dial.noPermission")}</p>`}
${pausedUntil !== null && html`<p class="signal">${tell("dial.paused")}</p>`}
${form(
  formToken,
  "dial",
  {},
  html`<fieldset class="levels"><legend>${tell("dial.legend")}</legend>${dataUses.map((one) => levelChoice(one, one === level, tell))}</fieldset>
<div class="actions"><button>${tell("dial.save")}</button></div>`,
)}`;
}

function levelChoice(level: DataUse, isChosen: boolean, tell: View["tell"]): Html {
  const height = dataUses.indexOf(level);
  const id = `dial-${level}`;
  return html`<label class="level" for="${id}"><input type="radio" id="${id}" name="level" value="${level}"${isChosen && html` checked`} aria-describedby="${id}-reads">
<span><strong>${tell(`dial.${level}`)}</strong><span class="soft" id="${id}-reads">${tell(`dial.${level}.reads`)}</span></span>
<span class="steps" aria-hidden="true">${dataUses.slice(1).map((_, at) => html`<i${at < height && html` class="on"`}></i>`)}</span></label>`;
}
