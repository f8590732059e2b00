import type { EvaluationOptions } from "#cli/evaluation-options.ts";
import type { Evaluation } from "#evaluation/evaluation.ts";
import type { ProtocolName } from "#evaluation/protocols/protocols.ts";
import type { ModelFactory } from "#models/model.ts";
import type { Params } from "#models/params.ts";

/** A model on the start line. */
export type Contender = {
  /** As `--models` takes it, or a model of the bench's own. */
  readonly model: string | ModelFactory;
  /** What it is called where the model's own name would not do; no two may be called the same. */
  readonly as?: string;
  readonly params?: Params;
  /** Its free parameters are chosen on validation; otherwise the defaults stand. */
  readonly tuned?: true;
  /** It is not shown what the catalogue says. */
  readonly blind?: true;
};

/** The options of `rapport evaluate`, less those that the bench sets itself. */
export type Words = Partial<Omit<EvaluationOptions, "models" | "protocol" | "metrics" | "seed" | "set" | "json">>;

/** One table of the benchmark: data, a way to ask, models, and what must come out. */
export type QualityRow = {
  readonly name: string;
  readonly about: string;
  /** Files under ../shared/data. */
  readonly needs: readonly string[];
  readonly protocol: ProtocolName;
  readonly metrics: string;
  /** Files made of those, within the folder, and the options to read them with. */
  prepare(folder: string): Words | Promise<Words>;
  /** Every other one is compared with the first, case by case. */
  readonly contenders: readonly [Contender, ...Contender[]];
  readonly floors: readonly Floor[];
  /** Numbers of others, as a line each. */
  readonly yardsticks?: readonly string[];
};

/** A bound that a figure must keep, or a model that must be beaten. */
export type Floor = { readonly says: string; judge(evaluation: Evaluation): Verdict };

export type Verdict = {
  readonly found: string;
  /** "in doubt": on the right side, but chance may have put it there. */
  readonly verdict: "pass" | "in doubt" | "fail";
};
