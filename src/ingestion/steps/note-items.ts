import type { ItemId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { CatalogueStore } from "#storage/ports.ts";
import type { Step } from "../draft.ts";
import type { SeenItem } from "../message.ts";

/** Forgotten after this many, which costs a look into the catalogue and nothing else. */
const maxRemembered = 200_000;

function described(seen: SeenItem, at: number): CatalogueItem {
  return {
    itemId: seen.itemId,
    title: (seen.title ?? seen.itemId).slice(0, 1000),
    description: null,
    categories: seen.category === null ? [] : [seen.category.slice(0, 256)],
    brand: seen.brand?.slice(0, 256) ?? null,
    price: seen.price,
    currency: null,
    stock: null,
    available: true,
    url: null,
    imageUrl: null,
    attributes: {},
    releasedAt: null,
    source: "event",
    createdAt: at,
    updatedAt: at,
  };
}

/** An item that nobody has described yet gets the little that the event says about it. */
export function createNoteItems(catalogue: Pick<CatalogueStore, "addMissing">): Step {
  const remembered = new Map<ShopId, Set<ItemId>>();
  return async function noteItems(batch) {
    let known = remembered.get(batch.shopId);
    if (known === undefined || known.size > maxRemembered) {
      known = new Set();
      remembered.set(batch.shopId, known);
    }
    const missing = new Map<ItemId, CatalogueItem>();
    for (const { message, outcome } of batch.drafts) {
      // A duplicate too: the first time may have ended between the event and this step.
      if (outcome?.kind !== "ok" && !(outcome?.kind === "drop" && outcome.reason === "DUPLICATE")) continue;
      for (const seen of message.seenItems) {
        if (!known.has(seen.itemId) && !missing.has(seen.itemId)) missing.set(seen.itemId, described(seen, batch.receivedAt));
      }
    }
    if (missing.size > 0) await catalogue.addMissing(batch.shopId, [...missing.values()]);
    for (const itemId of missing.keys()) known.add(itemId);
    return batch;
  };
}
