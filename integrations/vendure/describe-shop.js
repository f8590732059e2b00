"use strict";

// What of Vendure's entities Rapport is told. Of customers that is a number; names, addresses and e-mail stay in the shop.

const maxStock = 1_000_000;

/** Ids as the shop API shows them, because the storefront sends those. */
function createIds(configService) {
  const strategy = configService.entityOptions.entityIdStrategy ?? configService.entityIdStrategy;
  return (id) => String(strategy.encodeId(id));
}

/** Vendure counts money in the smallest unit, or finer. */
function createMoney(configService) {
  const unit = 10 ** (configService.entityOptions.moneyStrategy?.precision ?? 2);
  return (amount) => Math.max(0, Math.round((amount / unit) * 10_000) / 10_000);
}

function itemIdOf(variant, options, idOf) {
  if (options.itemId === "sku") return variant.sku;
  return idOf(options.itemId === "variant" ? variant.id : variant.productId);
}

/** Pieces that somebody has and keeps: not taken off the order, and not paid back. */
function quantityKept(line, refunds) {
  const placed = Math.max(line.orderPlacedQuantity ?? 0, line.quantity);
  const paidBack = refunds
    .flatMap((refund) => refund.lines ?? [])
    .filter(({ orderLineId }) => String(orderLineId) === String(line.id))
    .reduce((sum, { quantity }) => sum + quantity, 0);
  return Math.min(line.quantity, placed - paidBack);
}

function describeOrder(order, options, { idOf, money }) {
  const refunds = (order.payments ?? []).flatMap((payment) => payment.refunds ?? []).filter(({ state }) => state === "Settled");
  const isCancelled = order.state === "Cancelled";
  return {
    orderId: order.code,
    ...(order.customer ? { customerId: idOf(order.customer.id) } : {}),
    placedAt: (order.orderPlacedAt ?? order.createdAt).toISOString(),
    status: isCancelled ? "cancelled" : "placed",
    currency: order.currencyCode,
    lines: order.lines
      .map((line) => ({
        id: itemIdOf(line.productVariant, options, idOf),
        quantity: isCancelled ? (line.orderPlacedQuantity ?? 0) : quantityKept(line, refunds),
        price: money(line.proratedUnitPriceWithTax),
        title: line.productVariant.name,
      }))
      .filter(({ quantity }) => quantity > 0),
  };
}

const words = (html) =>
  html
    .slice(0, 100_000)
    .replace(/<[^<>]*>/g, " ")
    .replace(/&nbsp;/g, " ")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 20_000);

/** One item a product, or one a variant. `variants` come with their stock. */
function describeItems(product, variants, categories, options, { idOf, money }) {
  const facet = (code) => product.facetValues?.find((value) => value.facet?.code === code)?.name;
  const url = options.productUrl?.(product);
  const preview = product.featuredAsset?.preview;
  const common = {
    title: product.name || product.slug || idOf(product.id),
    description: words(product.description ?? "") || null,
    categories: (categories.length > 0 ? categories : [facet("category")].filter(Boolean)).slice(0, 20),
    brand: facet("brand") ?? null,
    url: url ?? null,
    imageUrl: preview && /^https?:/.test(preview) ? preview : null,
  };
  const selling = variants.filter(({ variant }) => variant.enabled);
  // A number that means "not counted" is as large as they come.
  const counted = (stock) => (stock >= maxStock ? null : Math.max(0, Math.floor(stock)));
  if (options.itemId === "product") {
    if (selling.length === 0) return [];
    const stock = selling.reduce((sum, one) => sum + Math.max(0, one.stock), 0);
    const price = Math.min(...selling.map(({ variant }) => variant.priceWithTax));
    const currency = selling[0].variant.currencyCode;
    return [{ ...common, id: idOf(product.id), price: money(price), currency, stock: counted(stock), available: product.enabled }];
  }
  return variants.map(({ variant, stock }) => ({
    ...common,
    id: itemIdOf(variant, options, idOf),
    title: variant.name || common.title,
    price: money(variant.priceWithTax),
    currency: variant.currencyCode,
    stock: counted(stock),
    available: product.enabled && variant.enabled,
  }));
}

module.exports = { createIds, createMoney, itemIdOf, describeOrder, describeItems };
