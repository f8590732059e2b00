import { html, renderHtml, trustedMarkup } from "#markup/html.ts";
import { recordStyle, shown, worded } from "#markup/record-page.ts";
import { type Locale, localeFacts } from "./locales.ts";
import { sayIn } from "./say.ts";

/** A copy of somebody's data to read: one file that needs nothing else, of everything that the JSON copy holds. */
export function renderCopy(locale: Locale, shopName: string, document: Readonly<Record<string, unknown>>): string {
  const tell = sayIn(locale);
  const title = tell("section.copy");
  return renderHtml(html`<!doctype html>
<html lang="${locale}" dir="${localeFacts[locale].dir}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${shopName}</title>
<style>${trustedMarkup(recordStyle)}</style></head>
<body><main><h1>${title}</h1><p>${tell("copy.lead")}</p>${Object.entries(document).map(
    ([key, value]) => html`<section><h2><bdi>${worded(key)}</bdi></h2>${shown(value)}</section>`,
  )}</main></body></html>`);
}
