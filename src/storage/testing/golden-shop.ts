import type { ItemId, MessageId, PersonId, RecommendationId, ShopId } from "#domain/ids.ts";
import type { Shop } from "#domain/shop.ts";
import type { LogEntry, NameOf } from "../ports.ts";

/** What the golden stores hold: a shop with one person, one decision and two events. */
export const goldenShop: Shop = { shopId: "golden" as ShopId, name: "Golden", currency: "IDR", createdAt: Date.UTC(2026, 0, 1) };

const at = Date.UTC(2026, 0, 2);
const name: NameOf = { personId: "person" as PersonId, kind: "customer", externalId: "c-1" };
const plain = {
  occurredAt: at,
  receivedAt: at,
  orderId: null,
  sessionId: null,
  recommendationId: null,
  currency: null,
  refused: [],
  impression: null,
} as const;

export const goldenEntries: readonly LogEntry[] = [
  {
    kind: "consent",
    messageId: "decided" as MessageId,
    name,
    decision: { personId: name.personId, purpose: "personalize", granted: true, at, source: "person", notice: "v1", how: "banner" },
  },
  {
    kind: "event",
    name,
    event: {
      ...plain,
      messageId: "viewed" as MessageId,
      type: "view",
      name: "Product Viewed",
      lines: [{ itemId: "mug" as ItemId, quantity: 1, unitPrice: 4.5 }],
      refused: ["learn"],
    },
  },
  {
    kind: "event",
    name,
    event: {
      ...plain,
      messageId: "shown" as MessageId,
      type: "impression",
      name: "Recommendation Shown: for-you",
      lines: [{ itemId: "pot" as ItemId, quantity: 1, unitPrice: null }],
      recommendationId: "r-1" as RecommendationId,
      impression: { surface: "for-you", model: "linear", modelVersion: 1, personalized: true, propensities: [1] },
    },
  },
];
