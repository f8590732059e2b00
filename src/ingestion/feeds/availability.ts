/** May it be ordered now? By Google's words, schema.org's, and those that shops use for them; null: none of these. */
export function isAvailable(given: string): boolean | null {
  const word = given
    .replace(/^https?:\/\/(www\.)?schema\.org\//i, "")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[\s_-]+/g, " ")
    .trim();
  if (sold.has(word)) return true;
  return notSold.has(word) ? false : null;
}

const sold = new Set(
  "in stock,instock,preorder,pre order,presale,pre sale,backorder,back order,available for order,available,limited availability,online only,made to order,true,yes,1".split(
    ",",
  ),
);
const notSold = new Set(
  "out of stock,outofstock,sold out,soldout,discontinued,in store only,reserved,unavailable,not available,false,no,0".split(","),
);
