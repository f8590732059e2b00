import { type Result, refuse, succeed } from "#domain/problem.ts";
import { linear, together } from "./linear/linear.ts";
import type { ModelFactory, ServableFactory } from "./model.ts";
import { popular, trending } from "./popular/popular.ts";

/** Made of counts alone: learnt, published, judged and served by name. */
export const servableModels = { linear, together, popular, trending } as const satisfies Record<string, ServableFactory>;
export type ServableName = keyof typeof servableModels;
export const servableNames = Object.keys(servableModels) as ServableName[];

/** To compare with; they live as long as an evaluation. */
const challengers = [] as const satisfies readonly ModelFactory[];

/** The only list of models. */
export const models: ReadonlyMap<string, ModelFactory> = new Map<string, ModelFactory>(
  [...Object.values(servableModels), ...challengers].map((factory) => [factory.name, factory]),
);

/** The model of that name; refuses a name that is not in the list. */
export function modelNamed(name: string): Result<ModelFactory> {
  const found = models.get(name);
  return found === undefined
    ? refuse("OPTION_INVALID", `${name}: there is no such model; there are ${[...models.keys()].join(", ")}`)
    : succeed(found);
}
