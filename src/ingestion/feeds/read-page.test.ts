import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FeedShop, openFeedShop, reasonsOf } from "../testing/feed-shop.ts";

let shop: FeedShop = null as never;
beforeEach(async () => {
  shop = await openFeedShop();
});
afterEach(() => shop.store.close());

const page = (...scripts: readonly (string | object)[]) =>
  `<!doctype html><html><head><title>Shop</title>${scripts
    .map((script) => `<script type="application/ld+json">${typeof script === "string" ? script : JSON.stringify(script)}</script>`)
    .join("\n")}</head><body><h1>Hello</h1><script>var x = "<b>";</script></body></html>`;
const read = async (...scripts: readonly (string | object)[]) => {
  const run = await shop.run(page(...scripts));
  return { run, items: [...(await shop.items()).values()] };
};

// After the examples of schema.org/Product, schema.org/ProductGroup and developers.google.com/search/docs/appearance/structured-data.
const anvil = {
  "@context": "https://schema.org/",
  "@type": "Product",
  name: "Executive Anvil",
  image: ["/photos/1x1/photo.jpg", { "@type": "ImageObject", url: "https://example.com/photos/4x3/photo.jpg" }],
  description: "Sleeker than ACME's <b>Classic Anvil</b>",
  sku: "0446310786",
  mpn: "925872",
  brand: { "@type": "Brand", name: "ACME" },
  color: "black",
  aggregateRating: { "@type": "AggregateRating", ratingValue: "4.4", reviewCount: 89 },
  review: { "@type": "Review", author: { "@type": "Person", name: "Fred Benson" } },
  offers: {
    "@type": "Offer",
    url: "https://example.com/anvil",
    priceCurrency: "USD",
    price: 119.99,
    itemCondition: "https://schema.org/UsedCondition",
    availability: "https://schema.org/InStock",
  },
};

describe("schema.org in a page", () => {
  it("a product with its offer, brand and rating", async () => {
    const { run, items } = await read(anvil);
    expect(run).toMatchObject({ format: "page", added: 1, refused: [], noted: [] });
    expect(items[0]).toMatchObject({
      itemId: "0446310786",
      title: "Executive Anvil",
      description: "Sleeker than ACME's Classic Anvil",
      brand: "ACME",
      price: 119.99,
      currency: "USD",
      available: true,
      url: "https://example.com/anvil",
      imageUrl: "https://shop.example/photos/1x1/photo.jpg",
      attributes: { mpn: "925872", color: "black", condition: "used", rating: 4.4, review_count: 89 },
    });
    expect(JSON.stringify(items[0])).not.toContain("Benson");
  });

  it("in a graph, in a list, below the page, by reference, with types in full", async () => {
    const { items } = await read(
      {
        "@context": "http://schema.org",
        "@graph": [
          { "@type": "WebPage", mainEntity: { "@id": "#p" } },
          { "@id": "#p", "@type": "http://schema.org/Product", name: "One", sku: "1", brand: { "@id": "#b" } },
          { "@id": "#b", "@type": "Brand", name: "By reference" },
        ],
      },
      [
        { "@type": ["Product", "Thing"], name: "Two", productID: 2 },
        { "@type": "Organization", name: "Not one" },
      ],
      { "@type": "ItemList", itemListElement: [{ "@type": "ListItem", item: { "@type": "Product", name: "Three", sku: "3" } }] },
    );
    expect(items.map(({ itemId, title, brand }) => [itemId, title, brand])).toEqual([
      ["1", "One", "By reference"],
      ["2", "Two", null],
      ["3", "Three", null],
    ]);
  });

  it("a group as its variants, which take over what it says of all", async () => {
    const offers = (price: number, state: string) => ({ "@type": "Offer", priceCurrency: "USD", price, availability: `https://schema.org/${state}` });
    const { items } = await read({
      "@type": "ProductGroup",
      name: "Wool winter coat",
      description: "Warm.",
      brand: { "@type": "Brand", name: "Good brand" },
      productGroupID: "44E01",
      variesBy: ["https://schema.org/size", "https://schema.org/color"],
      material: "wool",
      hasVariant: [
        {
          "@type": "Product",
          sku: "44E01-M11000",
          name: "Wool winter coat, green, S",
          size: "small",
          color: "Green",
          offers: offers(39.99, "InStock"),
        },
        { "@type": "Product", sku: "44E01-K11000", size: "small", color: "Light blue", offers: offers(49.99, "OutOfStock") },
      ],
    });
    expect(items).toMatchObject([
      {
        itemId: "44E01-K11000",
        title: "Wool winter coat",
        brand: "Good brand",
        price: 49.99,
        available: false,
        attributes: { material: "wool", color: "Light blue", item_group_id: "44E01" },
      },
      {
        itemId: "44E01-M11000",
        title: "Wool winter coat, green, S",
        description: "Warm.",
        price: 39.99,
        available: true,
        attributes: { size: "small" },
      },
    ]);
  });

  it("variants that name their group themselves", async () => {
    const { items } = await read(
      { "@type": "ProductGroup", "@id": "#coat", name: "Coat", productGroupID: "g", brand: "B" },
      { "@type": "Product", sku: "v1", isVariantOf: { "@id": "#coat" }, offers: { price: "5", priceCurrency: "USD" } },
    );
    expect(items).toMatchObject([{ itemId: "v1", title: "Coat", brand: "B", price: 5, attributes: { item_group_id: "g" } }]);
  });

  it.each<[string, unknown, { price: number | null; available: boolean }]>([
    ["an aggregate", { "@type": "AggregateOffer", lowPrice: "10", highPrice: 20, priceCurrency: "USD" }, { price: 10, available: true }],
    [
      "an aggregate of offers",
      {
        "@type": "AggregateOffer",
        priceCurrency: "USD",
        offers: [
          { price: 12, availability: "SoldOut" },
          { price: 15, availability: "InStock" },
        ],
      },
      { price: 15, available: true },
    ],
    [
      "several, one to be had",
      [
        { price: 9, priceCurrency: "USD", availability: "http://schema.org/OutOfStock" },
        { price: 11, priceCurrency: "USD", availability: "http://schema.org/InStock" },
      ],
      { price: 11, available: true },
    ],
    [
      "a specification",
      {
        priceSpecification: [
          { priceType: "https://schema.org/ListPrice", price: 20, priceCurrency: "USD" },
          { price: 14, priceCurrency: "USD" },
        ],
      },
      { price: 14, available: true },
    ],
    ["a price with its thousands", { price: "1,299.00", priceCurrency: "USD" }, { price: 1299, available: true }],
    ["none", undefined, { price: null, available: true }],
    ["to come", { price: 5, priceCurrency: "USD", availability: "https://schema.org/PreOrder" }, { price: 5, available: true }],
    ["gone", { price: 5, priceCurrency: "USD", availability: "https://schema.org/Discontinued" }, { price: 5, available: false }],
    ["in another currency", { price: 5, priceCurrency: "EUR" }, { price: null, available: true }],
  ])("offers: %s", async (_what, offers, expected) => {
    expect((await read({ "@type": "Product", name: "P", sku: "p", offers })).items[0]).toMatchObject(expected);
  });

  it("breadcrumbs are the categories, without the front page and the product itself", async () => {
    const crumb = (position: number, name: string, item?: string) => ({ "@type": "ListItem", position, name, item });
    const { items } = await read(anvil, {
      "@type": "BreadcrumbList",
      itemListElement: [crumb(3, "Anvils", "/tools/anvils"), crumb(2, "Tools", "/tools"), crumb(1, "Home", "/"), crumb(4, "Executive Anvil")],
    });
    expect(items[0]!.categories).toEqual(["Tools", "Anvils"]);
  });

  it("a broken script stops no other; line breaks in texts and comments around them are read", async () => {
    const { run, items } = await read('{"@type": "Product", "name": "broken', `<!-- {"@type":"Product","sku":"a","name":"A\nB"}; -->`, anvil);
    expect(reasonsOf(run.refused)).toEqual({ SCRIPT_NOT_JSON: 1 });
    expect(items.map(({ title }) => title)).toEqual(["Executive Anvil", "A B"]);
  });

  it("a graph that leads back to itself, or is very deep, ends", async () => {
    const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
    const { items } = await read(
      { "@id": "#p", "@type": "Product", name: "P", sku: "p", isVariantOf: { "@id": "#p" }, hasVariant: { "@id": "#p" } },
      deep,
    );
    expect(items.map(({ itemId }) => itemId)).toEqual(["p"]);
  });
});
