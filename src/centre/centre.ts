import { html, renderHtml } from "#markup/html.ts";
import { actions, type Done, type Form, noteOf } from "./actions.ts";
import type { CentreServices } from "./centre-services.ts";
import { sayIn } from "./say.ts";
import { actionPath, type Section, sectionPath, sections, shell } from "./shell.ts";
import { copyView } from "./views/copy-view.ts";
import { dialView } from "./views/dial-view.ts";
import { forgetView } from "./views/forget-view.ts";
import { homeView } from "./views/home-view.ts";
import { knownView } from "./views/known-view.ts";
import { messagesView } from "./views/messages-view.ts";
import { permissionsView } from "./views/permissions-view.ts";
import { rightsView } from "./views/rights-view.ts";
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
  rights: rightsView,
  forget: forgetView,
};

export type Visit = Omit<View, "tell">;

/** The sections that this shop's services can keep the promises of. */
function shownSections(services: CentreServices): readonly Section[] {
  const isOffered = (section: Section) =>
    section === "copy" || section === "rights" || section === "forget" ? services[section] !== undefined : true;
  return sections.filter(isOffered);
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
