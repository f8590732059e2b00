import type { ItemContent } from "../content/item-content.ts";
import { keptTransitionDecay } from "../counts/transition-kernel.ts";
import type { ModelBuilder, ServableFactory, ServableModel } from "../model.ts";
import type { ParamSpace, Params } from "../params.ts";
import { popularityOf } from "../popular/popularity-of.ts";
import { createLinearModel, loadLinearModel } from "./linear-model.ts";
import { type LinearParams, linearAsking, linearParams, linearSpace, settledFor, togetherParams, togetherSpace } from "./linear-params.ts";
import { createLinearSolver, type SolvedSource } from "./linear-solver.ts";
import { ordersSource, peopleSource, type SourceReader } from "./source.ts";

type Kind = {
  readonly name: string;
  readonly description: string;
  readonly space: ParamSpace;
  readonly asking: readonly string[];
  readonly source: SourceReader;
  paramsFor(given: Params | undefined): LinearParams;
};

function linearFactory({ name, description, space, asking, source, paramsFor }: Kind): ServableFactory {
  const create = ({ source: { ids, days, pairs, counts }, params, features, rows }: SolvedSource): ServableModel =>
    createLinearModel({
      name,
      description,
      ids,
      rows,
      popularity: popularityOf(days),
      features,
      params: { ...params },
      counts: { ...counts, items: ids.size(), pairs: pairs.columns.length / 2 },
    });
  const describedBy = (content: ItemContent | null) => content?.ids.ids() ?? [];
  const builder = (): ModelBuilder => {
    const solver = createLinearSolver();
    let last: { readonly content: ItemContent | null; readonly asked: LinearParams; readonly solve: SolvedSource } | null = null;
    return {
      build(counts, content, options, touched) {
        const asked = { ...paramsFor(options.params), transitionDecay: keptTransitionDecay, strengths: 1 };
        // On parameters and words everything depends.
        const same = last !== null && last.content === content && sameParams(last.asked, asked);
        const before = same && touched !== null ? { solve: last!.solve, touched } : null;
        const from = source.ofCounts(counts, describedBy(content), asked, before && { source: before.solve.source, touched: before.touched });
        const params = settledFor(from.ids.size(), asked);
        const carried = before !== null && sameParams(before.solve.params, params) ? before : null;
        last = { content, asked, solve: solver.solve(from, content, params, carried) };
        return create(last.solve);
      },
    };
  };
  return {
    name,
    needs: "history",
    explains: "sum",
    space,
    asking,
    fit({ histories, content }, options) {
      const asked = paramsFor(options.params);
      const from = source.ofHistories(histories, describedBy(content), asked);
      return create(createLinearSolver().solve(from, content, settledFor(from.ids.size(), asked), null));
    },
    fitCounts: (counts, content, options) => builder().build(counts, content, options, null),
    builder,
    load: (bytes) => loadLinearModel(name, description, bytes),
  };
}

function sameParams(a: LinearParams, b: LinearParams): boolean {
  return Object.entries(a).every(([name, value]) => b[name as keyof LinearParams] === value);
}

export const linear = linearFactory({
  name: "linear",
  description: "Item-to-item regression on what people have both of and on what comes after what (EASE and SLIT, each item on its neighbours)",
  space: linearSpace,
  asking: linearAsking,
  source: peopleSource,
  paramsFor: linearParams,
});

/** This goes into the basket with that. */
export const together = linearFactory({
  name: "together",
  description: "The same regression on what is in one order",
  space: togetherSpace,
  asking: [],
  source: ordersSource,
  paramsFor: togetherParams,
});
