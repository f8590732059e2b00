import { linear, together } from "./linear/linear.ts";
import type { ModelFactory } from "./model.ts";
import { popular, trending } from "./popular/popular.ts";

/** The only list of models: whatever is here is learnt, published, judged and served by its name. */
export const models = { linear, together, popular, trending } as const satisfies Record<string, ModelFactory>;
export type ModelName = keyof typeof models;

export const modelNames = Object.keys(models) as ModelName[];
