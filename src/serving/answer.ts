import type { EpochMs } from "#domain/clock.ts";
import type { DataUse } from "#domain/data-use.ts";
import type { EventType } from "#domain/event.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import type { Person } from "#domain/person.ts";
import type { ReasonKind, Recommendation, RecommendationRequest, RecommendedItem } from "#domain/recommendation.ts";
import type { QueryTerm, TellContent } from "#models/model.ts";
import type { History } from "#models/step.ts";
import type { Choices } from "#privacy/preferences/choices.ts";
import type { ShopSnapshot } from "./shop-snapshot.ts";
import type { Rung, SurfaceRule } from "./surfaces.ts";

/** A term of the question, and what of the past or of the page it stands for. */
export type AskedTerm = QueryTerm & {
  readonly kind: Extract<ReasonKind, "event" | "item">;
  readonly event: EventType | null;
};

/** Part of a score that no term of the question accounts for. */
export type ScorePart = {
  readonly kind: ReasonKind;
  readonly label: (position: number) => string;
  /** On the grid of `onGrid` wherever a score has several parts, so that they add up exactly. */
  readonly valueAt: (position: number) => number;
};

/** A recommendation on its way: each stage fills in what it knows. Positions are positions in the snapshot's items. */
export type Answer = {
  readonly shopId: ShopId;
  readonly now: EpochMs;
  readonly request: RecommendationRequest;
  readonly rule: SurfaceRule;
  readonly snapshot: ShopSnapshot;
  readonly person: Person | null;
  /** At most this may be used: what the person's dial, their consent and the request allow. */
  readonly level: DataUse;
  /** What the person asked for. Limits hold always; asking for more counts only where their past may be used too. */
  readonly choices: Choices;
  /** What the person did, as far as it is allowed to be used, oldest first; empty without leave. */
  readonly steps: History;
  readonly rung: Rung;
  readonly terms: readonly AskedTerm[];
  /** 1 where an item may be shown. Made for one ranking, whose stages write in it. */
  readonly candidates: Uint8Array;
  /** By position; the snapshot's scratch, so of this answer only until the next ranking. `chosenScores` stay. */
  readonly scores: Float64Array;
  readonly parts: readonly ScorePart[];
  /** Terms of one item's model score, in the order of `terms`. */
  readonly contributionsOf: (itemId: ItemId) => Float64Array;
  /** Tells the part of those terms that comes of what the catalogue says. */
  readonly contentOf: (itemId: ItemId, tell: TellContent) => void;
  /** Positions to show, best first. */
  readonly chosen: readonly number[];
  readonly chosenScores: readonly number[];
  /** What is shown, in the order of `chosen`. */
  readonly items: readonly RecommendedItem[];
  /** Does at least one score owe something to the person's own past, or to what they asked for? */
  readonly personal: boolean;
  readonly notices: Recommendation["notices"];
};

/** One stage of a recommendation's life. */
export type Stage = (answer: Answer) => Answer | Promise<Answer>;

/** A stage that needs nothing from outside, and waits for nothing. */
export type PureStage = (answer: Answer) => Answer;
