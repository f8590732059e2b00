/** Shop software that calls this house with signed messages. */
export const shopPlatforms = ["shopify", "woocommerce"] as const;
export type ShopPlatform = (typeof shopPlatforms)[number];

export function isShopPlatform(text: string): text is ShopPlatform {
  return shopPlatforms.some((platform) => platform === text);
}

/** Which of a platform's ids an item goes by here. It must be the one that the shop's pages send, too. */
export const itemIdSources = ["product", "variant", "sku"] as const;
export type ItemIdSource = (typeof itemIdSources)[number];

export function isItemIdSource(text: string): text is ItemIdSource {
  return itemIdSources.some((source) => source === text);
}
