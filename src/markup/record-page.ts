import { type Html, html } from "./html.ts";

// What is kept of somebody, as people read it: the same words for a copy that is downloaded and one that a shop writes.

/** "occurredAt" as people write it. The words are those of the JSON copy, so that one can be found in the other. */
export const worded = (key: string): string =>
  key
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[-_]/g, " ")
    .toLowerCase();

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

export const nothing = html`–`;
export const listed = (rows: readonly unknown[]): readonly Html[] => rows.map((row) => html`<li>${shown(row)}</li>`);

/** Any value of a JSON document. */
export function shown(value: unknown): Html {
  if (value === null || value === undefined || value === "") return nothing;
  if (Array.isArray(value)) return value.length === 0 ? nothing : html`<ol>${listed(value)}</ol>`;
  if (!isRecord(value)) return html`<bdi>${String(value)}</bdi>`;
  // What says nothing is in the JSON; a reader is spared it.
  const entries = Object.entries(value).filter(([, one]) => one !== null && one !== "");
  if (entries.length === 0) return nothing;
  return html`<dl>${entries.map(([key, one]) => html`<div><dt><bdi>${worded(key)}</bdi></dt><dd>${shown(one)}</dd></div>`)}</dl>`;
}

export const recordStyle =
  ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-inline-size:60rem;margin:2rem auto;padding-inline:1rem;overflow-wrap:anywhere}h2{margin-block:2rem .5rem}dl{margin:0}dl>div{display:grid;grid-template-columns:minmax(7rem,14rem) minmax(0,1fr);gap:.2rem 1rem;padding-block:.2rem}dt{opacity:.75}dd{margin:0}ol{margin:0;padding-inline-start:1.6rem}li{padding-block:.3rem}li+li{border-block-start:1px solid #8884}";
