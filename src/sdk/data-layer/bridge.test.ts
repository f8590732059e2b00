import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BridgeOptions, Purposes } from "../public-types.ts";
import { bridgeDataLayer } from "./bridge.ts";

type Call = readonly [string, ...unknown[]];

function bridge(dataLayer: unknown, options: BridgeOptions = {}, gpc = false) {
  const calls: Call[] = [];
  const target = {
    track: (event: string, properties?: Record<string, unknown>) => void calls.push(["track", event, properties]),
    identify: (userId: string | number) => void calls.push(["identify", userId]),
    consent: { set: (purposes: Purposes) => void calls.push(["consent", purposes]) },
  };
  const stop = bridgeDataLayer(target, dataLayer, options, gpc);
  return { calls, stop };
}

/** As Google's snippet has it: what is pushed is the `arguments` object. */
function gtagOf(dataLayer: unknown[]) {
  return function gtag(..._given: unknown[]) {
    // biome-ignore lint/complexity/noArguments: that is what the snippet pushes
    dataLayer.push(arguments);
  };
}

// Google's examples, as its documentation prints them (names of currencies and shops included).
const item = {
  item_id: "SKU_12345",
  item_name: "Stan and Friends Tee",
  affiliation: "Google Merchandise Store",
  coupon: "SUMMER_FUN",
  discount: 2.22,
  index: 0,
  item_brand: "Google",
  item_category: "Apparel",
  item_category2: "Adult",
  item_category3: "Shirts",
  item_category4: "Crew",
  item_category5: "Short sleeve",
  item_list_id: "related_products",
  item_list_name: "Related Products",
  item_variant: "green",
  location_id: "ChIJIQBpAG2ahYAR_6128GcTUEo",
  price: 10.01,
  quantity: 3,
};
const product = {
  product_id: "SKU_12345",
  name: "Stan and Friends Tee",
  brand: "Google",
  category: "Apparel/Adult/Shirts/Crew/Short sleeve",
  variant: "green",
  price: 10.01,
  quantity: 3,
  coupon: "SUMMER_FUN",
  position: 0,
};
const cart = { currency: "USD", value: 30.03, coupon: "SUMMER_FUN", items: [item] };

const ga4: readonly (readonly [string, Record<string, unknown>, string, Record<string, unknown>])[] = [
  ["view_item", { currency: "USD", value: 30.03, items: [item] }, "Product Viewed", { currency: "USD", ...product }],
  ["select_item", { item_list_id: "related_products", items: [item] }, "Product Clicked", product],
  ["add_to_cart", { currency: "USD", value: 30.03, items: [item] }, "Product Added", { currency: "USD", ...product }],
  ["remove_from_cart", { currency: "USD", value: 30.03, items: [item] }, "Product Removed", { currency: "USD", ...product }],
  ["add_to_wishlist", { currency: "USD", value: 30.03, items: [item] }, "Product Added to Wishlist", { currency: "USD", ...product }],
  [
    "view_item_list",
    { item_list_id: "related_products", item_list_name: "Related products", items: [item, { ...item, item_id: "SKU_12346" }] },
    "Product List Viewed",
    { list_id: "related_products", category: "Related products", products: [product, { ...product, product_id: "SKU_12346" }] },
  ],
  ["view_cart", { currency: "USD", value: 30.03, items: [item] }, "Cart Viewed", { currency: "USD", value: 30.03, products: [product] }],
  ["begin_checkout", cart, "Checkout Started", { currency: "USD", value: 30.03, coupon: "SUMMER_FUN", products: [product] }],
  [
    "add_shipping_info",
    { ...cart, shipping_tier: "Ground" },
    "Checkout Step Completed",
    { currency: "USD", value: 30.03, coupon: "SUMMER_FUN", shipping_method: "Ground", products: [product] },
  ],
  [
    "add_payment_info",
    { ...cart, payment_type: "Credit Card" },
    "Payment Info Entered",
    { currency: "USD", value: 30.03, coupon: "SUMMER_FUN", payment_method: "Credit Card", products: [product] },
  ],
  [
    "purchase",
    {
      transaction_id: "T_12345",
      value: 72.05,
      tax: 3.6,
      shipping: 5.99,
      currency: "USD",
      coupon: "SUMMER_SALE",
      customer_type: "new",
      items: [item],
    },
    "Order Completed",
    { order_id: "T_12345", value: 72.05, revenue: 72.05, tax: 3.6, shipping: 5.99, currency: "USD", coupon: "SUMMER_SALE", products: [product] },
  ],
  ["refund", { currency: "USD", transaction_id: "T_12345" }, "Order Refunded", { order_id: "T_12345", currency: "USD" }],
  [
    "view_promotion",
    { creative_name: "Summer Banner", creative_slot: "featured_app_1", promotion_id: "P_12345", promotion_name: "Summer Sale", items: [item] },
    "Promotion Viewed",
    { promotion_id: "P_12345", name: "Summer Sale", creative: "Summer Banner", position: "featured_app_1" },
  ],
  [
    "select_promotion",
    { promotion_id: "P_12345", promotion_name: "Summer Sale", items: [item] },
    "Promotion Clicked",
    { promotion_id: "P_12345", name: "Summer Sale" },
  ],
  ["search", { search_term: "t-shirts for my secret" }, "Products Searched", {}],
  ["login", { method: "Google" }, "Signed In", { method: "Google" }],
  ["sign_up", { method: "Google" }, "Signed Up", { method: "Google" }],
  ["share", { method: "Twitter", content_type: "image", item_id: "C_12345" }, "Product Shared", { product_id: "C_12345", share_via: "Twitter" }],
];

describe("GA4", () => {
  it.each(ga4)("%s by gtag(), by Tag Manager, before and after the script", (name, params, event, properties) => {
    const layer: unknown[] = [];
    const gtag = gtagOf(layer);
    gtag("js", new Date());
    gtag("config", "G-XXXX");
    gtag("event", name, params);
    layer.push({ ecommerce: null }, { event: name, ecommerce: params });
    const { calls } = bridge(layer);
    gtag("event", name, params);
    layer.push({ ecommerce: null });
    layer.push({ event: name, ecommerce: params });
    expect(calls).toEqual(Array.from({ length: 4 }, () => ["track", event, properties]));
  });

  it("ecommerce stays until it is set to null, as in Tag Manager", () => {
    const layer: unknown[] = [{ ecommerce: { currency: "EUR" } }, { ecommerce: { items: [{ item_id: "A" }] } }, { event: "view_item" }];
    const { calls } = bridge(layer);
    layer.push({ ecommerce: null }, { event: "view_item" });
    layer.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "B", price: "9.90", quantity: "2" }] } });
    layer.push({ event: "view_item", ecommerce: { items: [{ item_id: "C" }] } });
    expect(calls).toEqual([
      ["track", "Product Viewed", { currency: "EUR", product_id: "A" }],
      ["track", "Product Added", { product_id: "B", price: 9.9, quantity: 2 }],
      ["track", "Product Viewed", { product_id: "C" }],
    ]);
  });

  it("takes the currency from where it was set, and items without their wrapper", () => {
    const layer: unknown[] = [];
    const gtag = gtagOf(layer);
    const { calls } = bridge(layer);
    gtag("set", { currency: "PKR" });
    gtag("event", "view_item", { items: [{ id: 17, name: "Tea" }] });
    layer.push({ event: "add_to_cart", items: [{ item_id: "A" }] });
    layer.push(["event", "add_to_cart", { currency: "EUR", items: [{ item_id: "A" }, { item_id: "B" }] }]);
    expect(calls).toEqual([
      ["track", "Product Viewed", { currency: "PKR", product_id: "17", name: "Tea" }],
      ["track", "Product Added", { currency: "PKR", product_id: "A" }],
      ["track", "Product Added", { currency: "EUR", products: [{ product_id: "A" }, { product_id: "B" }] }],
    ]);
  });

  it("what says too little, or is not about the shop, is left out", () => {
    const layer: unknown[] = [];
    const gtag = gtagOf(layer);
    const { calls } = bridge(layer);
    gtag("event", "view_item", { items: [{ item_name: "no id" }] });
    gtag("event", "purchase", { transaction_id: "T", items: [] });
    gtag("event", "refund", {});
    gtag("event", "share", { method: "x" });
    gtag("event", "scroll", { percent: 90 });
    gtag("event", "constructor", {});
    layer.push({ event: "gtm.js" }, { event: "toString", ecommerce: {} }, { "gtm.start": 1 });
    expect(calls).toEqual([]);
  });
});

describe("Universal Analytics", () => {
  const old = {
    id: "P12345",
    name: "Android Warhol T-Shirt",
    brand: "Google",
    category: "Apparel/T-Shirts",
    variant: "Black",
    price: "15.25",
    quantity: 1,
  };
  const now = {
    product_id: "P12345",
    name: "Android Warhol T-Shirt",
    brand: "Google",
    category: "Apparel/T-Shirts",
    variant: "Black",
    price: 15.25,
    quantity: 1,
  };

  it.each([
    [{ detail: { actionField: { list: "Apparel Gallery" }, products: [old] } }, "Product Viewed", now],
    [{ click: { products: [old] } }, "Product Clicked", now],
    [{ currencyCode: "EUR", add: { products: [old] } }, "Product Added", { currency: "EUR", ...now }],
    [{ remove: { products: [old] } }, "Product Removed", now],
    [
      { currencyCode: "EUR", impressions: [{ ...old, position: 1 }] },
      "Product List Viewed",
      { currency: "EUR", products: [{ ...now, position: 1 }] },
    ],
    [
      { promoView: { promotions: [{ id: "JUNE", name: "June Sale", creative: "banner1", position: "slot1" }] } },
      "Promotion Viewed",
      { promotion_id: "JUNE", name: "June Sale", creative: "banner1", position: "slot1" },
    ],
    [{ promoClick: { promotions: [{ id: "JUNE" }] } }, "Promotion Clicked", { promotion_id: "JUNE" }],
    [{ checkout: { actionField: { step: 1, option: "Visa" }, products: [old] } }, "Checkout Started", { step: 1, products: [now] }],
    [{ checkout: { actionField: { step: 2 } } }, "Checkout Step Viewed", { step: 2 }],
    [
      {
        purchase: {
          actionField: { id: "T12345", affiliation: "Online Store", revenue: "35.43", tax: "4.90", shipping: "5.99", coupon: "SUMMER" },
          products: [old],
        },
      },
      "Order Completed",
      { order_id: "T12345", affiliation: "Online Store", total: 35.43, tax: 4.9, shipping: 5.99, coupon: "SUMMER", products: [now] },
    ],
    [{ refund: { actionField: { id: "T12345" } } }, "Order Refunded", { order_id: "T12345" }],
  ])("%j", (ecommerce, event, properties) => {
    const layer: unknown[] = [{ ecommerce }];
    const { calls } = bridge(layer);
    layer.push({ event: "anything", ecommerce });
    expect(calls).toEqual([
      ["track", event, properties],
      ["track", event, properties],
    ]);
  });
});

describe("Consent Mode", () => {
  const said = (pushes: unknown[][], options?: BridgeOptions, gpc?: boolean) => {
    const layer: unknown[] = [];
    const gtag = gtagOf(layer);
    const { calls } = bridge(layer, options, gpc);
    for (const push of pushes) gtag(...push);
    return calls.map(([, purposes]) => purposes);
  };
  const both = (answer: unknown) => ({ analytics_storage: answer, personalization_storage: answer });

  it("a default decides nothing, whatever it says", () => {
    expect(
      said([
        ["consent", "default", both("granted")],
        ["consent", "default", both("denied")],
      ]),
    ).toEqual([]);
  });

  it("an update is the person's answer; learning wants both", () => {
    expect(said([["consent", "update", both("granted")]])).toEqual([{ measure: true, personalize: true, learn: true }]);
    expect(said([["consent", "update", both("denied")]])).toEqual([{ measure: false, personalize: false, learn: false }]);
    expect(
      said([
        ["consent", "default", both("granted")],
        ["consent", "update", { analytics_storage: "granted", ad_storage: "denied", ad_user_data: "granted" }],
        ["consent", "update", { personalization_storage: "granted" }],
        ["consent", "update", { analytics_storage: "denied" }],
      ]),
    ).toEqual([{ measure: true }, { measure: true, personalize: true, learn: true }, { measure: false, personalize: true, learn: false }]);
  });

  it("anything but granted is a no; other switches are not ours", () => {
    expect(said([["consent", "update", both("GRANTED")]])).toEqual([{ measure: false, personalize: false, learn: false }]);
    expect(said([["consent", "update", { ad_storage: "granted", ad_personalization: "granted", functionality_storage: "granted" }]])).toEqual([]);
    expect(
      said([
        ["consent", "update"],
        ["consent", "update", null],
        ["consent", "update", "granted"],
      ]),
    ).toEqual([]);
  });

  it("a browser that objects to sharing joins no counts by a banner's say", () => {
    expect(said([["consent", "update", both("granted")]], {}, true)).toEqual([{ measure: true, personalize: true, learn: false }]);
  });

  it("can be left out", () => {
    expect(said([["consent", "update", both("granted")]], { consentMode: false })).toEqual([]);
  });
});

describe("the page", () => {
  it("user_id is the customer only when the shop says so", () => {
    const pushes = (layer: unknown[]) => {
      const gtag = gtagOf(layer);
      gtag("config", "G-1", { user_id: "C-1" });
      gtag("set", "user_id", "C-1");
      gtag("set", { user_id: "C-2" });
      layer.push({ user_id: null }, { user_id: "C-2" }, { event: "x", user_id: 3 });
    };
    const layer: unknown[] = [];
    const [off, on] = [bridge(layer), bridge([], { userId: true })];
    pushes(layer);
    expect(off.calls).toEqual([]);
    const other: unknown[] = [];
    const { calls } = bridge(other, { userId: true });
    pushes(other);
    expect(calls).toEqual([
      ["identify", "C-1"],
      ["identify", "C-2"],
      ["identify", "3"],
    ]);
    expect(on.calls).toEqual([]);
  });

  it("its push does what it did, and returns what it returned", () => {
    const layer: unknown[] = ["first"];
    const { stop } = bridge(layer);
    expect(layer.push("second", "third")).toBe(3);
    expect(layer).toEqual(["first", "second", "third"]);
    expect(Object.keys(layer)).toEqual(["0", "1", "2"]);
    stop();
    expect(layer.push({})).toBe(4);
  });

  it("a push of its own (Tag Manager's) is called with what it was called with, and may return or throw what it likes", () => {
    const seen: unknown[][] = [];
    const layer = Object.assign([] as unknown[], {
      push(...given: unknown[]) {
        seen.push(given);
        if (given[0] === "throw") throw new RangeError("theirs");
        return false as unknown as number;
      },
    });
    const { calls } = bridge(layer);
    expect(layer.push({ event: "login" }, 2)).toBe(false);
    expect(() => layer.push("throw")).toThrow(RangeError);
    expect(seen).toEqual([[{ event: "login" }, 2], ["throw"]]);
    expect(calls).toEqual([["track", "Signed In", {}]]);
  });

  it("listens once, stops when told, and begins again", () => {
    const layer: unknown[] = [];
    const one = bridge(layer);
    const two = bridge(layer);
    layer.push({ event: "login" });
    expect([one.calls.length, two.calls.length]).toEqual([1, 0]);
    one.stop();
    layer.push({ event: "login" });
    expect(one.calls).toHaveLength(1);
    expect(bridge(layer).calls).toHaveLength(2);
  });

  it("keeps out of the way of a Tag Manager that puts its push over ours", () => {
    const layer: unknown[] = [];
    const { calls, stop } = bridge(layer);
    const ours = layer.push;
    layer.push = (...given: unknown[]) => ours.apply(layer, given);
    layer.push({ event: "login" });
    stop();
    layer.push({ event: "login" });
    expect(calls).toHaveLength(1);
    expect(layer).toHaveLength(2);
  });

  it("reads a frozen list and makes one where there is none", () => {
    const { calls } = bridge(Object.freeze([{ event: "login" }]));
    expect(calls).toHaveLength(1);
    const page = globalThis as { dataLayer?: unknown[] };
    delete page.dataLayer;
    const made = bridge(undefined);
    page.dataLayer!.push({ event: "login" });
    delete page.dataLayer;
    expect(made.calls).toHaveLength(1);
    for (const odd of [7, "x", true, () => 1, { length: 1e9 }]) expect(bridge(odd).calls).toEqual([]);
  });

  it("a target that throws does not reach the page", () => {
    const layer: unknown[] = [];
    const throwing = () => {
      throw new Error("ours");
    };
    bridgeDataLayer({ track: throwing, identify: throwing, consent: { set: throwing } }, layer);
    expect(layer.push({ event: "login" })).toBe(1);
  });

  it("nothing that can be pushed ever throws, or changes what the page sees", () => {
    const name = fc.constantFrom(...ga4.map(([one]) => one), "gtm.js", "__proto__");
    const field = fc.constantFrom(
      "event",
      "ecommerce",
      "items",
      "user_id",
      "consent",
      "purchase",
      "detail",
      "products",
      "actionField",
      "transaction_id",
      "0",
    );
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSparseArray: true,
      withNullPrototype: true,
      withObjectString: true,
    });
    const no = () => {
      throw new Error("no");
    };
    // fast-check looks into what it makes; these do not like to be looked into.
    const hostile = [
      new Proxy({}, { get: no, has: no, ownKeys: no }),
      Object.defineProperty({}, "event", { get: no }),
      { event: "purchase", ecommerce: { items: new Proxy([], { get: no }) } },
      no,
    ];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: "small" }, anything, name, fc.dictionary(field, tie("tree")), fc.array(tie("tree"), { maxLength: 4 })),
    }));
    const command = fc.tuple(fc.constantFrom("event", "set", "config", "consent", "get"), fc.oneof(name, tree), tree);
    const entry = fc.oneof(tree, command, fc.record({ event: name, ecommerce: tree }));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), fc.array(entry, { maxLength: 6 }), (early, late) => {
        const layer = [...early];
        const plain = [...early];
        const { calls } = bridge(layer, { userId: true });
        const gtag = gtagOf(layer);
        for (const one of late) {
          expect(layer.push(one)).toBe(plain.push(one));
          if (Array.isArray(one)) {
            gtag(...one);
            plain.push(layer.at(-1));
          }
        }
        for (const one of hostile) expect(layer.push(one)).toBe(plain.push(one));
        expect(layer.length).toBe(plain.length);
        for (const [index, one] of layer.entries()) expect(Object.is(one, plain[index])).toBe(true);
        for (const [kind, what, properties] of calls) {
          if (kind !== "track") continue;
          expect(typeof what).toBe("string");
          expect(() => JSON.stringify(properties)).not.toThrow();
        }
      }),
      { numRuns: 200 },
    );
  });
});
