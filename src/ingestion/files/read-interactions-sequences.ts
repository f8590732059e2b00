import { basename } from "node:path";
import type { ItemId } from "#domain/ids.ts";
import { isUsableId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { bytesOf } from "./beginning-of.ts";
import type { Interaction, Interactions } from "./read-interactions.ts";
import { refuseUnreadable, sniffFile } from "./sniff-file.ts";

/**
 * Reads lines of `user item item item …`, parted by blanks (or by commas, where there is no blank), the items in the order of time; also gzipped. A user who
 * has several lines goes on where the last one ended. There are no times: `at` is the place in the line, from 1.
 */
export async function readSequences(path: string): Promise<Result<Interactions>> {
  const sniffed = await sniffFile(path);
  if (!sniffed.ok) return sniffed;
  const name = basename(path);
  if (sniffed.value.format !== "text") return refuse("FILE_UNREADABLE", `${name} is not text; sequences are lines of: user item item item …`);
  const byUser = new Map<string, Interaction[]>();
  const items = new Map<string, ItemId>();
  try {
    for await (const line of linesOf(sniffed.value)) {
      const [user, ...chosen] = wordsOf(line);
      if (user === undefined || chosen.length === 0) continue;
      const known = byUser.get(user) ?? [];
      byUser.set(user, known);
      for (const word of chosen) {
        if (!isUsableId(word))
          return refuse("FILE_UNREADABLE", `${name} has an item of ${word.length} characters; sequences are lines of: user item item item …`);
        const itemId = items.get(word) ?? (word as ItemId);
        items.set(word, itemId);
        known.push({ itemId, type: "purchase", at: known.length + 1, order: null });
      }
    }
  } catch (error) {
    return refuseUnreadable(error, name);
  }
  if (byUser.size === 0) return refuse("NOT_ENOUGH_DATA", `${name} has no line of: user item item item …`);
  return succeed({ byUser, timed: false, columns: {}, notes: [] });
}

function wordsOf(line: string): string[] {
  const text = line.replace(/^\uFEFF/, "").trim();
  return text.split(/\s/.test(text) && !/^[^\s,]+,\s/.test(text) ? /\s+/ : /\s*,\s*/).filter((word) => word !== "");
}

async function* linesOf(file: { readonly path: string; readonly gzipped: boolean }): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of bytesOf(file)) {
    const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  yield rest + decoder.decode();
}
