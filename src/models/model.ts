import type { EpochMs } from "#domain/clock.ts";
import type { ItemId } from "#domain/ids.ts";
import type { ItemContent } from "./content/item-content.ts";
import type { Counts } from "./counts/counts.ts";
import type { IdMap } from "./id-map.ts";
import type { ParamSpace, Params } from "./params.ts";
import type { History } from "./step.ts";

/** What a model must be told about a person to answer; serving reads it instead of asking which model it is. */
export type ModelNeeds = "nothing" | "session" | "history";

/** One item of the past or of the page. How fast the past fades is the model's own affair. */
export type QueryTerm = {
  readonly itemId: ItemId;
  /** 1 a purchase or an item of the page, less for a look, negative for what was waved away. */
  readonly strength: number;
  /** Occasions (orders, or single acts) since: 0 the latest. Terms of one age are one occasion. */
  readonly age: number;
  /** Null for what is not of the past. */
  readonly at: EpochMs | null;
  /** Null where nobody was asked. */
  readonly rating: number | null;
};

/** The latest first. */
export type Query = readonly QueryTerm[];

export type Scores = {
  /** One score per item of the model, by dense index. */
  readonly values: Float64Array;
  /**
   * The terms of the sum that is an item's score, one per query term in its order; they add up to it. Null where the
   * model cannot take its score apart (`explains` says so).
   */
  contributionsOf(itemId: ItemId): Float64Array | null;
  /** What each item has whatever was asked (its popularity, say): contributions and this are the score. */
  readonly base?: Float64Array;
  /** Tells the part of the contributions that comes of what the catalogue says, by the feature that two items share. */
  contentOf?(itemId: ItemId, tell: TellContent): void;
};

/** Called for each part; `term` is the place in the query. */
export type TellContent = (term: number, feature: string, contribution: number) => void;

export type Model = {
  readonly name: string;
  readonly needs: ModelNeeds;
  /** The items it can score. */
  readonly ids: IdMap;
  /** Items the model does not know add nothing; an empty query is a question too. Never NaN. */
  score(query: Query): Scores;
  /**
   * The indices of the k best items but those of `without`, best first, equal ones in order of index: what sorting all of `score` gives,
   * without making all of it. Where a model has no quicker way it has none.
   */
  best?(query: Query, k: number, without: readonly ItemId[]): Int32Array;
  /** The rating of each item, by dense index, by who rated as the query says; only of models that learn from ratings. */
  rate?(query: Query): Float64Array;
  /** The same model with other `asking` parameters of its factory: what a fit with them would have given, for nothing. */
  askedWith?(params: Params): Model;
  /** For the model card. */
  describe(): {
    readonly description: string;
    readonly params: Readonly<Record<string, number | string>>;
    readonly counts: Readonly<Record<string, number>>;
  };
};

/** What a model learns from. */
export type Training = {
  /** Each person's steps in order (`inOrder`), the people in a fixed order; nobody is named. */
  readonly histories: readonly History[];
  /** What the catalogue says of items, sold or not; null where nothing is known. */
  readonly content: ItemContent | null;
};

export type FitOptions = { readonly seed: number; readonly params?: Params };

/** How a model is made. Deterministic: the same training and options give the same model. */
export type ModelFactory = {
  readonly name: string;
  readonly needs: ModelNeeds;
  /** "sum": contributions add up to the score to the bit; "none": the score cannot be taken apart. */
  readonly explains: "sum" | "none";
  /** What may be varied, and within what bounds. A parameter left out of `params` is chosen from the data's shape. */
  readonly space: ParamSpace;
  /** Those of the space that only change how a model is asked: see `Model.askedWith`. */
  readonly asking?: readonly string[];
  fit(training: Training, options: FitOptions): Model;
};

/** A model that can be kept and served: it is made of counts of items, and holds nothing of any person. */
export type ServableModel = Omit<Model, "score"> & {
  score(query: Query): Scores & { contributionsOf(itemId: ItemId): Float64Array };
  /** The same bytes for the same model; `load` of its factory gives an equal one back. */
  save(): Uint8Array;
};

/**
 * Makes one model again and again of counts that change, and remembers what it solved. `touched`: the items whose
 * counts have changed since it was last asked; null: take everything as new. The model is the one that `fitCounts`
 * makes of the same counts, to the bit.
 */
export type ModelBuilder = {
  build(counts: Counts, content: ItemContent | null, options: FitOptions, touched: ReadonlySet<ItemId> | null): ServableModel;
};

/** Models that hold people (neighbours, factors of users) have no such factory: they live as long as an evaluation. */
export type ServableFactory = Omit<ModelFactory, "fit"> & {
  fit(training: Training, options: FitOptions): ServableModel;
  fitCounts(counts: Counts, content: ItemContent | null, options: FitOptions): ServableModel;
  /** For models that are made again as counts grow; what it remembers lives as long as it does. */
  builder(): ModelBuilder;
  /** Throws when the bytes are damaged or of another kind. */
  load(bytes: Uint8Array): ServableModel;
};
