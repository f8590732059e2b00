import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const pieceBytes = 4 * 1024 * 1024;
const shortestNeedle = 4;

export type Hit = { readonly needle: number; readonly offset: number };

const slotOf = (word: number) => Math.imul(word, 0x9e3779b1) >>> 12;

/** Looks for many texts at once: by the first four bytes of each, and then for all of it. */
export function createFinder(needles: readonly Buffer[]) {
  const slots = new Uint8Array(1 << 20);
  const byWord = new Map<number, number[]>();
  let longest = 0;
  for (const [index, needle] of needles.entries()) {
    if (needle.length < shortestNeedle) continue;
    longest = Math.max(longest, needle.length);
    const word = needle.readUInt32BE(0);
    slots[slotOf(word)] = 1;
    const others = byWord.get(word);
    if (others === undefined) byWord.set(word, [index]);
    else others.push(index);
  }

  function find(bytes: Buffer, base: number, hits: Hit[], most: number): void {
    let word = 0;
    for (let at = 0; at < bytes.length; at++) {
      word = (word << 8) | bytes[at]!;
      if (slots[slotOf(word)] === 0 || at < 3) continue;
      for (const index of byWord.get(word >>> 0) ?? []) {
        const needle = needles[index]!;
        const start = at - 3;
        if (start + needle.length <= bytes.length && bytes.compare(needle, 0, needle.length, start, start + needle.length) === 0)
          hits.push({ needle: index, offset: base + start });
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
