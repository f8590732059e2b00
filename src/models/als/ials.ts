import { fullWeight } from "#domain/event-weight.ts";
import { factorizeImplicit, type WeightedRows } from "#kernels/factorize-implicit.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { personRowsOf } from "../counts/person-rows.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { ModelFactory } from "../model.ts";
import { type History, inOrder } from "../step.ts";
import { createFactorModel } from "./factor-model.ts";

/** What the papers found on four data sets; libraries' usual defaults are far from it. */
const defaults = { factors: 64, regularization: 0.003, unobserved: 0.1, epochs: 16, blockSize: 32 } as const;

/**
 * Implicit ALS with frequency-scaled regularisation, solved by blocks (Hu, Koren and Volinsky 2008; Rendle et al., "Revisiting
 * the Performance of iALS", RecSys 2022, and "iALS++", 2021). Only the factors of items are kept; whoever asks is
 * folded in by the same least squares, so their score is a sum over what they did.
 */
export const ials: ModelFactory = {
  name: "ials",
  needs: "history",
  explains: "sum",
  space: {
    factors: { kind: "choice", values: [32, 64, 128, 256] },
    regularization: { kind: "log", low: 5e-4, high: 0.05 },
    unobserved: { kind: "log", low: 0.005, high: 1 },
    epochs: { kind: "linear", low: 8, high: 24, integer: true },
    blockSize: { kind: "choice", values: [32, 64] },
  },
  fit({ histories }, { seed, params = {} }) {
    const settings = { ...defaults, ...params };
    const { ids, rows } = rowsOf(histories);
    // More dimensions than people or items only memorise.
    const factors = Math.min(settings.factors, Math.max(8, Math.ceil(Math.min(ids.size(), rows.starts.length - 1) / 2)));
    const learnt = factorizeImplicit(rows, ids.size(), { ...settings, factors }, createSeededRandom(seed));
    return createFactorModel(
      "ials",
      ids,
      learnt,
      { ...settings, factors },
      { items: ids.size(), people: rows.starts.length - 1, events: rows.columns.length },
    );
  },
};

/** Who likes what and how much (1 a purchase), people without any left out; items that nobody likes have no index. */
function rowsOf(histories: readonly History[]): { ids: IdMap; rows: WeightedRows } {
  const all = createIdMap();
  const people = histories.map((steps) => personRowsOf(inOrder(steps), (itemId) => all.add(itemId))).filter(({ items }) => items.length > 0);
  const position = new Int32Array(all.size()).fill(-1);
  const ids = createIdMap();
  const starts = new Int32Array(people.length + 1);
  for (const [person, { items }] of people.entries()) {
    starts[person + 1] = starts[person]! + items.length;
    for (const item of items) if (position[item] === -1) position[item] = ids.add(all.idOf(item));
  }
  const columns = new Int32Array(starts.at(-1)!);
  const weights = new Float32Array(columns.length);
  for (const [person, { items, strengths }] of people.entries()) {
    for (let at = 0; at < items.length; at++) {
      columns[starts[person]! + at] = position[items[at]!]!;
      weights[starts[person]! + at] = strengths[at]! / fullWeight;
    }
  }
  return { ids, rows: { starts, columns, weights } };
}
