import type { EpochMs } from "#domain/clock.ts";
import type { Result } from "#domain/problem.ts";
import type { History } from "#models/step.ts";
import type { Question } from "../question.ts";

/** "validation" is for choosing settings; "test" is looked at once, at the end. */
export const parts = ["test", "validation"] as const;
export type Part = (typeof parts)[number];

export const cuts = ["last", "time"] as const;

/** One person of a file of its own: what they did before (perhaps nothing) and what the file holds of them, both in order. */
export type Given = { readonly past: History; readonly asked: History };

export type Division = {
  /** One, but for cross-validation. */
  readonly folds: readonly Fold[];
  /** Where time was cut; null where it was not. */
  readonly cutAt: EpochMs | null;
};

export type Fold = {
  /** What the models learn from, each in order. */
  readonly learn: readonly History[];
  readonly questions: readonly Question[];
};

export type DivideOptions = {
  readonly part: Part;
  readonly seed: number;
  /** What was had before may be recommended, and is a right answer. */
  readonly repeats: boolean;
  /** Baskets: each person's last, or each person's first after one moment. */
  readonly cut: (typeof cuts)[number];
  /** Of cross-validation; `firstFoldOnly` asks only one of them. */
  readonly folds: number;
  readonly firstFoldOnly: boolean;
  /** Longer pauses part sessions; null: a history is a session. */
  readonly sessionGapMinutes: number | null;
  /** False: `at` is a place in an order, not a time. */
  readonly timed: boolean;
};

/** A way to ask: what is learnt from and what is asked for. */
export type Protocol = {
  /** A sentence for people. */
  readonly asks: string;
  readonly answers: "list" | "ratings";
  readonly needsTimes: boolean;
  /** Null: there is nothing to choose. */
  readonly repeatsByDefault: boolean;
  readonly defaultMetrics: string;
  /** Refuses with NOT_ENOUGH_DATA where the data cannot be divided so. `histories` in a fixed order. */
  divide(histories: readonly History[], options: DivideOptions): Result<Division>;
  /** The same, where what is asked for comes from a file of its own. Always the test part. */
  divideGiven(histories: readonly History[], given: readonly Given[], options: DivideOptions): Division;
  /** Why nobody could be asked. */
  readonly whyNobody: string;
};
