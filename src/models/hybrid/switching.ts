import type { Model, ModelFactory, Query } from "../model.ts";
import { childOptions, childrenExplain, childrenNeed, childrenSpace, describeChildren, unionOf } from "./children.ts";

const defaultMinTerms = 1;

/**
 * The switching hybrid of Burke (UMUAI 2002): the first model answers who has at least `minTerms` different items that it knows, the
 * second everybody else. Scores are those of the model that answers, 0 for items that it does not know.
 */
export function switching(name: string, first: ModelFactory, second: ModelFactory): ModelFactory {
  const children = [first, second];
  const explains = childrenExplain(children);
  // How many items are known of somebody is a question of its own.
  const needs = childrenNeed(children) === "history" ? "history" : "session";
  return {
    name,
    needs,
    explains,
    space: { minTerms: { kind: "linear", low: 1, high: 20, integer: true }, ...childrenSpace(children) },
    fit(training, options) {
      const models = children.map((child, place) => child.fit(training, childOptions(options, place)));
      return create(models, options.params?.minTerms ?? defaultMinTerms);
    },
  };

  function create(models: readonly Model[], minTerms: number): Model {
    const { ids, positions } = unionOf(models);
    return {
      name,
      needs,
      ids,
      score(query: Query) {
        const known = new Set(query.map(({ itemId }) => models[0]!.ids.indexOf(itemId)).filter((index) => index !== undefined));
        const place = known.size >= minTerms ? 0 : 1;
        const answer = models[place]!.score(query);
        const spread = (numbers: Float64Array) => {
          const all = new Float64Array(ids.size());
          for (const [index, position] of positions[place]!.entries()) all[position] = numbers[index]!;
          return all;
        };
        return {
          values: spread(answer.values),
          ...(answer.base === undefined ? {} : { base: spread(answer.base) }),
          contributionsOf: explains === "none" ? () => null : answer.contributionsOf,
        };
      },
      describe: () => ({
        description: `${name}: the first where it knows ${minTerms} or more of the items asked with, else the second`,
        params: { minTerms, ...describeChildren(models, "params") },
        counts: { items: ids.size(), ...describeChildren(models, "counts") },
      }),
    };
  }
}
