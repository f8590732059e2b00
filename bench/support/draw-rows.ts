import type { SeededRandom } from "#kernels/seeded-random.ts";
import type { CountRows } from "#kernels/sparse-rows.ts";

/** People with skewed numbers of skewed items, as in ML-1M. */
export function drawRows(random: SeededRandom, rowCount: number, columnCount: number, wanted: number): CountRows {
  const sizes = Array.from({ length: rowCount }, () => Math.exp(random.normal()));
  const scale = wanted / sizes.reduce((a, b) => a + b, 0);
  const lists = sizes.map((size) => {
    const list = new Set<number>();
    const length = Math.min(columnCount / 2, Math.max(2, Math.round(size * scale)));
    while (list.size < length) list.add(Math.floor(columnCount * random.next() ** 2));
    return [...list].sort((a, b) => a - b);
  });
  const starts = new Int32Array(rowCount + 1);
  for (const [row, list] of lists.entries()) starts[row + 1] = starts[row]! + list.length;
  const columns = Int32Array.from(lists.flat());
  return { starts, columns, counts: Int32Array.from(columns, () => 1 + random.int(3)) };
}
