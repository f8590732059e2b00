import type { ItemId } from "#domain/ids.ts";
import type { Counts } from "./counts/counts.ts";
import type { IdMap } from "./id-map.ts";

/** What a model must be told about a person to answer; serving reads it instead of asking which model it is. */
export type ModelNeeds = "nothing" | "session" | "history";

/** One item of the past or of the page, and how much it weighs in the question. */
export type QueryTerm = { readonly itemId: ItemId; readonly weight: number };

export type Scores = {
  /** One score per item of the model, by dense index. */
  readonly values: Float64Array;
  /** The terms of the sum that is an item's score, one per query term in its order; they add up to it exactly. */
  contributionsOf(itemId: ItemId): Float64Array;
};

export type Model = {
  readonly name: string;
  readonly needs: ModelNeeds;
  /** The items it can score. */
  readonly ids: IdMap;
  /** Items the model does not know add nothing; an empty query is a question too. */
  score(query: readonly QueryTerm[]): Scores;
  /** The same bytes for the same model; `load` of its factory gives an equal one back. */
  save(): Uint8Array;
  /** For the model card. */
  describe(): {
    readonly description: string;
    readonly params: Readonly<Record<string, number | string>>;
    readonly counts: Readonly<Record<string, number>>;
  };
};

/** How a model is made: from counts, never from people. */
export type ModelFactory = {
  readonly name: string;
  readonly needs: ModelNeeds;
  fit(counts: Counts, options: { readonly seed: number; readonly params?: Readonly<Record<string, number>> }): Model;
  /** Throws when the bytes are damaged or of another kind. */
  load(bytes: Uint8Array): Model;
};
