import type { ItemId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { ItemIdSource } from "#domain/shop-platform.ts";
import { describedItem, type LooseItem } from "./described-item.ts";
import { type Fields, idIn, numberIn, recordIn, recordsIn, textIn, timeIn } from "./read-fields.ts";
import type { ShopContent } from "./shop-content.ts";

export type ProductContext = {
  readonly itemIdSource: ItemIdSource;
  readonly currency: string;
  /** Host of the shop's pages, where the message says it. */
  readonly domain: string | null;
  readonly now: number;
};

/** Pieces left of one variant; null where the shop does not count them, or sells on without. */
function stockOf(variant: Fields): number | null {
  if (textIn(variant, "inventory_management") === null && Object.hasOwn(variant, "inventory_management")) return null;
  if (textIn(variant, "inventory_policy") === "continue") return null;
  return numberIn(variant, "inventory_quantity");
}

function categoriesOf(product: Fields): readonly string[] {
  const type = textIn(product, "product_type");
  if (type !== null) return type.split(/\s*[>/]\s*/);
  return textIn(recordIn(product, "category"), "full_name")?.split(/\s*>\s*/) ?? [];
}

const lowest = (prices: readonly (number | null)[]) => {
  const known = prices.filter((price) => price !== null);
  return known.length === 0 ? null : Math.min(...known);
};

/** `products/create` and `products/update`: one item a product, or one a variant. */
export function shopifyProduct(product: Fields, context: ProductContext): Result<ShopContent> {
  const productId = idIn(product, "id");
  if (productId === null) return refuse("ITEM_INVALID", "id of the product is missing");
  const title = textIn(product, "title");
  if (title === null) return refuse("ITEM_INVALID", "title is missing");
  const status = textIn(product, "status");
  const images = new Map(recordsIn(product, "images").map((image) => [idIn(image, "id"), textIn(image, "src")]));
  const handle = textIn(product, "handle");
  const variants = recordsIn(product, "variants");
  const stocks = variants.map(stockOf);
  const whole: LooseItem = {
    itemId: productId,
    title,
    descriptionHtml: textIn(product, "body_html"),
    categories: categoriesOf(product),
    brand: textIn(product, "vendor"),
    price: lowest(variants.map((variant) => numberIn(variant, "price"))),
    stock: stocks.length === 0 || stocks.includes(null) ? null : stocks.reduce<number>((sum, stock) => sum + Math.max(0, stock!), 0),
    available: (status === null || status === "active") && !(Object.hasOwn(product, "published_at") && product.published_at === null),
    url: context.domain === null || handle === null ? null : `https://${context.domain}/products/${encodeURIComponent(handle)}`,
    imageUrl: textIn(recordIn(product, "image"), "src") ?? [...images.values()].find((src) => src !== null) ?? null,
    createdAt: timeIn(product, "published_at") ?? timeIn(product, "created_at") ?? context.now,
  };
  const items: LooseItem[] =
    context.itemIdSource === "product"
      ? [whole]
      : variants.flatMap((variant): LooseItem[] => {
          const itemId = context.itemIdSource === "variant" ? idIn(variant, "id") : textIn(variant, "sku");
          if (itemId === null) return [];
          const name = textIn(variant, "title");
          return [
            {
              ...whole,
              itemId,
              title: name === null || name === "Default Title" ? title : `${title} - ${name}`,
              price: numberIn(variant, "price"),
              stock: stockOf(variant),
              imageUrl: images.get(idIn(variant, "image_id")) ?? whole.imageUrl,
            },
          ];
        });
  const changedAt = timeIn(product, "updated_at") ?? context.now;
  return succeed({
    kind: "product",
    product: { productId, changedAt, items: items.map((item) => describedItem(item, context.currency, context.now)) },
  });
}

/** `products/delete`: the id is all that is left of it. */
export function shopifyProductGone(product: Fields, { itemIdSource }: Pick<ProductContext, "itemIdSource">): Result<ShopContent> {
  const productId = idIn(product, "id");
  if (productId === null) return refuse("ITEM_INVALID", "id of the product is missing");
  return succeed({ kind: "product-gone", productId, itemId: itemIdSource === "product" ? (productId as ItemId) : null });
}
