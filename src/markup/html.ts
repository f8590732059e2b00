// Everything put into a template is text unless it came out of one: forgetting to escape is not possible.

const markup: unique symbol = Symbol("markup");
export type Html = { readonly [markup]: string };
export type HtmlValue = string | number | Html | readonly Html[] | null | undefined | false;

export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { [markup]: strings.reduce((text, part, at) => text + part + (at < values.length ? toMarkup(values[at]) : ""), "") };
}

/** For text that this house wrote itself (style sheet, drawings), never for anything that came in. */
export function trustedMarkup(text: string): Html {
  return { [markup]: text };
}

export function renderHtml(page: Html): string {
  return page[markup];
}

function toMarkup(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return "";
  if (typeof value === "string" || typeof value === "number") return escapeText(String(value));
  if (markup in value) return value[markup];
  return value.map((part) => part[markup]).join("");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
