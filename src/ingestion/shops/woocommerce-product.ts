import type { ItemId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { describedItem } from "./described-item.ts";
import { type Fields, idIn, numberIn, recordsIn, textIn, timeIn } from "./read-fields.ts";
import { ignored, type ShopContent } from "./shop-content.ts";
import type { ProductContext } from "./shopify-product.ts";

/** Pieces left; null where the shop does not count them, or sells on without. */
function stockOf(product: Fields): number | null {
  const backorders = textIn(product, "backorders");
  if (product.manage_stock !== true || (backorders !== null && backorders !== "no")) return null;
  return numberIn(product, "stock_quantity");
}

/** `product.*`: one item. A variation is an item of its own where items go by variant or SKU; its parent then is none. */
export function woocommerceProduct(product: Fields, context: ProductContext): Result<ShopContent> {
  const productId = idIn(product, "id");
  if (productId === null) return refuse("ITEM_INVALID", "id of the product is missing");
  const isVariation = textIn(product, "type") === "variation" || idIn(product, "parent_id") !== null;
  const { itemIdSource } = context;
  if (isVariation && itemIdSource === "product") return succeed(ignored("VARIATION_IGNORED"));
  const title = textIn(product, "name");
  if (title === null) return refuse("ITEM_INVALID", "name is missing");
  const hasVariations = Array.isArray(product.variations) && product.variations.length > 0;
  const itemId = itemIdSource === "sku" ? textIn(product, "sku") : productId;
  const isItem = itemId !== null && !(hasVariations && itemIdSource !== "product");
  const status = textIn(product, "status");
  const item = describedItem(
    {
      itemId: itemId ?? productId,
      title,
      descriptionHtml: textIn(product, "description") ?? textIn(product, "short_description"),
      categories: recordsIn(product, "categories")
        .map((category) => textIn(category, "name"))
        .filter((name) => name !== null),
      brand:
        recordsIn(product, "brands")
          .map((brand) => textIn(brand, "name"))
          .find((name) => name !== null) ?? null,
      price: numberIn(product, "price") ?? numberIn(product, "regular_price"),
      stock: stockOf(product),
      available:
        (status === null || status === "publish") &&
        textIn(product, "catalog_visibility") !== "hidden" &&
        textIn(product, "stock_status") !== "outofstock" &&
        product.in_stock !== false,
      url: textIn(product, "permalink"),
      imageUrl:
        recordsIn(product, "images")
          .map((image) => textIn(image, "src"))
          .find((src) => src !== null) ?? null,
      createdAt: timeIn(product, "date_created_gmt") ?? timeIn(product, "date_created") ?? context.now,
    },
    context.currency,
    context.now,
  );
  const changedAt = timeIn(product, "date_modified_gmt") ?? timeIn(product, "date_modified") ?? context.now;
  return succeed({ kind: "product", product: { productId, changedAt, items: isItem ? [item] : [] } });
}

/** `product.deleted`: the id is all that is left of it. */
export function woocommerceProductGone(product: Fields, { itemIdSource }: Pick<ProductContext, "itemIdSource">): Result<ShopContent> {
  const productId = idIn(product, "id");
  if (productId === null) return refuse("ITEM_INVALID", "id of the product is missing");
  return succeed({ kind: "product-gone", productId, itemId: itemIdSource === "sku" ? null : (productId as ItemId) });
}
