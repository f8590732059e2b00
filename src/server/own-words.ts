import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL("..", import.meta.url));
/** None with a number in it: that is how people are called in examples, and not how anything is called in a store. */
const words = /(?<![\p{L}\p{N}_])[\p{L}_]+(?:[-.:][\p{L}_]+)*(?![\p{L}\p{N}_])/gu;
let read: ReadonlySet<string> | null = null;

/**
 * Every word that stands in this program: what it calls its tables, columns, fields, kinds and states is among them, and stands in a store
 * wherever anybody is. Read once, in a fraction of a second.
 */
export function ownWords(): ReadonlySet<string> {
  if (read !== null) return read;
  const found = new Set<string>();
  for (const name of readdirSync(sources, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    for (const [word] of readFileSync(`${sources}${name}`, "utf8").matchAll(words)) {
      found.add(word);
      for (const part of word.split(/[-.:]/)) found.add(part);
    }
  }
  read = found;
  return found;
}
