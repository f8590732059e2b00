import type { ExportPart } from "./access-export.ts";

const indent = (json: string) => json.replaceAll("\n", "\n  ");

/** As JSON, part by part: memory holds one page of rows. Keys stand in one order, so that equal data are equal bytes. */
export async function* writeJson(parts: readonly ExportPart[]): AsyncGenerator<string> {
  let before = "{\n";
  for (const { key, kind, read } of parts) {
    yield `${before}  ${JSON.stringify(key)}: `;
    before = ",\n";
    if (kind === "value") {
      yield indent(JSON.stringify(await read(), null, 2) ?? "null");
      continue;
    }
    let between = "[\n    ";
    for await (const page of read()) {
      if (page.length === 0) continue;
      yield between + page.map((row) => JSON.stringify(row)).join(",\n    ");
      between = ",\n    ";
    }
    yield between === "[\n    " ? "[]" : "\n  ]";
  }
  yield "\n}\n";
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => escapes[mark]!);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
/** "occurredAt" as people write it: the words of the JSON, so that one is found in the other. */
const worded = (key: string): string =>
  key
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[-_]/g, " ")
    .toLowerCase();

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value)) return value.length === 0 ? "–" : `<ol>${value.map((one) => `<li>${shown(one)}</li>`).join("")}</ol>`;
  if (!isRecord(value)) return `<bdi>${escaped(String(value))}</bdi>`;
  // What says nothing is in the JSON; a reader is spared it.
  const entries = Object.entries(value).filter(([, one]) => one !== null && one !== "");
  if (entries.length === 0) return "–";
  return `<dl>${entries.map(([key, one]) => `<div><dt><bdi>${escaped(worded(key))}</bdi></dt><dd>${shown(one)}</dd></div>`).join("")}</dl>`;
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

/** As one page that needs nothing else and runs nothing. */
export async function* writeHtml(parts: readonly ExportPart[], { lang, dir, title, lead }: HtmlWords = englishWords): AsyncGenerator<string> {
  yield `<!doctype html>\n<html lang="${escaped(lang)}" dir="${dir}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`;
  yield `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
  yield `<title>${escaped(title)}</title><style>${style}</style></head><body><main><h1>${escaped(title)}</h1><p>${escaped(lead)}</p>`;
  for (const { key, kind, read } of parts) {
    yield `<section><h2><bdi>${escaped(worded(key))}</bdi></h2>`;
    if (kind === "value") yield shown(await read());
    else {
      let any = false;
      for await (const page of read()) {
        if (page.length === 0) continue;
        yield (any ? "" : "<ol>") + page.map((row) => `<li>${shown(row)}</li>`).join("");
        any = true;
      }
      yield any ? "</ol>" : "–";
    }
    yield "</section>";
  }
  yield "</main></body></html>\n";
}
