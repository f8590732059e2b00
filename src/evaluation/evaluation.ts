import type { ItemContent } from "#models/content/item-content.ts";
import type { ModelFactory } from "#models/model.ts";
import type { Params } from "#models/params.ts";
import type { History } from "#models/step.ts";
import type { BeyondAccuracy } from "./beyond-accuracy.ts";
import type { Interval } from "./bootstrap.ts";
import type { NamedMetric } from "./named-metric.ts";
import type { DivideOptions, Given } from "./protocols/protocol.ts";
import type { ProtocolName } from "./protocols/protocols.ts";

/** A model, and the parameters that are not left to its defaults. */
export type ModelToTry = { readonly factory: ModelFactory; readonly params: Params };

export type EvaluationData = {
  /** In a fixed order. */
  readonly histories: readonly History[];
  /** From a file of its own; null: taken out of the histories. */
  readonly given: readonly Given[] | null;
  readonly content: ItemContent | null;
  /** False: `at` is a place in an order, not a time. */
  readonly timed: boolean;
};

export type EvaluationRequest = Omit<DivideOptions, "timed"> & {
  readonly protocol: ProtocolName;
  readonly models: readonly ModelToTry[];
  /** The length of the first one's list is the one that coverage and the like are told for. */
  readonly metrics: readonly [NamedMetric, ...NamedMetric[]];
  /** At most so many questions, drawn by seed; null: all. */
  readonly maxCases: number | null;
};

export type ModelResult = {
  readonly model: string;
  /** What of its space the model really used: can be given back with --set. */
  readonly params: Params;
  /** What else it says of how it was made. */
  readonly settings: Readonly<Record<string, number | string>>;
  /** How many items it can rank; 0 where the data lacks what it learns from (orders, say). */
  readonly items: number;
  readonly fitSeconds: number;
  readonly scoreSeconds: number;
  readonly metrics: Readonly<Record<string, Interval>>;
  /** Null where ratings are foretold. */
  readonly beyond: (BeyondAccuracy & { readonly k: number }) | null;
};

export type Comparison = {
  readonly model: string;
  readonly with: string;
  readonly metrics: Readonly<Record<string, Interval & { p: number }>>;
};

export type Sizes = { readonly users: number; readonly items: number; readonly events: number };

export type Evaluation = {
  readonly dataset: Sizes;
  /** Of the file of its own that was asked for; null without one. */
  readonly test: Sizes | null;
  readonly protocol: ProtocolName;
  readonly part: DivideOptions["part"];
  /** ISO 8601; null where time was not cut. */
  readonly cutAt: string | null;
  /** Lists asked for, or ratings. */
  readonly cases: number;
  readonly repeats: boolean;
  readonly seed: number;
  readonly results: readonly ModelResult[];
  /** Each other model with the first, on the same cases. */
  readonly comparisons: readonly Comparison[];
};
