// SQLite's own "secure_delete" wipes rows that are deleted. Copies that it left behind when it moved a row to another page lie
// in what a page does not use: https://www.sqlite.org/fileformat2.html, sections 1.5 (free pages) and 1.6 (b-tree pages).

const interior = new Set([2, 5]);
const leaves = new Set([10, 13]);

/** Wipes what a b-tree page does not use; false when it is none, or nothing was there. */
export function cleanTreePage(page: Buffer, isFirst: boolean): boolean {
  const head = isFirst ? 100 : 0;
  const type = page[head]!;
  if (!interior.has(type) && !leaves.has(type)) return false;
  const cells = page.readUInt16BE(head + 3);
  const contentStart = page.readUInt16BE(head + 5) || 65_536;
  const gapStart = head + (interior.has(type) ? 12 : 8) + 2 * cells;
  if (gapStart > contentStart || contentStart > page.length) return false;
  const before = Buffer.from(page);
  page.fill(0, gapStart, contentStart);
  let block = page.readUInt16BE(head + 1);
  // Free blocks stand in ascending order: each says where the next is, and how long it is itself.
  while (block >= contentStart && block + 4 <= page.length) {
    const next = page.readUInt16BE(block);
    const size = page.readUInt16BE(block + 2);
    if (size < 4 || block + size > page.length) break;
    page.fill(0, block + 4, block + size);
    if (next <= block) break;
    block = next;
  }
  return !before.equals(page);
}

/** Numbers (from 0) of the pages that nothing is in, by the list of them; `read` gives a page. */
export function freePages(first: Buffer, read: (number: number) => Buffer): Set<number> {
  const free = new Set<number>();
  const pageCount = first.readUInt32BE(28);
  let trunk = first.readUInt32BE(32);
  const seen = new Set<number>();
  while (trunk !== 0 && trunk <= pageCount && !seen.has(trunk)) {
    seen.add(trunk);
    const page = read(trunk - 1);
    const count = page.readUInt32BE(4);
    for (let at = 0; at < count && 8 + 4 * at + 4 <= page.length; at++) free.add(page.readUInt32BE(8 + 4 * at) - 1);
    trunk = page.readUInt32BE(0);
  }
  return free;
}
