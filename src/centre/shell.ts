import { type Html, html } from "#markup/html.ts";
import { type Locale, localeFacts, locales } from "./locales.ts";
import type { Say } from "./say.ts";

export const sections = ["home", "known", "dial", "permissions", "tastes", "messages", "copy", "rights", "forget"] as const;
export type Section = (typeof sections)[number];

/** Where everything is; every address of the page is made here. */
export const base = "/privacy";
export const sectionPath = (section: Section): string => (section === "home" ? `${base}/` : `${base}/${section}`);
export const actionPath = (action: string): string => `${base}/do/${action}`;
export const stylePath = `${base}/assets/centre.css`;
export const scriptPath = `${base}/assets/centre.js`;

export type Shell = {
  readonly locale: Locale;
  readonly tell: Say;
  readonly shopName: string;
  readonly title: string;
  readonly main: Html;
  /** The section that is shown and those that there are; null: a page that stands alone. */
  readonly nav: { readonly current: Section | null; readonly shown: readonly Section[] } | null;
  /** What the forms of the page carry; null: nobody is at their page. */
  readonly formToken: string | null;
  readonly rankingHref: string | null;
  /** Where a change of language leads, with the place to come back to; null: it cannot be changed here. */
  readonly language: { readonly action: string; readonly method: "post" | "get"; readonly fields: Readonly<Record<string, string>> } | null;
};

/** A form field that is not seen. */
const hidden = (name: string, value: string): Html => html`<input type="hidden" name="${name}" value="${value}">`;

/** A form of one or more buttons. Every one carries the token of the session. */
export function form(formToken: string, action: string, fields: Readonly<Record<string, string>>, inner: Html, className = ""): Html {
  return html`<form method="post" action="${actionPath(action)}"${className !== "" && html` class="${className}"`}>${hidden("token", formToken)}${Object.entries(
    fields,
  ).map(([name, value]) => hidden(name, value))}${inner}</form>`;
}

function languages({ locale, tell, language, formToken }: Shell): Html | false {
  if (language === null) return false;
  return html`<form class="languages" method="${language.method}" action="${language.action}" aria-label="${tell("centre.language")}">${
    language.method === "post" && formToken !== null && hidden("token", formToken)
  }${Object.entries(language.fields).map(([name, value]) => hidden(name, value))}${locales.map(
    (one) =>
      html`<button name="lang" value="${one}" lang="${one}" dir="${localeFacts[one].dir}"${one === locale && html` aria-current="true"`}>${localeFacts[one].name}</button>`,
  )}</form>`;
}

function navigation({ tell, nav }: Shell): Html | false {
  if (nav === null) return false;
  return html`<nav class="sections" aria-label="${tell("centre.nav")}"><ul>${nav.shown.map(
    (section) =>
      html`<li><a href="${sectionPath(section)}"${section === nav.current && html` aria-current="page"`}>${tell(`section.${section}`)}</a></li>`,
  )}</ul></nav>`;
}

/** A whole page around what is to be shown. */
export function shell(page: Shell): Html {
  const { locale, tell, shopName, title, main, nav, formToken, rankingHref } = page;
  const isAlone = nav === null;
  const hasFooter = !isAlone || rankingHref !== null || formToken !== null;
  return html`<!doctype html>
<html lang="${locale}" dir="${localeFacts[locale].dir}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>${[title, shopName].filter((text) => text !== "").join(" · ")}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="${stylePath}"><script src="${scriptPath}" defer></script></head>
<body><a class="skip" href="#main">${tell("centre.skip")}</a>
<header class="top"><div class="wide"><p class="shop"><bdi>${shopName}</bdi></p>${languages(page)}</div></header>
<div class="wide body${!isAlone && " with-nav"}">${navigation(page)}
<main id="main" tabindex="-1"${isAlone && html` class="single"`}>${
    !isAlone && nav.current !== "home" && html`<a class="up" href="${sectionPath("home")}">${tell("centre.back")}</a>`
  }${main}</main></div>
${
  hasFooter &&
  html`<footer><div class="wide"><p>${!isAlone && tell("centre.promise")}</p>${rankingHref !== null && html`<a href="${rankingHref}" data-beside>${tell("centre.ranking")}</a>`}${
    formToken !== null && form(formToken, "leave", {}, html`<button class="quiet">${tell("centre.leave")}</button>`)
  }</div></footer>`
}
</body></html>`;
}
