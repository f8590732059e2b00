import type { ItemId, RecommendationId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { refuse, succeed } from "#domain/problem.ts";
import type { Recommendation, RecommendationRequest } from "#domain/recommendation.ts";
import { createStorefront, type StorefrontRequest, type StorefrontServices } from "../storefront.ts";
import type { PurposeAnswers, StorefrontMessage } from "../storefront-services.ts";

const item = (id: string, more: Partial<CatalogueItem> = {}): CatalogueItem => ({
  itemId: id as ItemId,
  title: `Title of ${id}`,
  description: "A thing.",
  categories: ["Kitchen", "Mugs"],
  brand: "Clayfield",
  price: 12.5,
  currency: "USD",
  stock: 5,
  available: true,
  url: null,
  imageUrl: null,
  attributes: {},
  releasedAt: null,
  source: "shop",
  createdAt: 0,
  updatedAt: 0,
  ...more,
});
const bare = { description: null, categories: [], brand: null, price: null, currency: null, stock: null };
const shelf = [
  item("MUG-1"),
  item("MUG-2"),
  item("EVIL", { title: '<script>alert("x")</script>', description: "<img src=x onerror=alert(1)>", brand: "a'\"b" }),
  item("BARE", bare),
  item("GONE", { stock: 0 }),
  item("50%/ü", { title: "Half price" }),
];

const whyWords = {
  line: "You bought a mug.",
  label: null,
  factors: [{ text: "You bought a mug.", share: "100%", source: "From what you did", withoutIt: "Without it you would not see this." }],
  dataUse: "What you bought was used.",
  everything: ["Its score is 3.6."],
  rules: ["Only what is in stock is shown."],
};

/** A shop in a bottle: records what it was told, keeps cookies as a browser would. */
export function openShop(options: { personalized?: boolean; fails?: boolean } = {}) {
  const items = new Map(shelf.map((one) => [one.itemId, one]));
  const told: StorefrontMessage[] = [];
  const asked: RecommendationRequest[] = [];
  const consents = new Map<string, PurposeAnswers>([
    ["C-1", { personalize: true, learn: true, measure: true }],
    ["C-2", { personalize: false, learn: false, measure: false }],
  ]);
  let ids = 0;
  const services: StorefrontServices = {
    shopName: "Shop",
    currency: "USD",
    items: async (wanted) => new Map(wanted.flatMap((id) => (items.has(id) ? [[id, items.get(id) as CatalogueItem] as const] : []))),
    categories: async () => ["Mugs", "A/B & <C>"],
    itemsIn: async (category) => shelf.filter(({ categories }) => categories.includes(category)),
    recommend: async (request) => {
      asked.push(request);
      if (options.fails) return refuse("STORE_UNAVAILABLE", "");
      return succeed(answer(request, options.personalized === true && request.surface === "for-you"));
    },
    track: async (message) => void told.push(message),
    consentsOf: async ({ customerId, anonymousId }) => ({ ...consents.get(anonymousId ?? ""), ...consents.get(customerId ?? "") }),
    setConsents: async ({ customerId, anonymousId }, purposes) => {
      for (const name of [customerId, anonymousId]) if (name !== null) consents.set(name, { ...consents.get(name), ...purposes });
    },
    demoCustomers: ["C-1", "C-2", "C-3"].map((customerId) => ({ customerId, displayName: `Name ${customerId}`, taste: "tea" })),
    why: async (_request, itemId) => (items.has(itemId) ? whyWords : null),
    ownPage: async ({ customerId, anonymousId }) => (customerId === null && anonymousId === null ? null : "/privacy/enter?token=one"),
    rankingPath: "/ranking?shop=Shop",
    freshId: () => `fresh-id-${++ids}`,
  };
  const front = createStorefront(services);
  const cookies: Record<string, string> = {};
  const send = async (request: Partial<StorefrontRequest>) => {
    const response = await front({ method: "GET", path: "/", query: {}, cookies: { ...cookies }, form: {}, gpc: false, ...request });
    for (const { name, value, maxAgeSeconds } of response.cookies) {
      if (maxAgeSeconds > 0) cookies[name] = value;
      else delete cookies[name];
    }
    return response;
  };
  const get = (path: string, query: Record<string, string> = {}, gpc = false) => send({ path, query, gpc });
  const post = (path: string, form: Record<string, string | string[]> = {}, gpc = false) => send({ method: "POST", path, form, gpc });
  return { get, post, send, cookies, told, asked, consents };
}

function answer(request: RecommendationRequest, personalized: boolean): Recommendation {
  const reasons: Recommendation["items"][number]["reasons"] = [
    { kind: "event", item: "MUG-2" as ItemId, event: "purchase", at: Date.UTC(2026, 2, 3), label: null, contribution: 3, withoutIt: "gone" },
    { kind: "content", item: null, event: null, at: null, label: "category: Mugs", contribution: 0.8, withoutIt: null },
    { kind: "rest", item: null, event: null, at: null, label: "12 smaller reasons", contribution: -0.2, withoutIt: null },
  ];
  return {
    recommendationId: "rec-1" as RecommendationId,
    surface: request.surface,
    nothingUsed: false,
    personalized,
    dataUse: personalized ? "purchases" : "nothing",
    model: { name: "m", version: 1 },
    items: ["MUG-1", "EVIL", "UNKNOWN"].map((id) => ({ itemId: id as ItemId, score: 3.6, propensity: 1, reasons: personalized ? reasons : [] })),
    notices: [],
  };
}
