import type { ItemId } from "#domain/ids.ts";
import type { PairCounts } from "#kernels/pair-counts.ts";
import { type Artefact, decodeArtefact, encodeArtefact } from "../artefact.ts";
import { type Counts, emptyCounts } from "./counts.ts";

const kind = "counts";
const version = 1;
type Meta = { ids: ItemId[]; totals: Counts["totals"] };

/**
 * The counts as bytes. Canonical: equal counts give equal bytes, whatever was added and taken away to get there, so
 * items are in order of id, those without any count are left out, and pairs are sorted.
 */
export function encodeCounts(counts: Counts): Uint8Array {
  const live = [...counts.ids.ids().keys()].filter(
    (index) => counts.support[index] !== 0 || counts.basketSupport[index] !== 0 || counts.days[index]!.size > 0,
  );
  live.sort((a, b) => (counts.ids.idOf(a) < counts.ids.idOf(b) ? -1 : 1));
  const renumbered = new Map(live.map((index, position) => [index, position]));
  const days = live.flatMap((index, position) =>
    [...counts.days[index]!].sort(([a], [b]) => a - b).flatMap(([day, weight]) => [position, day, weight]),
  );
  const meta: Meta = { ids: live.map((index) => counts.ids.idOf(index)), totals: counts.totals };
  return encodeArtefact({
    kind,
    version,
    meta,
    sections: {
      support: Int32Array.from(live, (index) => counts.support[index]!),
      basketSupport: Int32Array.from(live, (index) => counts.basketSupport[index]!),
      pairs: pairTable(counts.pairs, renumbered),
      basketPairs: pairTable(counts.basketPairs, renumbered),
      days: Int32Array.from(days),
    },
  });
}

/** Rows of (low, high, count), sorted. */
function pairTable(pairs: PairCounts, renumbered: ReadonlyMap<number, number>): Int32Array {
  const size = pairs.size();
  const keys = new Float64Array(size);
  const countOf = new Int32Array(size);
  let filled = 0;
  const span = renumbered.size;
  pairs.forEach((a, b, count) => {
    const [left, right] = [renumbered.get(a)!, renumbered.get(b)!];
    keys[filled] = Math.min(left, right) * span + Math.max(left, right);
    countOf[filled++] = count;
  });
  const order = new Uint32Array(size).map((_, index) => index).sort((a, b) => keys[a]! - keys[b]!);
  const table = new Int32Array(size * 3);
  for (const [row, index] of order.entries()) {
    table[row * 3] = Math.floor(keys[index]! / span);
    table[row * 3 + 1] = keys[index]! % span;
    table[row * 3 + 2] = countOf[index]!;
  }
  return table;
}

export function decodeCounts(bytes: Uint8Array): Counts {
  const { meta, sections }: Artefact = decodeArtefact(bytes, kind, version);
  const counts = emptyCounts();
  const { ids, totals } = meta as Meta;
  for (const [position, itemId] of ids.entries()) {
    counts.ids.add(itemId);
    counts.support.push(sections.support![position]!);
    counts.basketSupport.push(sections.basketSupport![position]!);
    counts.days.push(new Map());
  }
  const days = sections.days!;
  for (let at = 0; at < days.length; at += 3) counts.days[days[at]!]!.set(days[at + 1]!, days[at + 2]!);
  for (const [table, pairs] of [[sections.pairs!, counts.pairs] as const, [sections.basketPairs!, counts.basketPairs] as const]) {
    for (let at = 0; at < table.length; at += 3) pairs.add(table[at]!, table[at + 1]!, table[at + 2]!);
  }
  Object.assign(counts.totals, totals);
  return counts;
}
