import { type Fields, listOf, numberOf, textOf, told } from "./read-fields.ts";

const maxProducts = 200;

/** GA4 has five levels in five fields, Universal Analytics one field with slashes. */
function categoryOf(item: Fields): string | undefined {
  const levels = [item.item_category, item.item_category2, item.item_category3, item.item_category4, item.item_category5].flatMap(
    (level) => textOf(level) ?? [],
  );
  return levels.length > 0 ? levels.join("/") : textOf(item.category);
}

/** An item of Google's (GA4: item_id, item_name …; before it: id, name …) as a product of Segment's; null without an id. */
export function productOf(item: Fields): Record<string, unknown> | null {
  const productId = textOf(item.item_id) ?? textOf(item.id);
  if (productId === undefined) return null;
  return told({
    product_id: productId,
    name: textOf(item.item_name) ?? textOf(item.name),
    brand: textOf(item.item_brand) ?? textOf(item.brand),
    category: categoryOf(item),
    variant: textOf(item.item_variant) ?? textOf(item.variant),
    price: numberOf(item.price),
    quantity: numberOf(item.quantity),
    coupon: textOf(item.coupon),
    position: numberOf(item.index) ?? numberOf(item.list_position) ?? numberOf(item.position),
    recommendation_id: textOf(item.recommendation_id),
  });
}

export function productsOf(items: unknown): Record<string, unknown>[] {
  return listOf(items)
    .slice(0, maxProducts)
    .map(productOf)
    .filter((product) => product !== null);
}
