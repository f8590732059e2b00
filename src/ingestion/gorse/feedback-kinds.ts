import { type EventType, eventTypes } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";

/** What a feedback type means to the model: one kind of event, or a rating whose value says which. */
export type FeedbackKind = EventType | "rating";
export type FeedbackKinds = ReadonlyMap<string, FeedbackKind>;

const kindsOfNames = {
  view: ["read", "view", "watch", "impression", "listen", "play", "open", "visit", "seen"],
  click: ["click", "tap", "select"],
  wishlist: ["wishlist", "save", "bookmark", "collect", "follow"],
  "cart-add": ["cart", "add-to-cart", "add_to_cart", "addtocart", "cart-add", "cart_add", "basket"],
  purchase: ["like", "star", "favorite", "favourite", "love", "upvote", "thumbs-up", "thumbs_up", "purchase", "buy", "order", "checkout"],
  dismiss: ["dislike", "dismiss", "downvote", "thumbs-down", "thumbs_down", "hide", "skip", "not-interested", "not_interested", "block"],
  return: ["return", "refund"],
  rating: ["rating", "rate", "review", "score", "stars"],
} as const satisfies Partial<Record<FeedbackKind, readonly string[]>>;

export const commonFeedbackKinds: FeedbackKinds = new Map(
  Object.entries(kindsOfNames).flatMap(([kind, names]) => names.map((name): [string, FeedbackKind] => [name, kind as FeedbackKind])),
);

/** A name nobody has explained: somebody did something with the item. */
const unknownKind: FeedbackKind = "click";

/** Kinds that say something of an item; the others of `eventTypes` cannot be meant. */
const sayable: readonly FeedbackKind[] = [...eventTypes.filter((type) => eventWeight[type] !== 0), "rating"];

/** Reads `name=kind,name=kind`, which goes before the common names. Refuses with OPTION_INVALID. */
export function parseFeedbackKinds(text: string | undefined): Result<FeedbackKinds> {
  const kinds = new Map(commonFeedbackKinds);
  for (const part of (text ?? "").split(",").filter((one) => one.trim() !== "")) {
    const [name, kind, ...rest] = part.split("=").map((one) => one.trim());
    const known = sayable.find((one) => one === kind);
    if (name === undefined || name === "" || known === undefined || rest.length > 0)
      return refuse("OPTION_INVALID", `${part.trim()}: a feedback type is explained as name=kind, where kind is one of ${sayable.join(", ")}`);
    kinds.set(name.toLowerCase(), known);
  }
  return succeed(kinds);
}

/** The event that a feedback of this type and value is. Ratings are read on a scale of five; 0 is a rating without a value. */
export function eventTypeOf(kinds: FeedbackKinds, feedbackType: string, value: number): EventType {
  const kind = kinds.get(feedbackType.toLowerCase()) ?? unknownKind;
  if (kind !== "rating") return kind;
  if (value >= 4) return "purchase";
  return value === 0 || value > 2 ? "view" : "dismiss";
}
