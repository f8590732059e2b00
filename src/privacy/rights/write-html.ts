import { type Html, html, renderHtml, trustedMarkup } from "#markup/html.ts";
import type { ExportPart } from "./access-export.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
/** "occurredAt" as people write it: the words of the JSON, so that one is found in the other. */
const worded = (key: string): string =>
  key
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[-_]/g, " ")
    .toLowerCase();

const nothing = html`–`;
const listed = (rows: readonly unknown[]): readonly Html[] => rows.map((row) => html`<li>${shown(row)}</li>`);

function shown(value: unknown): Html {
  if (value === null || value === undefined || value === "") return nothing;
  if (Array.isArray(value)) return value.length === 0 ? nothing : html`<ol>${listed(value)}</ol>`;
  if (!isRecord(value)) return html`<bdi>${String(value)}</bdi>`;
  // What says nothing is in the JSON; a reader is spared it.
  const entries = Object.entries(value).filter(([, one]) => one !== null && one !== "");
  if (entries.length === 0) return nothing;
  return html`<dl>${entries.map(([key, one]) => html`<div><dt><bdi>${worded(key)}</bdi></dt><dd>${shown(one)}</dd></div>`)}</dl>`;
}

const style =
  ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-inline-size:60rem;margin:2rem auto;padding-inline:1rem;overflow-wrap:anywhere}h2{margin-block:2rem .5rem}dl{margin:0}dl>div{display:grid;grid-template-columns:minmax(7rem,14rem) minmax(0,1fr);gap:.2rem 1rem;padding-block:.2rem}dt{opacity:.75}dd{margin:0}ol{margin:0;padding-inline-start:1.6rem}li{padding-block:.3rem}li+li{border-block-start:1px solid #8884}";

export type HtmlWords = { readonly lang: string; readonly dir: "ltr" | "rtl"; readonly title: string; readonly lead: string };
export const englishWords: HtmlWords = {
  lang: "en",
  dir: "ltr",
  title: "Everything that is kept about you",
  lead: "All that this shop's Rapport keeps of you, what it concludes from it, and to whom it is told. The JSON copy says the same for programs.",
};

/** As one page that needs nothing else and runs nothing, part by part. */
export async function* writeHtml(parts: readonly ExportPart[], words: HtmlWords = englishWords): AsyncGenerator<string> {
  for await (const part of pageOf(parts, words)) yield renderHtml(part);
}

async function* pageOf(parts: readonly ExportPart[], { lang, dir, title, lead }: HtmlWords): AsyncGenerator<Html> {
  yield html`<!doctype html>\n<html lang="${lang}" dir="${dir}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`;
  yield html`<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
  yield html`<title>${title}</title><style>${trustedMarkup(style)}</style></head><body><main><h1>${title}</h1><p>${lead}</p>`;
  for (const { key, kind, read } of parts) {
    yield html`<section><h2><bdi>${worded(key)}</bdi></h2>`;
    if (kind === "value") yield shown(await read());
    else {
      let any = false;
      for await (const page of read()) {
        if (page.length === 0) continue;
        yield html`${!any && html`<ol>`}${listed(page)}`;
        any = true;
      }
      yield any ? html`</ol>` : nothing;
    }
    yield html`</section>`;
  }
  yield html`</main></body></html>
`;
}
