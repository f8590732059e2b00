import type { PersonId, ShopId } from "#domain/ids.ts";
import type { Preference, PreferenceChange, PreferenceKind } from "#domain/preference.ts";

/** The person's own word about what is done with their data. Filed under the name it was given, read over all of them. */
export type PreferenceStore = {
  /** All choices under these names, in order of kind and key. */
  of(shopId: ShopId, personIds: readonly PersonId[]): Promise<readonly Preference[]>;
  /** Is there a choice of this kind in the shop at all? */
  any(shopId: ShopId, kind: PreferenceKind): Promise<boolean>;
  /** Makes and takes back choices, in order and in one transaction with the record of it. What is not there can be taken back too. */
  change(shopId: ShopId, changes: readonly PreferenceChange[]): Promise<void>;
  /** What was changed under these names, oldest first. */
  changes(shopId: ShopId, personIds: readonly PersonId[]): Promise<readonly PreferenceChange[]>;
};
