import type { EpochMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import type { ItemId } from "#domain/ids.ts";
import type { Reason, ReasonKind } from "#domain/recommendation.ts";

/** Where a factor's data is from: the person's own past or their own word, what the request named, the shop's catalogue, or what all customers do together. */
export const factorSources = ["own-history", "own-choices", "this-page", "catalogue", "all-customers", "shop-rules"] as const;
export type FactorSource = (typeof factorSources)[number];

/** What a person can do about a factor: one thing each. */
export type FactorControl =
  | { readonly kind: "delete-event"; readonly item: ItemId; readonly event: EventType | null; readonly at: EpochMs | null }
  | { readonly kind: "mute-category" | "mute-brand"; readonly value: string }
  | { readonly kind: "less"; readonly item: ItemId }
  | { readonly kind: "undo-choice"; readonly item: ItemId | null; readonly feature: WhyFactor["feature"] }
  | { readonly kind: "turn-dial" }
  | { readonly kind: "read-ranking" };

/** One term of a score, with all that can be said of it. */
export type WhyFactor = {
  readonly kind: ReasonKind;
  readonly item: ItemId | null;
  readonly event: EventType | null;
  /** "category: Mugs" taken apart. */
  readonly feature: { readonly name: string; readonly value: string } | null;
  readonly contribution: number;
  /** Of all that speaks for and against: 0 to 1, with the sign of the contribution. */
  readonly share: number;
  readonly source: FactorSource;
  /** When that data came about: the event, the last word of the catalogue, the making of the model. */
  readonly date: EpochMs | null;
  readonly control: FactorControl;
  readonly withoutIt: Reason["withoutIt"];
};

export type FactorContext = {
  readonly itemId: ItemId;
  readonly isNamed: boolean;
  readonly askedAt: EpochMs;
  readonly itemChangedAt: EpochMs | null;
  readonly modelBuiltAt: EpochMs | null;
};

const sourceOf: Readonly<Record<ReasonKind, FactorSource>> = {
  event: "own-history",
  item: "this-page",
  content: "catalogue",
  choice: "own-choices",
  popularity: "all-customers",
  context: "catalogue",
  rule: "shop-rules",
  rest: "all-customers",
};

function featureOf({ kind, label }: Reason): WhyFactor["feature"] {
  if ((kind !== "content" && kind !== "choice") || label === null) return null;
  const [, name, value] = /^([^:]+): (.+)$/su.exec(label) ?? [];
  return name === undefined || value === undefined ? null : { name, value };
}

function dateOf({ kind, at }: Reason, { askedAt, itemChangedAt, modelBuiltAt }: FactorContext): EpochMs | null {
  switch (kind) {
    case "event":
    case "choice":
      return at;
    case "item":
      return askedAt;
    case "content":
    case "context":
      return itemChangedAt;
    case "popularity":
    case "rest":
      return modelBuiltAt;
    case "rule":
      return null;
  }
}

function controlOf({ kind, item, event, at }: Reason, feature: WhyFactor["feature"], { itemId, isNamed }: FactorContext): FactorControl {
  // Whoever is not named has nothing that could be kept for them; they can read how the shop ranks, and what to choose.
  if (!isNamed) return { kind: "read-ranking" };
  if (kind === "event" && item !== null) return { kind: "delete-event", item, event, at };
  if (kind === "choice") return { kind: "undo-choice", item, feature };
  if (feature?.name === "category") return { kind: "mute-category", value: feature.value };
  if (feature?.name === "brand") return { kind: "mute-brand", value: feature.value };
  if (kind === "rule" || kind === "rest") return { kind: "turn-dial" };
  return { kind: "less", item: itemId };
}

/** The reasons of one item as factors, the largest first; they add up to its score exactly as the reasons do. */
export function factorsOf(reasons: readonly Reason[], context: FactorContext): WhyFactor[] {
  const whole = reasons.reduce((sum, { contribution }) => sum + Math.abs(contribution), 0);
  return reasons.map((reason) => {
    const feature = featureOf(reason);
    return {
      kind: reason.kind,
      item: reason.item,
      event: reason.event,
      feature,
      contribution: reason.contribution,
      share: whole === 0 ? 0 : reason.contribution / whole,
      source: sourceOf[reason.kind],
      date: dateOf(reason, context),
      control: controlOf(reason, feature, context),
      withoutIt: reason.withoutIt,
    };
  });
}
