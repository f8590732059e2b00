import { type Html, html, renderHtml } from "#markup/html.ts";
import { actions, type Done, type Form, noteOf } from "./actions.ts";
import type { CentreServices, Forgetting } from "./centre-services.ts";
import type { Locale } from "./locales.ts";
import { type MessageKey, type Say, sayIn } from "./say.ts";
import { actionPath, base, type Section, sectionPath, sections, shell } from "./shell.ts";
import { copyView } from "./views/copy-view.ts";
import { dialView } from "./views/dial-view.ts";
import { forgetView, forgottenView } from "./views/forget-view.ts";
import { homeView } from "./views/home-view.ts";
import { knownView } from "./views/known-view.ts";
import { messagesView } from "./views/messages-view.ts";
import { permissionsView } from "./views/permissions-view.ts";
import { tastesView } from "./views/tastes-view.ts";
import type { ShowView, View } from "./views/view.ts";

export type { CentreServices } from "./centre-services.ts";

const views: Readonly<Record<Section, ShowView>> = {
  home: homeView,
  known: knownView,
  dial: dialView,
  permissions: permissionsView,
  tastes: tastesView,
  messages: messagesView,
  copy: copyView,
  forget: forgetView,
};

export type Visit = Omit<View, "tell">;

/** The sections that this shop's services can keep the promises of. */
function shownSections({ copy, forget }: CentreServices): readonly Section[] {
  return sections.filter((section) => (section !== "copy" || copy !== undefined) && (section !== "forget" || forget !== undefined));
}

export function sectionOf(path: string): Section | null {
  const name = path === "/" || path === "" ? "home" : path.slice(1);
  return sections.find((section) => section === name && (section !== "home" || path === "/" || path === "")) ?? null;
}

/** A section of somebody's page; null where there is none. */
export async function showSection(visit: Visit, section: Section): Promise<string | null> {
  const { services, locale, formToken, query } = visit;
  const shown = shownSections(services);
  if (!shown.includes(section)) return null;
  const tell = sayIn(locale);
  const note = noteOf(query, tell);
  const view = await views[section]({ ...visit, tell });
  const title = section === "home" ? tell("centre.title") : tell(`section.${section}`);
  return renderHtml(
    shell({
      locale,
      tell,
      shopName: services.shopName,
      title,
      main: html`${note !== null && html`<p class="note" role="status" tabindex="-1" data-note>${note}</p>`}${view}`,
      nav: { current: section, shown },
      formToken,
      rankingHref: services.rankingHref,
      language: { action: actionPath("language"), method: "post", fields: { back: section } },
    }),
  );
}

/** Does what a form asks for; null where it made no sense. What the shop refuses comes as a ProblemError. */
export async function act(services: CentreServices, action: string, form: Form, sender: Pick<Visit, "gpc" | "locale">): Promise<Done> {
  return Object.hasOwn(actions, action) ? actions[action]!(services, form, sender) : null;
}

/** Where a change of language leads back to. */
export const afterLanguage = (back: string | undefined): string =>
  `${sectionPath(sections.find((section) => section === back) ?? "home")}?note=language`;

export const unchangedPath = (section: Section | null): string => `${sectionPath(section ?? "home")}?note=unchanged`;

function alone(locale: Locale, shopName: string, page: (tell: Say) => { title: string; main: Html }): string {
  const tell = sayIn(locale);
  return renderHtml(shell({ locale, tell, shopName, ...page(tell), nav: null, formToken: null, rankingHref: null, language: null }));
}

/** Says that a link is good, and waits for a person to press the button: programs that look at links press none. */
export function showEnter(locale: Locale, shopName: string, token: string): string {
  return alone(locale, shopName, (tell) => ({
    title: tell("enter.title"),
    main: html`<h1>${tell("enter.title")}</h1><section class="card"><p>${tell("enter.text", { shop: shopName })}</p>
<form method="post" action="${base}/enter"><input type="hidden" name="token" value="${token}"><div class="actions"><button>${tell("enter.button")}</button></div></form></section>`,
  }));
}

export const standaloneWords = ["gone", "ended", "left", "refused", "busy", "missing", "failed"] as const;
export type StandaloneWord = (typeof standaloneWords)[number];

/** A page that says one thing. It names no shop: whoever sees it may be anybody. */
export function showWords(locale: Locale, word: StandaloneWord): string {
  return alone(locale, "", (tell) => {
    const [title, text] = [`${word}.title`, `${word}.text`] as [MessageKey, MessageKey];
    return { title: tell(title), main: html`<h1>${tell(title)}</h1><section class="card"><p>${tell(text)}</p></section>` };
  });
}

export function showForgotten(locale: Locale, reference: string, forgetting: Forgetting): string {
  return alone(locale, "", (tell) => forgottenView(reference, forgetting, tell));
}
