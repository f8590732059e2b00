import type { ItemId, ItemIndex } from "#domain/ids.ts";

/** Outside id ↔ dense index, in the order of adding. */
export type IdMap = {
  /** The item's index; a new one when it was not known. */
  add(itemId: ItemId): ItemIndex;
  indexOf(itemId: ItemId): ItemIndex | undefined;
  idOf(index: number): ItemId;
  size(): number;
  ids(): readonly ItemId[];
};

export function createIdMap(known: readonly ItemId[] = []): IdMap {
  const ids: ItemId[] = [...known];
  const indices = new Map<ItemId, ItemIndex>(ids.map((itemId, index) => [itemId, index as ItemIndex]));
  return {
    add(itemId) {
      const found = indices.get(itemId);
      if (found !== undefined) return found;
      const index = ids.length as ItemIndex;
      ids.push(itemId);
      indices.set(itemId, index);
      return index;
    },
    indexOf: (itemId) => indices.get(itemId),
    idOf: (index) => ids[index]!,
    size: () => ids.length,
    ids: () => ids,
  };
}
