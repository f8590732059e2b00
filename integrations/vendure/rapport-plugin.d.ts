import type { Order, Product, RequestContext, Type } from "@vendure/core";

export type RapportPluginOptions = {
  /** Address of the Rapport server: `https://rapport.example`. */
  url: string;
  /** The shop's server key, `rk_s_…`; it stays on this server. */
  serverKey: string;
  /** By which id an item goes; `product` unless told. Your storefront must send the same to Rapport. */
  itemId?: "product" | "variant" | "sku";
  /** Send the whole catalogue when the server starts; true unless told. */
  syncOnStart?: boolean;
  /** Address of a product's page. */
  productUrl?: (product: Product) => string | undefined;
  /**
   * The visitor's id as the storefront's pages send it to Rapport; the request header `x-rapport-anonymous-id` unless
   * told. Without one, baskets of visitors who are not signed in are not told, and signing in links nothing.
   */
  anonymousId?: (ctx: RequestContext, order?: Order) => string | undefined;
};

export declare const RapportPlugin: Type<object> & { init(options: RapportPluginOptions): Type<object> };
