import { Parser } from "htmlparser2";

const looksLikeHtml = /<[a-z!/?]|&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});/i;
/** White space that is not single spaces. */
const uneven = /[^\S ]| {2}/;
const blocks = new Set([
  "p",
  "br",
  "div",
  "li",
  "ul",
  "ol",
  "tr",
  "td",
  "th",
  "table",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "section",
  "article",
  "hr",
]);
const silent = new Set(["script", "style", "template", "noscript", "iframe"]);

/** What a reader would see of it: no tags, no entities, white space as single spaces. */
export function plainText(value: string): string {
  const text = looksLikeHtml.test(value) ? withoutTags(value) : value;
  return (uneven.test(text) ? text.replace(/\s+/g, " ") : text).trim();
}

function withoutTags(html: string): string {
  let text = "";
  let hidden = 0;
  const space = (name: string) => {
    if (blocks.has(name)) text += " ";
  };
  const parser = new Parser(
    {
      onopentag(name) {
        if (silent.has(name)) hidden++;
        space(name);
      },
      onclosetag(name) {
        if (silent.has(name)) hidden--;
        space(name);
      },
      ontext(part) {
        if (hidden === 0) text += part;
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return text;
}
