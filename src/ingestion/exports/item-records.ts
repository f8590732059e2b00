import type { ShopId } from "#domain/ids.ts";
import type { Store } from "#storage/ports.ts";
import type { ExportRecord } from "./columns.ts";

const rowsPerPage = 1_000;
const isoTime = (at: number) => new Date(at).toISOString();

/** Every item with all that is known of it. */
export async function* itemRecords(shopId: ShopId, store: Pick<Store, "transfer">): AsyncGenerator<readonly ExportRecord[]> {
  let after: string | null = null;
  for (;;) {
    const rows: Awaited<ReturnType<Store["transfer"]["items"]>> = await store.transfer.items(shopId, after, rowsPerPage);
    if (rows.length === 0) return;
    after = rows.at(-1)!.item.itemId;
    yield rows.map(
      ({ item, feed }): ExportRecord => ({
        itemId: item.itemId,
        title: item.title,
        description: item.description,
        categories: item.categories,
        brand: item.brand,
        price: item.price,
        currency: item.currency,
        stock: item.stock,
        available: item.available,
        url: item.url,
        imageUrl: item.imageUrl,
        attributes: item.attributes,
        releasedAt: item.releasedAt === null ? null : isoTime(item.releasedAt),
        source: item.source,
        createdAt: isoTime(item.createdAt),
        updatedAt: isoTime(item.updatedAt),
        feed,
      }),
    );
  }
}
