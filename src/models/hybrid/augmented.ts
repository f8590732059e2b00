import type { ModelFactory } from "../model.ts";
import { childOptions, childrenSpace, describeChildren } from "./children.ts";
import { likenessContent } from "./likeness-content.ts";

const defaults = { neighbours: 20, likeness: 1 } as const;

/**
 * Feature augmentation (Burke, UMUAI 2002): what the first model thinks alike is said of the items as content ("like i07"), beside what
 * the catalogue says, and the second model learns from both. `neighbours`: items that one item is said to be like; `likeness`: the
 * weight of that against a category's, which is 1.
 */
export function augmented(name: string, first: ModelFactory, second: ModelFactory): ModelFactory {
  return {
    name,
    needs: second.needs,
    explains: second.explains,
    space: {
      neighbours: { kind: "choice", values: [5, 10, 20, 50] },
      likeness: { kind: "log", low: 0.1, high: 10 },
      ...childrenSpace([first, second]),
    },
    fit(training, options) {
      const { neighbours, likeness } = { ...defaults, ...options.params };
      const teacher = first.fit(training, childOptions(options, 0));
      const content = likenessContent(teacher, training.content, neighbours, likeness);
      const model = second.fit({ ...training, content }, childOptions(options, 1));
      return {
        name,
        needs: model.needs,
        ids: model.ids,
        score: model.score,
        rate: model.rate,
        describe: () => ({
          description: `${name}: the second, to which what the first finds alike is part of the catalogue`,
          params: { neighbours, likeness, ...describeChildren([teacher, model], "params") },
          counts: { items: model.ids.size(), ...describeChildren([teacher, model], "counts") },
        }),
      };
    },
  };
}
