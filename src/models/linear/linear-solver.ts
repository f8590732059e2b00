import type { ItemId } from "#domain/ids.ts";
import type { ItemContent } from "../content/item-content.ts";
import { type AlikeItems, createAlikeItems, describedTargets } from "./alike-items.ts";
import { carryOver, carryOverSources, marks, placesAfter } from "./carried-rows.ts";
import { combine } from "./combine.ts";
import { dirtyTargets } from "./dirty-targets.ts";
import { asContentRows, featuresInOrder, type KnownFeatures } from "./known-features.ts";
import type { LinearParams } from "./linear-params.ts";
import { type SolvedTargets, solveTargets } from "./solve-targets.ts";
import type { LinearSource } from "./source.ts";
import { bySource, type LinearRows } from "./weight-rows.ts";

export type SolvedSource = {
  readonly source: LinearSource;
  readonly params: LinearParams;
  readonly features: KnownFeatures | null;
  readonly solved: SolvedTargets;
  /** The same by source, as the model is kept. */
  readonly rows: LinearRows;
  /** How many targets had to be solved for it. */
  readonly targets: number;
};

/** A solve that was made of the same counts earlier, and the items whose counts have changed since. */
export type SolvedBefore = { readonly solve: SolvedSource; readonly touched: ReadonlySet<ItemId> };

/**
 * Solves the regression of one model again and again, each time only the targets whose solution may have changed. Equal
 * to the bit to solving all: each target is solved by itself, from the same numbers in the same order.
 */
export type LinearSolver = {
  /** `before` must be of the same parameters and content; null: solve everything. */
  solve(source: LinearSource, content: ItemContent | null, params: LinearParams, before: SolvedBefore | null): SolvedSource;
};

export function createLinearSolver(): LinearSolver {
  let alike: AlikeItems | null = null;
  return {
    solve(source, given, params, before) {
      // Without a weight the words would only cost.
      const content = params.beta > 0 ? given : null;
      if (content !== alike?.content) alike = content === null ? null : createAlikeItems(content);
      const { ids, pairs } = source;
      const features = content === null ? null : featuresInOrder(content, ids);
      const words = features === null ? null : asContentRows(features, params.beta);
      const described = alike === null || words === null ? null : describedTargets(alike, words, ids, pairs.support);
      const regression = combine(pairs, source.unit, params);
      const solveThese = (targets: Int32Array) => solveTargets(regression, (slab) => described?.of(slab) ?? null, targets, params);
      const solveAll = (): SolvedSource => {
        const solved = solveThese(Int32Array.from({ length: ids.size() }, (_, item) => item));
        return { source, params, features, solved, rows: bySource(solved), targets: ids.size() };
      };
      // With the unit every number of the regression changes, and where counts fade with each new period.
      const otherNumbers = (then: LinearSource) => then.unit !== source.unit || (params.halfLifeDays > 0 && then.latest !== source.latest);
      if (before === null || otherNumbers(before.solve.source)) return solveAll();
      const { source: sourceThen, solved: solvedThen, rows: rowsThen } = before.solve;
      const placeNow = placesAfter(sourceThen.ids.ids(), ids.ids());
      const then = { solved: solvedThen, placeNow, touchedThen: marks(sourceThen.ids, before.touched) };
      const targets = dirtyTargets(regression, words, described, then, marks(ids, before.touched));
      if (targets.length === ids.size()) return solveAll();
      const solvedNow = solveThese(targets);
      const solved = carryOver(solvedThen, placeNow, solvedNow, targets, ids.size());
      return {
        source,
        params,
        features,
        solved,
        rows: carryOverSources(rowsThen, placeNow, solvedNow, targets, ids.size()),
        targets: targets.length,
      };
    },
  };
}
