/** A document as data: sections of paragraphs, lists and tables; written out as Markdown, HTML or JSON. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
export type Section = { readonly title: string; readonly blocks: readonly Block[] };
export type ShopDocument = { readonly title: string; readonly language: "en"; readonly at: string; readonly sections: readonly Section[] };

export const documentFormats = ["md", "html", "json"] as const;
export type DocumentFormat = (typeof documentFormats)[number];

export const text = (words: string): Block => ({ kind: "text", text: words });
export const list = (items: readonly string[]): Block => ({ kind: "list", items });
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): Block => ({ kind: "table", head, rows });

const oneLine = (words: string) => words.replace(/\s+/g, " ").trim();
const inMarkdown = (words: string) => oneLine(words).replace(/[\\`*_{}[\]<>#|]/g, (mark) => `\\${mark}`);
const rowInMarkdown = (cells: readonly string[]) => `| ${cells.map(inMarkdown).join(" | ")} |`;

function blockToMarkdown(block: Block): string {
  if (block.kind === "text") return inMarkdown(block.text);
  if (block.kind === "list") return block.items.map((item) => `- ${inMarkdown(item)}`).join("\n");
  return [rowInMarkdown(block.head), `|${" --- |".repeat(block.head.length)}`, ...block.rows.map(rowInMarkdown)].join("\n");
}

export function toMarkdown({ title, at, sections }: ShopDocument): string {
  const parts = sections.map((section) => [`## ${inMarkdown(section.title)}`, ...section.blocks.map(blockToMarkdown)].join("\n\n"));
  return `${[`# ${inMarkdown(title)}`, `Made on ${at} from what is in force.`, ...parts].join("\n\n")}\n`;
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const inHtml = (words: string) => words.replace(/[&<>"']/g, (mark) => escapes[mark]!);
const cells = (row: readonly string[], tag: "td" | "th") => `<tr>${row.map((cell) => `<${tag}>${inHtml(cell)}</${tag}>`).join("")}</tr>`;

function blockToHtml(block: Block): string {
  if (block.kind === "text") return `<p>${inHtml(block.text)}</p>`;
  if (block.kind === "list") return `<ul>${block.items.map((item) => `<li>${inHtml(item)}</li>`).join("")}</ul>`;
  return `<table><thead>${cells(block.head, "th")}</thead><tbody>${block.rows.map((row) => cells(row, "td")).join("\n")}</tbody></table>`;
}

const style =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}";

/** One page that needs nothing else, and runs nothing. */
export function toHtml({ title, language, at, sections }: ShopDocument): string {
  const parts = sections.map((section) => `<section><h2>${inHtml(section.title)}</h2>\n${section.blocks.map(blockToHtml).join("\n")}</section>`);
  return `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${inHtml(title)}</title>
<style>${style}</style></head><body><h1>${inHtml(title)}</h1><p>Made on ${inHtml(at)} from what is in force.</p>\n${parts.join("\n")}</body></html>\n`;
}

export function writeDocument(document: ShopDocument, format: DocumentFormat): string {
  if (format === "json") return `${JSON.stringify(document, null, 2)}\n`;
  return format === "md" ? toMarkdown(document) : toHtml(document);
}
