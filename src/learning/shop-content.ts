import type { Clock, EpochMs } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import { attributesOf } from "#models/content/attributes-of.ts";
import { createItemContent } from "#models/content/create-item-content.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import type { Store } from "#storage/ports.ts";

/** With so many items at most, what the catalogue says is read again whenever it changed: solving everything takes a second. */
const smallCatalogue = 3000;
/** Larger ones wait so long; until then a new item takes part by what people do with it. */
const largeEveryMs = 5 * 60_000;

export type ShopContent = {
  /** What the catalogue says, the same object as long as it says the same; null while it says nothing. */
  read(atOnce: boolean): Promise<ItemContent | null>;
};

export function openShopContent(shopId: ShopId, { store, clock }: { readonly store: Pick<Store, "catalogue">; readonly clock: Clock }): ShopContent {
  let known: { readonly revision: number; readonly at: EpochMs; readonly content: ItemContent | null } | null = null;
  return {
    async read(atOnce) {
      const revision = await store.catalogue.revision(shopId);
      if (known !== null) {
        const mayWait = !atOnce && (known.content?.ids.size() ?? 0) > smallCatalogue && Math.abs(clock() - known.at) < largeEveryMs;
        if (known.revision === revision || mayWait) return known.content;
      }
      const items = await store.catalogue.all(shopId);
      const content = items.length === 0 ? null : createItemContent(new Map(items.map((item) => [item.itemId, attributesOf(item)])));
      // Stock and pictures change all the time; only other words are worth a whole solve.
      known = { revision, at: clock(), content: content !== null && saysTheSame(content, known?.content ?? null) ? known!.content : content };
      return known.content;
    },
  };
}

function saysTheSame(a: ItemContent, b: ItemContent | null): boolean {
  return (
    b !== null &&
    alike(a.ids.ids(), b.ids.ids()) &&
    alike(a.names, b.names) &&
    (["starts", "features", "values"] as const).every((part) => alike(a[part], b[part]))
  );
}

function alike(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
