import type { FieldValue } from "./feed-row.ts";
import { indexNodes, isNode, listOf, type Node, type NodeIndex, typesOf } from "./json-ld-nodes.ts";
import { offerOf } from "./json-ld-offer.ts";

/** A product of the page under the names a feed would give it. */
export type ProductFields = ReadonlyMap<string, readonly FieldValue[]>;

const productTypes = new Set(["Product", "ProductModel", "IndividualProduct", "SomeProducts", "Vehicle", "Car", "Motorcycle"]);
const plainFields = {
  color: "color",
  size: "size",
  material: "material",
  pattern: "pattern",
  mpn: "mpn",
  sku: "sku",
  model: "model",
  award: "award",
  keywords: "keywords",
};
const gtins = ["gtin", "gtin14", "gtin13", "gtin12", "gtin8", "isbn"];

/**
 * Every Product of a page's JSON-LD, a ProductGroup as its variants, which take over what the group says of all. `pageUrl`: what
 * addresses are relative to, and where a product without an address is.
 */
export function productsOf(roots: readonly unknown[], pageUrl: string | null): ProductFields[] {
  const index = indexNodes(roots);
  const path = breadcrumbOf(index, pageUrl);
  const seen = new Set<Node>();
  const products: ProductFields[] = [];
  const take = (node: Node, group: Node | null): void => {
    if (seen.has(node)) return;
    seen.add(node);
    products.push(fieldsOf(node, group, path, index, pageUrl));
  };
  const isProduct = (node: Node) => typesOf(node).some((type) => productTypes.has(type));
  const isMention = (node: Node) => node.name === undefined && node.offers === undefined && node.sku === undefined && node.isVariantOf === undefined;
  for (const node of index.all.filter((one) => typesOf(one).includes("ProductGroup"))) {
    const variants = index.resolveAll(node.hasVariant);
    const own = variants.filter((variant) => Object.keys(variant).some((key) => !key.startsWith("@")));
    for (const variant of own) take(variant, node);
    // Variants elsewhere on the page name the group themselves; a group of which none is told is a product.
    const isNamed = index.all.some((one) => isProduct(one) && index.resolveAll(one.isVariantOf).includes(node));
    if (own.length === 0 && !isNamed && node.name !== undefined && node.offers !== undefined) take(node, null);
  }
  const related = relatedTo(index);
  for (const node of index.all) {
    if (!isProduct(node) || related.has(node) || isMention(node)) continue;
    const group = index.resolveAll(node.isVariantOf)[0];
    take(node, group ?? null);
  }
  return products;
}

/** Products that only stand beside the ones of the page. */
function relatedTo({ all }: NodeIndex): ReadonlySet<unknown> {
  const names = ["isRelatedTo", "isSimilarTo", "isAccessoryOrSparePartFor", "isConsumableFor", "itemReviewed", "itemOffered", "isPartOf"];
  return new Set(all.flatMap((node) => names.flatMap((name) => listOf(node[name]))));
}

function fieldsOf(node: Node, group: Node | null, path: readonly string[], index: NodeIndex, pageUrl: string | null): ProductFields {
  const fields = new Map<string, readonly FieldValue[]>();
  const put = (name: string, value: FieldValue) => {
    if (value !== null && value !== undefined && value !== "") fields.set(name, [value]);
  };
  const said = (name: string): unknown => node[name] ?? group?.[name];
  const offer = offerOf(said("offers"), index);
  const gtin = gtins.flatMap((name) => textOf(node[name], index) ?? [])[0] ?? null;
  const link = absolute(textOf(node.url, index) ?? offer.url ?? textOf(group?.url, index), pageUrl) ?? pageUrl;
  const named = textOf(node["@id"], index);
  put(
    "id",
    textOf(node.sku, index) ?? textOf(node.productID, index) ?? offer.sku ?? gtin ?? textOf(node.mpn, index) ?? absolute(named, pageUrl) ?? link,
  );
  put("title", textOf(said("name"), index));
  put("description", textOf(said("description"), index));
  put("link", link);
  const images = listOf(said("image")).flatMap((image) => absolute(imageOf(image, index), pageUrl) ?? []);
  put("image_link", images[0] ?? null);
  if (images.length > 1) fields.set("additional_image_link", images.slice(1, 11));
  put("brand", textOf(said("brand"), index) ?? textOf(said("manufacturer"), index));
  put("price", offer.price);
  put("availability", offer.availability);
  const category = listOf(said("category")).flatMap((one) => textOf(one, index) ?? []);
  put("product_type", path.length > 0 ? path.join(" > ") : category[0]);
  put("item_group_id", textOf(group?.productGroupID, index) ?? textOf(node.inProductGroupWithID, index));
  put("gtin", gtin);
  for (const [name, field] of Object.entries(plainFields)) {
    const values = listOf(said(name)).flatMap((one) => textOf(one, index) ?? []);
    if (values.length > 0) fields.set(field, values);
  }
  putAudience(said("audience"), index, put);
  put("condition", (textOf(said("itemCondition"), index) ?? offer.condition)?.replace(/^.*\/|Condition$/g, "").toLowerCase() ?? null);
  const rating = index.resolveAll(said("aggregateRating"))[0];
  put("rating", numberOf(rating?.ratingValue));
  put("review_count", numberOf(rating?.reviewCount ?? rating?.ratingCount));
  for (const property of index.resolveAll(said("additionalProperty"))) {
    const name = textOf(property.name, index);
    if (name !== null && !fields.has(name)) put(name.slice(0, 256), textOf(property.value, index));
  }
  return fields;
}

function putAudience(value: unknown, index: NodeIndex, put: (name: string, value: FieldValue) => void): void {
  const audience = index.resolveAll(value)[0];
  put("gender", textOf(audience?.suggestedGender, index)?.replace(/^.*\//, "").toLowerCase() ?? null);
  put("age_group", textOf(audience?.suggestedAge, index));
}

/** A text, or the name of the thing that stands in its place. */
function textOf(value: unknown, index: NodeIndex): string | null {
  const [one] = listOf(value);
  if (typeof one === "string") return one.trim() === "" ? null : one.trim();
  if (typeof one === "number" || typeof one === "boolean") return String(one);
  const node = index.resolve(one);
  if (node === null) return null;
  const name = node.name ?? node["@value"];
  return typeof name === "string" || typeof name === "number" ? String(name).trim() || null : null;
}

function imageOf(value: unknown, index: NodeIndex): string | null {
  if (typeof value === "string") return value;
  const node = index.resolve(value);
  return node === null ? null : (textOf(node.contentUrl ?? node.url, index) ?? textOf(node["@id"], index));
}

function numberOf(value: unknown): number | null {
  const number = typeof value === "string" ? Number(value.trim().replace(",", ".")) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

function absolute(address: string | null, pageUrl: string | null): string | null {
  if (address === null) return null;
  return URL.parse(address, pageUrl ?? undefined)?.href ?? null;
}

/** The way to the page, from the widest, without the shop's front page and without the product itself. */
function breadcrumbOf(index: NodeIndex, pageUrl: string | null): string[] {
  const lists = index.all.filter((node) => typesOf(node).includes("BreadcrumbList"));
  const crumbs = lists.map((list) =>
    index
      .resolveAll(list.itemListElement)
      .flatMap((element) => {
        const name = textOf(element.name, index) ?? textOf(element.item, index);
        const at =
          typeof element.item === "string"
            ? element.item
            : isNode(element.item)
              ? (textOf(element.item["@id"], index) ?? textOf(element.item.url, index))
              : null;
        return name === null ? [] : [{ name, position: Number(element.position ?? 0), at: absolute(at, pageUrl) }];
      })
      .sort((a, b) => a.position - b.position),
  );
  const longest = crumbs.reduce((best, one) => (one.length > best.length ? one : best), []);
  const productNames = new Set(
    index.all.flatMap((node) => (typesOf(node).some((type) => productTypes.has(type) || type === "ProductGroup") ? listOf(node.name) : [])),
  );
  return longest
    .filter(({ name, at }, place) => {
      if (place === 0 && (/^(home|homepage|start|startseite|accueil|inicio)$/i.test(name) || (at !== null && URL.parse(at)?.pathname === "/")))
        return false;
      const isLast = place === longest.length - 1;
      return !(isLast && (productNames.has(name) || (at !== null && at === pageUrl)));
    })
    .map(({ name }) => name.replaceAll(">", "›"));
}
