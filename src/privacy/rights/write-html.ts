import { type Html, html, renderHtml, trustedMarkup } from "#markup/html.ts";
import { listed, nothing, recordStyle, shown, worded } from "#markup/record-page.ts";
import type { ExportPart } from "./access-export.ts";

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
  yield html`<title>${title}</title><style>${trustedMarkup(recordStyle)}</style></head><body><main><h1>${title}</h1><p>${lead}</p>`;
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
