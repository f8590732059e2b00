import type { ItemId } from "#domain/ids.ts";
import type { PairCounts } from "#kernels/pair-counts.ts";
import { symmetricRows } from "#kernels/symmetric-rows.ts";
import { type Artefact, decodeArtefact, encodeArtefact } from "../artefact.ts";
import { type Counts, emptyCounts } from "./counts.ts";
import { countsOfPeriod, livePeriods, type PeriodCounts } from "./period-counts.ts";
import { statisticsOf } from "./statistics-of.ts";

const kind = "counts";
/** 1 had no transitions; 2 had no periods, and other strengths. */
const version = 3;
const oldVersions = [1, 2];
const pairNumbers = 6;
const ownNumbers = 4;
/** Period, and how many rows of `pairs` and of `own` are of it. */
const periodNumbers = 3;
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
  const of = (numbers: readonly number[]) => Int32Array.from(live, (index) => numbers[index]!);
  const periods = livePeriods(counts.periods).map((period) => ({
    period: period.period,
    pairs: pairTable(period, live, counts.ids.size()),
    own: ownTable(period, positions),
  }));
  return encodeArtefact({
    kind,
    version,
    meta,
    sections: {
      support: of(counts.support),
      basketSupport: of(counts.basketSupport),
      periods: Int32Array.from(periods.flatMap(({ period, pairs, own }) => [period, pairs.length / pairNumbers, own.length / ownNumbers])),
      pairs: joined(periods.map(({ pairs }) => pairs)),
      own: joined(periods.map(({ own }) => own)),
      basketPairs: basketTable(counts.basketPairs, positions, live.length),
      days: Int32Array.from(days),
    },
  });
}

function joined(tables: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(tables.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const table of tables) {
    all.set(table, filled);
    filled += table.length;
  }
  return all;
}

/** Rows of (item, Σ strength², near, again), sorted. */
function ownTable({ own }: PeriodCounts, positions: Int32Array): Int32Array {
  const rows: [number, number, number, number][] = [];
  own.forEach((item, both, near, again) => {
    rows.push([positions[item]!, both, near, again]);
  });
  rows.sort(([a], [b]) => a - b);
  return Int32Array.from(rows.flat());
}

/** Rows of (low, high, both, near, low first, high first), sorted. */
function pairTable(period: PeriodCounts, live: readonly number[], size: number): Int32Array {
  const { starts, columns, both, near, before } = statisticsOf([{ ...period, weight: 1 }], live, size);
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
  return decodeArtefact(bytes, kind, ...oldVersions, version).version === version;
}

export function decodeCounts(bytes: Uint8Array): Counts {
  const { meta, sections }: Artefact = decodeArtefact(bytes, kind, version);
  const counts = emptyCounts(sections.basketPairs!.length / 3);
  const { ids, totals } = meta as Meta;
  for (const [position, itemId] of ids.entries()) {
    counts.ids.add(itemId);
    counts.support.push(sections.support![position]!);
    counts.basketSupport.push(sections.basketSupport![position]!);
    counts.days.push(new Map());
  }
  const days = sections.days!;
  for (let at = 0; at < days.length; at += 3) counts.days[days[at]!]!.set(days[at + 1]!, days[at + 2]!);
  const [periods, pairs, own] = [sections.periods!, sections.pairs!, sections.own!];
  let [pair, one] = [0, 0];
  for (let at = 0; at < periods.length; at += periodNumbers) {
    const [period, pairRows, ownRows] = [periods[at]!, periods[at + 1]!, periods[at + 2]!];
    const into = countsOfPeriod(counts.periods, period, pairRows, ownRows);
    for (const end = pair + pairRows * pairNumbers; pair < end; pair += pairNumbers)
      into.pairs.add(pairs[pair]!, pairs[pair + 1]!, pairs[pair + 2]!, pairs[pair + 3]!, pairs[pair + 4]!, pairs[pair + 5]!);
    for (const end = one + ownRows * ownNumbers; one < end; one += ownNumbers) into.own.add(own[one]!, own[one + 1]!, own[one + 2]!, own[one + 3]!);
  }
  const basketPairs = sections.basketPairs!;
  for (let at = 0; at < basketPairs.length; at += 3) counts.basketPairs.add(basketPairs[at]!, basketPairs[at + 1]!, basketPairs[at + 2]!);
  Object.assign(counts.totals, totals);
  return counts;
}
