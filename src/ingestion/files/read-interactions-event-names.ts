import type { EventType } from "#domain/event.ts";

// What data sets and shop systems call what people do. Compared without case, spaces and punctuation.

const names: Partial<Record<EventType, string>> = {
  view: "view views viewed pageview productview productviewed viewitem viewcontent detail detailproductview pv visit",
  click: "click clicks clicked productclicked clk select selectitem",
  wishlist: "wishlist wish favorite favourite fav like save addtowishlist productaddedtowishlist",
  "cart-add": "cart carts addtocart cartadd addcart addedtocart productadded add tocart basket addtobasket basketadd",
  "cart-remove": "cartremove removefromcart removefrombasket removecart productremoved",
  purchase: "purchase purchased purchases transaction transactions order ordered orders buy bought sale sold checkout ordercompleted conversion",
  return: "return returned refund refunded orderrefunded",
  dismiss: "dismiss dismissed dislike hide notinterested",
  search: "search searched productssearched",
  impression: "impression impressions shown",
};

const byName: ReadonlyMap<string, EventType> = new Map(
  Object.entries(names).flatMap(([type, words]) => words.split(" ").map((word) => [word, type as EventType] as const)),
);

/** The event type that is meant by a word such as "addtocart"; null for a word that means none. */
export function eventTypeNamed(text: string): EventType | null {
  return byName.get(text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")) ?? null;
}
