import type { ItemId } from "#domain/ids.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import type { History } from "#models/step.ts";

/** One sparse row an item, of length 1. Items without a row say nothing of how alike they are to others. */
export type UnitRows = {
  readonly width: number;
  rowOf(itemId: ItemId): { readonly columns: ArrayLike<number>; readonly values: ArrayLike<number> } | null;
};

/** By what the catalogue says of the items. */
export function contentRows({ ids, names, starts, features, values }: ItemContent): UnitRows {
  return {
    width: names.length,
    rowOf(itemId) {
      const index = ids.indexOf(itemId);
      if (index === undefined) return null;
      const own = values.subarray(starts[index]!, starts[index + 1]!);
      let squares = 0;
      for (const value of own) squares += value * value;
      if (squares === 0) return null;
      const length = Math.sqrt(squares);
      return { columns: features.subarray(starts[index]!, starts[index + 1]!), values: Float64Array.from(own, (value) => value / length) };
    },
  };
}

/** By who chose the items: the cosine of two is their co-occurrence, normalised. Only of the items in `wanted`. */
export function personRows(learn: readonly History[], wanted: ReadonlySet<ItemId>): UnitRows {
  const people = new Map<ItemId, number[]>();
  for (const [person, history] of learn.entries()) {
    for (const { itemId, weight } of history) {
      if (weight <= 0 || !wanted.has(itemId)) continue;
      const known = people.get(itemId);
      if (known === undefined) people.set(itemId, [person]);
      else if (known[known.length - 1] !== person) known.push(person);
    }
  }
  const rows = new Map(
    [...people].map(([itemId, columns]) => [itemId, { columns, values: new Float64Array(columns.length).fill(1 / Math.sqrt(columns.length)) }]),
  );
  return { width: learn.length, rowOf: (itemId) => rows.get(itemId) ?? null };
}

/**
 * Mean over the lists of the mean of 1 − cosine over their pairs (intra-list diversity, Ziegler et al., WWW 2005). The
 * cosines of all pairs of n unit rows add up to (‖Σ rows‖² − n) / 2, so no pair is looked at by itself. Null when no
 * list has two items with rows.
 */
export function diversityOf(lists: readonly (readonly ItemId[])[], rows: UnitRows): number | null {
  const sum = new Float64Array(rows.width);
  let [total, counted] = [0, 0];
  for (const list of lists) {
    const present = list.flatMap((itemId) => rows.rowOf(itemId) ?? []);
    if (present.length < 2) continue;
    for (const { columns, values } of present) for (let at = 0; at < columns.length; at++) sum[columns[at]!]! += values[at]!;
    let squares = 0;
    // Each column is cleared when it is first met, so that it counts once.
    for (const { columns } of present) {
      for (let at = 0; at < columns.length; at++) {
        squares += sum[columns[at]!]! ** 2;
        sum[columns[at]!] = 0;
      }
    }
    const pairs = (present.length * (present.length - 1)) / 2;
    total += Math.min(1, Math.max(0, 1 - (squares - present.length) / 2 / pairs));
    counted++;
  }
  return counted === 0 ? null : total / counted;
}
