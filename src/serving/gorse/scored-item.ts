import type { ItemId } from "#domain/ids.ts";

/** An item and how well it ranks; lists of them are in descending order of score. */
export type ScoredItem = { readonly itemId: ItemId; readonly score: number };

export type Wanted = {
  /** How many after those that are passed over. */
  readonly n: number;
  readonly offset: number;
  /** Only items that are in all of these. */
  readonly categories: readonly string[];
  readonly without: ReadonlySet<ItemId>;
};
