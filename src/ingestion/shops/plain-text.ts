import { Parser } from "htmlparser2";
import { type Fields, textIn } from "./read-fields.ts";

const unread: ReadonlySet<string> = new Set(["script", "style", "template", "noscript"]);

/** The words of an HTML text, for learning from and for showing as text; it is never shown as HTML. */
export function plainText(html: string, maxLength: number): string {
  const parts: string[] = [];
  let unreadDepth = 0;
  const parser = new Parser({
    onopentagname(name) {
      if (unread.has(name)) unreadDepth++;
      parts.push(" ");
    },
    onclosetag(name) {
      if (unread.has(name)) unreadDepth--;
      parts.push(" ");
    },
    ontext(text) {
      if (unreadDepth === 0) parts.push(text);
    },
  });
  // Markup outweighs words, but not without end.
  parser.write(html.slice(0, 10 * maxLength));
  return parts
    .join("")
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .toWellFormed()
    .slice(0, maxLength)
    .toWellFormed();
}

const maxTitleLength = 1000;

/** A short text of a payload, such as a title: some platforms write those as HTML, too. */
export function plainTextIn(fields: Fields, name: string): string | null {
  const text = textIn(fields, name);
  return text === null ? null : plainText(text, maxTitleLength) || null;
}
