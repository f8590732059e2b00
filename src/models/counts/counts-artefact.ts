import type { ItemId } from "#domain/ids.ts";
import type { PairCounts } from "#kernels/pair-counts.ts";
import { symmetricRows } from "#kernels/symmetric-rows.ts";
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
  const positions = new Int32Array(counts.ids.size()).fill(-1);
  for (const [position, index] of live.entries()) positions[index] = position;
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
      pairs: pairTable(counts.pairs, positions, live.length),
      basketPairs: pairTable(counts.basketPairs, positions, live.length),
      days: Int32Array.from(days),
    },
  });
}

/** Rows of (low, high, count), sorted. */
function pairTable(pairs: PairCounts, position: Int32Array, n: number): Int32Array {
  const { starts, columns, counts } = symmetricRows(pairs, position, n);
  const table = new Int32Array((columns.length / 2) * 3);
  let filled = 0;
  for (let row = 0; row < n; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      if (columns[at]! < row) continue;
      table[filled++] = row;
      table[filled++] = columns[at]!;
      table[filled++] = counts[at]!;
    }
  }
  return table;
}

export function decodeCounts(bytes: Uint8Array): Counts {
  const { meta, sections }: Artefact = decodeArtefact(bytes, kind, version);
  const counts = emptyCounts(sections.pairs!.length / 3, sections.basketPairs!.length / 3);
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
