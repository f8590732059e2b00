import { SaxesParser, type SaxesTagPlain } from "saxes";
import { feedBroken } from "./feed-broken.ts";
import { type FeedRow, type FeedRows, type FieldValue, maxFields, maxValueLength, plainName } from "./feed-row.ts";

/** One product is one of these: RSS 2.0 and 1.0, Atom, and what shops make up. */
const itemNames = new Set(["item", "entry", "product"]);
/** What RSS and Atom say of the entry and not of the product. */
const ofTheEntry = new Set(["guid", "pubdate", "comments", "author", "source", "updated", "published", "enclosure", "rights", "contributor"]);
const maxDepth = 64;
const googleNamespace = /^https?:\/\/base\.google\.com\//i;

/** Characters that XML cannot hold. They become one that it can and the mapping refuses, so that one bad row is one bad row. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const lone = "\u0080";

type Field = {
  readonly name: string;
  readonly google: boolean;
  text: string;
  group: Map<string, string[]> | null;
  inner: { name: string; text: string } | null;
};
type Item = { readonly google: Map<string, FieldValue[]>; readonly plain: Map<string, FieldValue[]>; count: number };

/** RSS 2.0 and Atom with Google's `g:` names, as a stream: no more than one product is held. Entities other than XML's own are refused. */
export async function* readXml(pieces: AsyncIterable<string>): FeedRows {
  const done: FeedRow[] = [];
  const reader = createReader((row) => done.push(row));
  let isFirst = true;
  for await (const piece of pieces) {
    const text = isFirst ? piece.replace(/^\uFEFF/, "").trimStart() : piece;
    if (text === "") continue;
    isFirst = false;
    reader.write(text.replace(notXml, lone));
    if (done.length > 0) yield done.splice(0);
  }
  reader.close();
  if (done.length > 0) yield done.splice(0);
}

function createReader(found: (row: FeedRow) => void): { write(text: string): void; close(): void } {
  const parser = new SaxesParser({ xmlns: false, position: true });
  /** Prefixes that stand for Google's names; `g` does whether it is declared or not. */
  const prefixes = new Set(["g", "c"]);
  let depth = 0;
  let itemDepth = 0;
  let rows = 0;
  let item: Item | null = null;
  let field: Field | null = null;
  let read = 0;
  let readAtLastTag = 0;
  let readAtItem = 0;

  const broken = (reason: string): Error => feedBroken(`line ${parser.line}: ${reason}`);
  parser.on("error", (error) => {
    throw broken(error.message.replace(/^\d+:\d+: /, "").replace(/\.$/, ""));
  });
  parser.on("doctype", (doctype) => {
    if (/<!ENTITY/i.test(doctype)) throw broken("it declares entities, which are not taken");
  });

  parser.on("opentag", ({ name, attributes }: SaxesTagPlain) => {
    readAtLastTag = read;
    depth++;
    if (depth > maxDepth) throw broken("elements are nested too deep");
    for (const [attribute, value] of Object.entries(attributes))
      if (attribute.startsWith("xmlns:") && googleNamespace.test(value)) prefixes.add(attribute.slice(6));
    const colon = name.indexOf(":");
    const prefix = colon < 0 ? null : name.slice(0, colon);
    const local = (colon < 0 ? name : name.slice(colon + 1)).toLowerCase();
    if (item === null) {
      if (depth > 1 && prefix === null && itemNames.has(local)) {
        item = { google: new Map(), plain: new Map(), count: 0 };
        itemDepth = depth;
        readAtItem = read;
      }
      return;
    }
    if (depth === itemDepth + 1) {
      const known = prefix === null ? !ofTheEntry.has(local) : prefixes.has(prefix);
      field = known ? { name: plainName(local), google: prefix !== null, text: attributeValue(local, attributes), group: null, inner: null } : null;
    } else if (depth === itemDepth + 2 && field !== null) {
      field.group ??= new Map();
      field.inner = { name: plainName(local), text: "" };
    }
  });

  function take(text: string): void {
    if (field === null) return;
    if (field.inner === null) field.text += text;
    else field.inner.text += text;
  }
  parser.on("text", take);
  parser.on("cdata", take);

  parser.on("closetag", () => {
    readAtLastTag = read;
    if (item !== null && field !== null && depth === itemDepth + 2 && field.inner !== null) {
      const { name, text } = field.inner;
      if (text.trim() !== "") add(field.group!, name, text.trim());
      field.inner = null;
    } else if (item !== null && field !== null && depth === itemDepth + 1) {
      const value: FieldValue = field.group === null ? field.text.trim() : recordOf(field.group);
      if (value !== "" && item.count < maxFields) {
        item.count++;
        add(field.google ? item.google : item.plain, field.name, value);
      }
      field = null;
    } else if (item !== null && depth === itemDepth) {
      rows++;
      // What Google's own name says counts before what RSS or Atom says under the same.
      found({ row: rows, fields: new Map([...item.plain, ...item.google]), broken: null });
      item = null;
    }
    depth--;
  });

  return {
    write(text) {
      read += text.length;
      parser.write(text);
      if (item !== null && read - readAtItem > 2 * maxValueLength) throw broken("one product is longer than any can be");
      if (read - readAtLastTag > maxValueLength) throw broken(`one value is longer than ${maxValueLength} characters`);
    },
    close: () => void parser.close(),
  };
}

/** Atom says some things in an attribute: `<link href>`, `<category term>`. */
function attributeValue(local: string, attributes: Readonly<Record<string, string>>): string {
  if (local === "link") return attributes.rel === undefined || attributes.rel === "alternate" ? (attributes.href ?? "") : "";
  return local === "category" ? (attributes.term ?? "") : "";
}

function add<Value>(map: Map<string, Value[]>, name: string, value: Value): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [value]);
  else known.push(value);
}

function recordOf(group: ReadonlyMap<string, readonly string[]>): Record<string, string | readonly string[]> {
  return Object.fromEntries([...group].map(([name, values]) => [name, values.length === 1 ? values[0]! : values]));
}
