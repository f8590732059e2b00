import { type Html, html, renderHtml } from "#markup/html.ts";
import { type Locale, localeFacts } from "./locales.ts";
import { sayIn } from "./say.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** "occurredAt" as people write it. The words are those of the JSON copy, so that one can be found in the other. */
const worded = (key: string): string =>
  key
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[-_]/g, " ")
    .toLowerCase();

function shown(value: unknown, depth: number): Html {
  if (value === null || value === undefined || value === "") return html`–`;
  if (Array.isArray(value)) {
    if (value.length === 0) return html`–`;
    return html`<ol>${value.map((one) => html`<li>${shown(one, depth + 1)}</li>`)}</ol>`;
  }
  if (!isRecord(value)) return html`<bdi>${String(value)}</bdi>`;
  const entries = Object.entries(value);
  if (entries.length === 0) return html`–`;
  return html`<dl>${entries.map(([key, one]) => html`<div><dt><bdi>${worded(key)}</bdi></dt><dd>${shown(one, depth + 1)}</dd></div>`)}</dl>`;
}

/** A copy of somebody's data to read: one file that needs nothing else, of everything that the JSON copy holds. */
export function renderCopy(locale: Locale, shopName: string, document: Readonly<Record<string, unknown>>): string {
  const tell = sayIn(locale);
  const title = tell("section.copy");
  return renderHtml(html`<!doctype html>
<html lang="${locale}" dir="${localeFacts[locale].dir}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${shopName}</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-inline-size:60rem;margin:2rem auto;padding-inline:1rem;overflow-wrap:anywhere}h2{margin-block:2rem .5rem}dl{margin:0}dl>div{display:grid;grid-template-columns:minmax(7rem,14rem) minmax(0,1fr);gap:.2rem 1rem;padding-block:.2rem}dt{opacity:.75}dd{margin:0}ol{margin:0;padding-inline-start:1.6rem}li{padding-block:.3rem}li+li{border-block-start:1px solid #8884}</style></head>
<body><main><h1>${title}</h1><p>${tell("copy.lead")}</p>${Object.entries(document).map(
    ([key, value]) => html`<section><h2><bdi>${worded(key)}</bdi></h2>${shown(value, 0)}</section>`,
  )}</main></body></html>`);
}
