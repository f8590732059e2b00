import { keptTransitionDecay } from "../counts/transition-kernel.ts";
import type { ParamSpace, Params } from "../params.ts";

export type LinearParams = {
  /** Share of similarity (who has both) against transition (what comes after what): 1 is EASE, 0 is SLIT. */
  readonly alpha: number;
  /** Ridge on each weight, in people (or baskets): how many must agree before a link counts. */
  readonly lambda: number;
  /** Exponent ν of popularity normalisation: a popular item needs more agreement, and speaks less for itself. */
  readonly normalization: number;
  /** 1: a look counts less than a purchase, in what is learnt and in the question; 0: all alike. Kept counts know 1 only. */
  readonly strengths: number;
  /** Neighbours per item in the local solve; 0: 200 up to 10,000 items, 100 above. */
  readonly neighbours: number;
  /** Items liked by fewer are left out, unless the catalogue describes them. */
  readonly minSupport: number;
  /** How much agreement of the catalogue's words counts against agreement of people. */
  readonly beta: number;
  /** Occasions over which a transition fades to 1/e. */
  readonly transitionDecay: number;
  /** Occasions after which an event asks 1/e as loudly as the latest: the session. */
  readonly decay: number;
  /** The same for the long term, and how loudly it asks against the session. */
  readonly longDecay: number;
  readonly longShare: number;
  /** What being popular adds, as a share of the question's weight. */
  readonly popularity: number;
  /** What having been taken before adds. */
  readonly repeat: number;
  /** Days in which what was counted comes to weigh half, in steps of half a year; 0: nothing fades. */
  readonly halfLifeDays: number;
};

export const linearSpace = {
  alpha: { kind: "linear", low: 0.05, high: 1 },
  lambda: { kind: "log", low: 2, high: 1000 },
  normalization: { kind: "linear", low: 0, high: 0.5 },
  strengths: { kind: "choice", values: [0, 1] },
  neighbours: { kind: "choice", values: [50, 100, 200, 300] },
  minSupport: { kind: "choice", values: [0, 2, 5] },
  beta: { kind: "log", low: 0.1, high: 10 },
  transitionDecay: { kind: "choice", values: [1, 2, 3, 5] },
  decay: { kind: "log", low: 1, high: 20 },
  halfLifeDays: { kind: "choice", values: [0, 90, 180, 365, 730, 1500] },
  longShare: { kind: "log", low: 0.02, high: 2 },
  longDecay: { kind: "log", low: 10, high: 200 },
  popularity: { kind: "log", low: 0.0001, high: 0.1 },
  repeat: { kind: "log", low: 0.01, high: 10 },
} as const satisfies ParamSpace;

/**
 * Defaults from validation parts of film ratings, shop sessions, a gift shop and supermarket baskets (docs/guide/model.md).
 * None depends on how many people there are: one more person must not change what was solved for the others.
 */
export function linearParams(given: Params = {}): LinearParams {
  return {
    alpha: 0.5,
    lambda: 15,
    normalization: 0.2,
    strengths: 1,
    neighbours: 0,
    minSupport: 0,
    beta: 1,
    transitionDecay: keptTransitionDecay,
    decay: 3,
    longDecay: 50,
    longShare: 0.2,
    popularity: 0.002,
    repeat: 3,
    halfLifeDays: 0,
    ...given,
  };
}

/** What a question is made louder and quieter by; nothing of it is in the weights. */
export const linearAsking = ["decay", "longDecay", "longShare", "popularity"] as const satisfies readonly (keyof LinearParams)[];

export const togetherSpace = {
  lambda: linearSpace.lambda,
  neighbours: linearSpace.neighbours,
  normalization: linearSpace.normalization,
} as const satisfies ParamSpace;

/** An order has no before and after, and its content is asked about as a whole. */
export function togetherParams(given: Params = {}): LinearParams {
  const plain = { alpha: 1, lambda: 20, beta: 0, decay: 8, longShare: 0, popularity: 0, repeat: 0 };
  return { ...linearParams(), ...plain, ...given };
}

/** The same with what depends on the size of the catalogue settled. */
export function settledFor(items: number, params: LinearParams): LinearParams {
  return params.neighbours > 0 ? params : { ...params, neighbours: items <= 10_000 ? 200 : 100 };
}
