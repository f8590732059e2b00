import { dayMs } from "#domain/clock.ts";
import { type Html, html } from "#markup/html.ts";
import type { Standing } from "../centre-services.ts";
import { form, type Section, sectionPath } from "../shell.ts";
import type { View } from "./view.ts";

export const pauseDays = { day: 1, week: 7, month: 30 } as const;
export type PauseLength = keyof typeof pauseDays;
export const pauseEnd = (length: PauseLength, now: number): number => now + pauseDays[length] * dayMs;

/** Nothing of the person shapes what they see. */
export const isImpersonal = ({ mayPersonalize, inForce }: Standing): boolean => !mayPersonalize || inForce === "nothing" || inForce === "page";

export async function homeView({ services, tell, formToken, gpc }: View): Promise<Html> {
  const [standing, permissions, known] = await Promise.all([services.standing(), services.permissions(), services.known()]);
  const { messages } = standing;
  const tiles: readonly (readonly [Section, string] | false)[] = [
    ["known", tell("home.known", { count: known.count })],
    ["dial", tell("home.dial", { level: tell(`dial.${standing.inForce}`) })],
    ["permissions", tell("home.permissions", { count: permissions.filter(({ granted }) => granted).length })],
    ["tastes", tell("home.tastes", { count: standing.less.length + standing.more.length })],
    ["messages", messages.perWeek === null ? tell("home.messagesOpen") : tell("home.messages", { count: messages.perWeek })],
    services.copy !== undefined && ["copy", tell("home.copy")],
    services.rights !== undefined && ["rights", tell("home.rights")],
    services.forget !== undefined && ["forget", tell("home.forget")],
  ];
  return html`<h1>${tell("centre.title")}</h1><p class="lead">${tell("home.lead", { shop: services.shopName })}</p>
${gpc && html`<div class="signal"><strong>${tell("gpc.title")}</strong>${tell("gpc.text")}</div>`}
<section class="card" aria-labelledby="state"><h2 id="state">${tell("home.state.title")}</h2>
<p class="state">${stateInWords(standing, tell)}</p><p class="soft">${tell(`home.whose.${services.whose}`)}</p>
<div class="actions">${oneTap(standing, tell, formToken)}</div></section>
<h2>${tell("home.sections")}</h2>
<ul class="tiles">${tiles.flatMap((tile) => (tile === false ? [] : [html`<li><a href="${sectionPath(tile[0])}"><strong>${tell(`section.${tile[0]}`)}</strong><span>${tile[1]}</span></a></li>`]))}</ul>
${pauseCard(standing, tell, formToken)}`;
}

function stateInWords(standing: Standing, tell: View["tell"]): string {
  const { pausedUntil } = standing;
  if (pausedUntil === "open") return tell("home.state.pausedOpen");
  if (pausedUntil !== null) return tell("home.state.paused", { until: pausedUntil });
  return tell(isImpersonal(standing) ? "home.state.impersonal" : "home.state.personal");
}

/** From personal to not personal, and back: one tap each way. */
function oneTap(standing: Standing, tell: View["tell"], formToken: string): Html {
  if (standing.pausedUntil !== null) return form(formToken, "resume", {}, html`<button>${tell("pause.resume")}</button>`);
  const isOff = isImpersonal(standing);
  return form(
    formToken,
    isOff ? "personal" : "impersonal",
    {},
    html`<button${isOff && html` class="quiet"`}>${tell(isOff ? "home.personal" : "home.impersonal")}</button>`,
  );
}

function pauseCard({ pausedUntil }: Standing, tell: View["tell"], formToken: string): Html | false {
  if (pausedUntil !== null) return false;
  return html`<section class="card" aria-labelledby="pause"><h2 id="pause">${tell("pause.title")}</h2><p>${tell("pause.text")}</p>${form(
    formToken,
    "pause",
    {},
    html`${(Object.keys(pauseDays) as PauseLength[]).map((length) => html`<button class="quiet" name="length" value="${length}">${tell(`pause.${length}`)}</button>`)}`,
    "actions",
  )}</section>`;
}
