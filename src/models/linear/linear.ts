import { contentNeighbours } from "../content/content-neighbours.ts";
import type { ItemContent } from "../content/item-content.ts";
import { keptTransitionDecay } from "../counts/transition-kernel.ts";
import type { ServableFactory, ServableModel } from "../model.ts";
import type { ParamSpace, Params } from "../params.ts";
import { popularityOf } from "../popular/popularity-of.ts";
import { combine } from "./combine.ts";
import { asContentRows, featuresInOrder } from "./known-features.ts";
import { createLinearModel, loadLinearModel } from "./linear-model.ts";
import { type LinearParams, linearParams, linearSpace, togetherParams, togetherSpace } from "./linear-params.ts";
import { solveTargets } from "./solve-targets.ts";
import { type LinearSource, ordersSource, peopleSource, type SourceReader } from "./source.ts";
import { bySource } from "./weight-rows.ts";

/** An item finds its neighbours by what people do, and through so many items described like it. */
const alikeItems = 50;

type Kind = {
  readonly name: string;
  readonly description: string;
  readonly space: ParamSpace;
  readonly source: SourceReader;
  paramsFor(population: number, given: Params | undefined): LinearParams;
};

function linearFactory({ name, description, space, source, paramsFor }: Kind): ServableFactory {
  const solve = (from: LinearSource, content: ItemContent | null, params: LinearParams): ServableModel => {
    const features = content === null ? null : featuresInOrder(content, from.ids);
    const rows = features === null ? null : asContentRows(features, params.beta);
    const described = (targets: Int32Array) =>
      rows === null || features === null ? null : { rows, alike: contentNeighbours({ ids: from.ids, ...features }, targets, alikeItems) };
    const targets = Int32Array.from({ length: from.ids.size() }, (_, item) => item);
    const solved = solveTargets(combine(from.pairs, params), described, targets, params);
    return createLinearModel({
      name,
      description,
      ids: from.ids,
      rows: bySource(solved),
      popularity: popularityOf(from.days),
      features,
      params: { ...params },
      counts: { ...from.counts, items: from.ids.size(), pairs: from.pairs.columns.length / 2 },
    });
  };
  const describedBy = (content: ItemContent | null) => content?.ids.ids() ?? [];
  return {
    name,
    needs: "history",
    explains: "sum",
    space,
    fit({ histories, content }, options) {
      const params = paramsFor(histories.length, options.params);
      return solve(source.ofHistories(histories, describedBy(content), params), content, params);
    },
    fitCounts(counts, content, options) {
      const params = { ...paramsFor(source.populationOf(counts), options.params), transitionDecay: keptTransitionDecay };
      return solve(source.ofCounts(counts, describedBy(content), params), content, params);
    },
    load: (bytes) => loadLinearModel(name, description, bytes),
  };
}

export const linear = linearFactory({
  name: "linear",
  description: "Item-to-item regression on what people have both of and on what comes after what (EASE and SLIT, each item on its neighbours)",
  space: linearSpace,
  source: peopleSource,
  paramsFor: linearParams,
});

/** This goes into the basket with that. */
export const together = linearFactory({
  name: "together",
  description: "The same regression on what is in one order",
  space: togetherSpace,
  source: ordersSource,
  paramsFor: togetherParams,
});
