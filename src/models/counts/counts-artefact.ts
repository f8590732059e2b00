import type { ItemId } from "#domain/ids.ts";
import type { PairCounts } from "#kernels/pair-counts.ts";
import { symmetricRows } from "#kernels/symmetric-rows.ts";
import { type Artefact, decodeArtefact, encodeArtefact } from "../artefact.ts";
import { type Counts, emptyCounts } from "./counts.ts";
import { statisticsOf } from "./statistics-of.ts";

const kind = "counts";
const version = 2;
/** Of before transitions were counted. */
const versionWithoutTransitions = 1;
const pairNumbers = 6;
type Meta = { ids: ItemId[]; totals: Counts["totals"] };

/**
 * The counts as bytes. Canonical: equal counts give equal bytes, whatever was added and taken away to get there, so
 * items are in order of id, those without any count are left out, and pairs are sorted.
 */
export function encodeCounts(counts: Counts): Uint8Array {
  const live = [...counts.ids.ids().keys()].filter(
    (index) => counts.support[index] !== 0 || counts.basketSupport[index] !== 0 || counts.nearDiagonal[index] !== 0 || counts.days[index]!.size > 0,
  );
  live.sort((a, b) => (counts.ids.idOf(a) < counts.ids.idOf(b) ? -1 : 1));
  const positions = new Int32Array(counts.ids.size()).fill(-1);
  for (const [position, index] of live.entries()) positions[index] = position;
  const days = live.flatMap((index, position) =>
    [...counts.days[index]!].sort(([a], [b]) => a - b).flatMap(([day, weight]) => [position, day, weight]),
  );
  const meta: Meta = { ids: live.map((index) => counts.ids.idOf(index)), totals: counts.totals };
  const of = (numbers: readonly number[]) => Int32Array.from(live, (index) => numbers[index]!);
  return encodeArtefact({
    kind,
    version,
    meta,
    sections: {
      support: of(counts.support),
      nearDiagonal: of(counts.nearDiagonal),
      again: of(counts.again),
      basketSupport: of(counts.basketSupport),
      pairs: pairTable(counts, live),
      basketPairs: basketTable(counts.basketPairs, positions, live.length),
      days: Int32Array.from(days),
    },
  });
}

/** Rows of (low, high, both, near, low first, high first), sorted. */
function pairTable(counts: Counts, live: readonly number[]): Int32Array {
  const { starts, columns, both, near, before } = statisticsOf(counts, live);
  const table = new Int32Array((columns.length / 2) * pairNumbers);
  // Per row, the place of the next column below the diagonal: that is where the other direction of a pair stands.
  const mirror = starts.slice(0, live.length);
  let filled = 0;
  for (let row = 0; row < live.length; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const column = columns[at]!;
      if (column < row) continue;
      const there = mirror[column]!++;
      for (const number of [row, column, both[at]!, near[at]!, before[there]!, before[at]!]) table[filled++] = number;
    }
  }
  return table;
}

/** Rows of (low, high, count), sorted. */
function basketTable(pairs: PairCounts, position: Int32Array, n: number): Int32Array {
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

/** False for counts of a version that did not count all that is counted now: they must be made again from the log. */
export function countsAreCurrent(bytes: Uint8Array): boolean {
  return decodeArtefact(bytes, kind, versionWithoutTransitions, version).version === version;
}

export function decodeCounts(bytes: Uint8Array): Counts {
  const { meta, sections }: Artefact = decodeArtefact(bytes, kind, version);
  const counts = emptyCounts(sections.pairs!.length / pairNumbers, sections.basketPairs!.length / 3);
  const { ids, totals } = meta as Meta;
  for (const [position, itemId] of ids.entries()) {
    counts.ids.add(itemId);
    counts.support.push(sections.support![position]!);
    counts.nearDiagonal.push(sections.nearDiagonal![position]!);
    counts.again.push(sections.again![position]!);
    counts.basketSupport.push(sections.basketSupport![position]!);
    counts.days.push(new Map());
  }
  const days = sections.days!;
  for (let at = 0; at < days.length; at += 3) counts.days[days[at]!]!.set(days[at + 1]!, days[at + 2]!);
  const pairs = sections.pairs!;
  for (let at = 0; at < pairs.length; at += pairNumbers) {
    counts.pairs.add(pairs[at]!, pairs[at + 1]!, pairs[at + 2]!, pairs[at + 3]!, pairs[at + 4]!, pairs[at + 5]!);
  }
  const basketPairs = sections.basketPairs!;
  for (let at = 0; at < basketPairs.length; at += 3) counts.basketPairs.add(basketPairs[at]!, basketPairs[at + 1]!, basketPairs[at + 2]!);
  Object.assign(counts.totals, totals);
  return counts;
}
