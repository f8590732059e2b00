import type { ItemId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { GorseFeedbackKey, GorseFeedbackRow, GorseUserRow } from "#storage/ports/gorse-store.ts";
import type { Store } from "#storage/ports.ts";

// All that a shop has, a page at a time: an export holds one page in memory.

const perPage = 1_000;

export async function* allUsers(store: Store, shopId: ShopId): AsyncGenerator<GorseUserRow> {
  for (let after: string | null = null; ; ) {
    const users: readonly GorseUserRow[] = await store.gorse.users(shopId, after, perPage);
    yield* users;
    if (users.length < perPage) return;
    after = users.at(-1)!.userId;
  }
}

export async function* allItems(store: Store, shopId: ShopId): AsyncGenerator<CatalogueItem> {
  for (let after: ItemId | null = null; ; ) {
    const items: readonly CatalogueItem[] = await store.catalogue.list(shopId, { after, limit: perPage, query: null });
    yield* items;
    if (items.length < perPage) return;
    after = items.at(-1)!.itemId;
  }
}

export async function* allFeedback(store: Store, shopId: ShopId): AsyncGenerator<GorseFeedbackRow> {
  for (let after: GorseFeedbackKey | null = null; ; ) {
    const rows: readonly GorseFeedbackRow[] = await store.gorse.feedback(shopId, {}, { after, limit: perPage });
    yield* rows;
    if (rows.length < perPage) return;
    after = rows.at(-1)!;
  }
}
