import { feedBroken } from "./feed-broken.ts";
import type { FeedFormat } from "./feed-row.ts";

/** Enough of the beginning to tell, and so many blanks before it at most. */
const headLength = 8192;
const maxBlanks = 1_000_000;

export type SniffedText = { readonly format: FeedFormat; readonly text: AsyncIterable<string> };

/** Tells the format from the text itself: what a file is called and what a server says of it is often wrong. */
export async function sniffFormat(pieces: AsyncIterable<string>, said: FeedFormat | null): Promise<SniffedText> {
  const reader = pieces[Symbol.asyncIterator]();
  const kept: string[] = [];
  let head = "";
  let ended = false;
  while (!ended && head.trimStart().length < headLength && head.length < maxBlanks) {
    const next = await reader.next();
    if (next.done === true) ended = true;
    else {
      kept.push(next.value);
      head += next.value;
    }
  }
  async function* text(): AsyncGenerator<string> {
    try {
      yield* kept.splice(0);
      while (!ended) {
        const next = await reader.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await reader.return?.();
    }
  }
  return { format: said ?? formatOf(head.replace(/^\uFEFF/, "").trimStart()), text: text() };
}

function formatOf(head: string): FeedFormat {
  if (head.trim() === "") throw feedBroken("it is empty");
  if (head.startsWith("<")) return isPage(head) ? "page" : "xml";
  if (head.startsWith("{") || head.startsWith("[")) return "jsonl";
  const firstLine = head.split(/\r\n|\n|\r/, 1)[0]!;
  return firstLine.includes("\t") ? "tsv" : "csv";
}

/** The first element decides. */
function isPage(head: string): boolean {
  if (/^<!doctype\s+html/i.test(head)) return true;
  const first = /<([A-Za-z][\w:.-]*)/.exec(head.replace(/<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<![^>]*>/g, ""))?.[1]?.toLowerCase();
  return first !== undefined && ["html", "head", "body", "script", "div", "main", "section", "meta", "title", "link", "article"].includes(first);
}
