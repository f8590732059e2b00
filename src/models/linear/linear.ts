import { fullWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import type { PairCounts } from "#kernels/pair-counts.ts";
import type { ItemContent } from "../content/item-content.ts";
import { type Counts, countsOf } from "../counts/counts.ts";
import { createIdMap } from "../id-map.ts";
import type { FitOptions, ServableFactory, ServableModel } from "../model.ts";
import type { ParamSpace } from "../params.ts";
import { gramOf } from "./gram.ts";
import { createLinearModel, defaultDecay, loadLinearModel } from "./linear-model.ts";
import { solveDense } from "./solve-dense.ts";
import { solveLocal } from "./solve-local.ts";

/** Up to this many items the dense solve is used: about a second, n² memory. */
const maxDenseItems = 600;

export type LinearParams = {
  /** Ridge on each weight, in people (or baskets): how many must agree before a link counts. */
  readonly lambda: number;
  /** Neighbours per item in the local solve. */
  readonly neighbours: number;
  /** Items liked by fewer are left out. */
  readonly minSupport: number;
  /** Occasions after which an event asks 1/e as loudly as the latest. */
  readonly decay: number;
};

/**
 * Defaults from the shape of the data: the more people (or baskets) there are, the more must agree. Chosen on the
 * validation parts of four real data sets of 943 to 13,858 people.
 */
function defaultsFor(population: number): LinearParams {
  return { lambda: Math.min(200, Math.max(10, population / 10)), neighbours: 100, minSupport: 1, decay: defaultDecay };
}

type Source = {
  readonly name: string;
  readonly description: string;
  readonly unit: number;
  population(counts: Counts): number;
  support(counts: Counts): readonly number[];
  pairs(counts: Counts): PairCounts;
};

const space = {
  lambda: { kind: "log", low: 5, high: 500 },
  neighbours: { kind: "choice", values: [50, 100, 200, 300] },
  decay: { kind: "log", low: 1, high: 100 },
} as const satisfies ParamSpace;

function linearFactory(source: Source): ServableFactory {
  return {
    name: source.name,
    needs: "history",
    explains: "sum",
    space,
    fit: ({ histories, content }, options) => fitCounts(countsOf(histories), content, options),
    fitCounts,
    load: (bytes) => loadLinearModel(source.name, source.description, bytes),
  };

  function fitCounts(counts: Counts, _content: ItemContent | null, options: FitOptions): ServableModel {
    const params = { ...defaultsFor(source.population(counts)), ...options.params };
    const support = source.support(counts);
    // In order of id, so that the model does not depend on the order in which items were first met.
    const kept = [...support.keys()].filter((index) => support[index]! / source.unit >= params.minSupport && support[index]! > 0);
    kept.sort((a, b) => (counts.ids.idOf(a) < counts.ids.idOf(b) ? -1 : 1));
    const gram = gramOf(support, source.pairs(counts), kept, source.unit);
    const dense = kept.length <= maxDenseItems;
    const rows = dense ? solveDense(gram, params.lambda) : solveLocal(gram, params.lambda, params.neighbours);
    const ids = createIdMap(kept.map((item): ItemId => counts.ids.idOf(item)));
    return createLinearModel(source.name, source.description, ids, rows, {
      params: { ...params, solve: dense ? "dense" : "local" },
      counts: { ...counts.totals, items: kept.length, pairs: gram.columns.length / 2 },
    });
  }
}

/** Who likes this also likes that: co-occurrence over people. */
export const linear = linearFactory({
  name: "linear",
  description: "Item-to-item regression on what people have both of (EASE; dense for small catalogues, per item for large ones)",
  unit: fullWeight * fullWeight,
  population: (counts) => counts.totals.people,
  support: (counts) => counts.support,
  pairs: (counts) => counts.pairs,
});

/** This goes into the basket with that: co-occurrence within orders. */
export const together = linearFactory({
  name: "together",
  description: "The same regression on what is in one order",
  unit: 1,
  population: (counts) => counts.totals.baskets,
  support: (counts) => counts.basketSupport,
  pairs: (counts) => counts.basketPairs,
});
