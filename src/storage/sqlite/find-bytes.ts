import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const pieceBytes = 4 * 1024 * 1024;
/** What is looked up is words of four bytes. */
const wordBytes = 4;
/** More words than this would be met by chance too often. */
const mostWords = 32_768;

export type Hit = { readonly needle: number; readonly offset: number };

const slotOf = (word: number) => Math.imul(word, 0x9e3779b1) >>> 12;

/**
 * Looks for many texts at once. Only the words at every so many bytes are looked up, among all words at the beginnings of the
 * needles: whatever stands there has one of them at such a place (as in Wu and Manber, A fast algorithm for multi-pattern searching,
 * 1994). Needles shorter than a word are not found.
 */
export function createFinder(needles: readonly Buffer[]) {
  const lengths = needles.map(({ length }) => length).filter((length) => length >= wordBytes);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const shortest = lengths.reduce((least, length) => Math.min(least, length), longest);
  const stride = Math.max(1, Math.min(shortest - wordBytes + 1, Math.floor(mostWords / Math.max(1, lengths.length))));
  const slots = new Uint8Array(1 << 20);
  const byWord = new Map<number, { readonly needle: number; readonly at: number }[]>();
  for (const [needle, text] of needles.entries()) {
    if (text.length < wordBytes) continue;
    for (let at = 0; at < stride; at++) {
      const word = text.readUInt32BE(at);
      slots[slotOf(word)] = 1;
      const others = byWord.get(word);
      if (others === undefined) byWord.set(word, [{ needle, at }]);
      else others.push({ needle, at });
    }
  }

  function find(bytes: Buffer, base: number, hits: Hit[], most: number): void {
    for (let place = 0; place + wordBytes <= bytes.length; place += stride) {
      const word = (bytes[place]! << 24) | (bytes[place + 1]! << 16) | (bytes[place + 2]! << 8) | bytes[place + 3]!;
      if (slots[slotOf(word)] === 0) continue;
      for (const { needle, at } of byWord.get(word >>> 0) ?? []) {
        const [text, start] = [needles[needle]!, place - at];
        if (start >= 0 && start + text.length <= bytes.length && bytes.compare(text, 0, text.length, start, start + text.length) === 0)
          hits.push({ needle, offset: base + start });
        if (hits.length >= most) return;
      }
    }
  }

  return {
    find,
    /** Reads an open file from beginning to end. */
    findInFile(file: number, hits: Hit[], most: number): number {
      const size = fstatSync(file).size;
      const piece = Buffer.alloc(Math.min(pieceBytes, size) + longest);
      for (let start = 0; start < size && hits.length < most; start += pieceBytes) {
        // What begins in this piece may end in the next.
        const read = readSync(file, piece, 0, Math.min(pieceBytes + longest, size - start), start);
        const found: Hit[] = [];
        find(piece.subarray(0, read), start, found, most);
        for (const hit of found) if (hit.offset < start + pieceBytes) hits.push(hit);
      }
      return size;
    },
    findInPath(path: string, hits: Hit[], most: number): number {
      const file = openSync(path, "r");
      try {
        return this.findInFile(file, hits, most);
      } finally {
        closeSync(file);
      }
    },
  };
}
