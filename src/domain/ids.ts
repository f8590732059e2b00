// Ids have types so that a person's id can never be passed where an item's belongs.

declare const brand: unique symbol;
type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };

/** One shop of the installation. Part of every key that is stored. */
export type ShopId = Brand<string, "ShopId">;
/** An item as the shop names it (its SKU or product id). */
export type ItemId = Brand<string, "ItemId">;
/** An item's dense position inside one model; meaningless outside it. */
export type ItemIndex = Brand<number, "ItemIndex">;
/** One device or one account inside Rapport; never leaves the house. */
export type PersonId = Brand<string, "PersonId">;
/** A signed-in customer as the shop names them. */
export type CustomerId = Brand<string, "CustomerId">;
/** A visitor who is not signed in, as the client names them. */
export type AnonymousId = Brand<string, "AnonymousId">;
/** The client's own id of a message; the deduplication key. */
export type MessageId = Brand<string, "MessageId">;
export type OrderId = Brand<string, "OrderId">;
export type SessionId = Brand<string, "SessionId">;
export type RecommendationId = Brand<string, "RecommendationId">;
/** Position in the event log; grows by the order of durable appends. */
export type LogSeq = Brand<number, "LogSeq">;

export const firstSeq = 0 as LogSeq;

/** Longest id accepted from outside, in characters. */
export const maxIdLength = 256;

const controlCharacters = /\p{Cc}/u;

/** True when a text from outside can serve as an id: 1 to 256 characters, well-formed, none of them control characters. */
export function isUsableId(text: string): boolean {
  return text.length <= maxIdLength && text.trim().length > 0 && text.isWellFormed() && !controlCharacters.test(text);
}
