import { Parser } from "htmlparser2";
import { feedBroken } from "./feed-broken.ts";
import type { FeedRow, FeedRows } from "./feed-row.ts";
import { productsOf } from "./json-ld-products.ts";

const maxPageLength = 20_000_000;

/** The products that a web page describes in JSON-LD (schema.org). Each script is read on its own: a broken one stops no other. */
export async function* readPage(pieces: AsyncIterable<string>, address: string | null): FeedRows {
  const scripts: string[] = [];
  let open = false;
  let canonical: string | null = null;
  let base: string | null = null;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === "script" && /^\s*application\/ld\+json\s*(;|$)/i.test(attributes.type ?? "")) {
        open = true;
        scripts.push("");
      }
      if (name === "link" && /(^|\s)canonical(\s|$)/i.test(attributes.rel ?? "")) canonical ??= attributes.href ?? null;
      if (name === "base") base ??= attributes.href ?? null;
    },
    ontext(text) {
      if (open) scripts.push(scripts.pop()! + text);
    },
    onclosetag(name) {
      if (name === "script") open = false;
    },
  });
  let length = 0;
  let isBare: boolean | null = null;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > maxPageLength) throw feedBroken(`the page is longer than ${maxPageLength} characters`);
    // A file of JSON-LD alone is one script.
    isBare ??= /^[\s\ufeff]*[[{]/.test(piece);
    if (isBare) scripts.push((scripts.pop() ?? "") + piece.replace(/^\ufeff/, ""));
    else parser.write(piece);
  }
  parser.end();
  const pageUrl = resolved(canonical, resolved(base, address)) ?? address;
  const read = scripts.map(readScript);
  const rows: FeedRow[] = productsOf(
    read.flatMap((script) => (script.ok ? [script.value] : [])),
    pageUrl,
  ).map((fields, at) => ({ row: at + 1, fields, broken: null }));
  for (const [at, script] of read.entries()) if (!script.ok) rows.push({ row: at + 1, fields: new Map(), broken: "SCRIPT_NOT_JSON" });
  if (rows.length > 0) yield rows;
}

function resolved(address: string | null, base: string | null): string | null {
  return address === null ? base : (URL.parse(address, base ?? undefined)?.href ?? base);
}

type Script = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

function readScript(text: string): Script {
  const bare = text
    .replace(/^\s*(<!--|\/\/\s*<!\[CDATA\[|\/\*\s*<!\[CDATA\[\s*\*\/|<!\[CDATA\[)/, "")
    .replace(/(-->|\/\/\s*\]\]>|\/\*\s*\]\]>\s*\*\/|\]\]>)\s*$/, "")
    .replace(/;\s*$/, "");
  for (const attempt of [bare, withoutLineBreaks(bare)]) {
    try {
      return { ok: true, value: JSON.parse(attempt) };
    } catch {
      // The next attempt, or a script that is told as broken.
    }
  }
  return { ok: false };
}

/** Templates write line breaks into texts as they are; JSON wants none there, and they matter nowhere else. */
function withoutLineBreaks(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\u0000-\u001f]+/g, " ");
}
