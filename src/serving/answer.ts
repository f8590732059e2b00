import type { EpochMs } from "#domain/clock.ts";
import type { EventType, LoggedEvent } from "#domain/event.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import type { Person } from "#domain/person.ts";
import type { ReasonKind, Recommendation, RecommendationRequest, RecommendedItem } from "#domain/recommendation.ts";
import type { QueryTerm } from "#models/model.ts";
import type { ShopSnapshot } from "./shop-snapshot.ts";
import type { Rung, SurfaceRule } from "./surfaces.ts";

/** A term of the question, and what of the past or of the page it stands for. */
export type AskedTerm = QueryTerm & {
  readonly kind: Extract<ReasonKind, "event" | "item">;
  readonly event: EventType | null;
};

/** Part of a score that does not come from the model: one number per item of the snapshot. */
export type ScorePart = { readonly kind: ReasonKind; readonly label: (position: number) => string; readonly values: Float64Array };

/** A recommendation on its way: each stage fills in what it knows. Positions are positions in the snapshot's items. */
export type Answer = {
  readonly shopId: ShopId;
  readonly now: EpochMs;
  readonly request: RecommendationRequest;
  readonly rule: SurfaceRule;
  readonly snapshot: ShopSnapshot;
  readonly person: Person | null;
  /** The person's own allowed events, oldest first; empty without leave. */
  readonly history: readonly LoggedEvent[];
  readonly rung: Rung;
  readonly terms: readonly AskedTerm[];
  /** 1 where an item may be shown. */
  readonly candidates: Uint8Array;
  readonly scores: Float64Array;
  readonly parts: readonly ScorePart[];
  /** Terms of one item's model score, in the order of `terms`. */
  readonly contributionsOf: (itemId: ItemId) => Float64Array;
  /** Positions to show, best first. */
  readonly chosen: readonly number[];
  readonly items: readonly RecommendedItem[];
  /** Does at least one score owe something to the person's own past? */
  readonly personal: boolean;
  readonly notices: Recommendation["notices"];
};

/** One stage of a recommendation's life. */
export type Stage = (answer: Answer) => Answer | Promise<Answer>;
