import type { ShopEvent } from "#domain/event.ts";
import type { ItemId, LogSeq } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Problem } from "#domain/problem.ts";
import type { Purpose } from "#domain/purpose.ts";

/** What an event tells in passing about an item: enough to show it until the shop describes it. */
export type SeenItem = {
  readonly itemId: ItemId;
  readonly title: string | null;
  readonly category: string | null;
  readonly brand: string | null;
  readonly price: number | null;
};

/** A message decoded from whatever wire it came on, before anything was decided about it. */
export type IncomingMessage = {
  readonly names: PersonName;
  readonly event: Omit<ShopEvent, "refused" | "impression" | "receivedAt">;
  readonly seenItems: readonly SeenItem[];
  /** True for `identify` and `alias`: both names are the same person from now on. */
  readonly linksNames: boolean;
  /**
   * Consent stamped on the event itself: a no narrows what the event may serve, a yes speaks where the person has not
   * been heard otherwise (decide-consent). "malformed" narrows everything and says nothing.
   */
  readonly stampedConsent: ReadonlyMap<Purpose, boolean> | "malformed" | null;
  /** What the person decides with this very message; counts like an answer given to the shop. */
  readonly decides?: ReadonlyMap<Purpose, boolean>;
  /** Why it may be stored: by consent, or because the shop must keep its orders (imports only). */
  readonly basis: "consent" | "order-record";
};

/** What became of a message. Only `ok` is stored. */
export type IngestOutcome =
  | { readonly kind: "ok"; readonly seq: LogSeq }
  | { readonly kind: "drop"; readonly reason: "NO_CONSENT" | "DUPLICATE" }
  | { readonly kind: "dead-letter"; readonly problem: Problem };
