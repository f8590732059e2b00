import type { EventType } from "#domain/event.ts";
import type { ItemId } from "#domain/ids.ts";
import type { PaidPlacement } from "#domain/paid-placement.ts";
import type { DataUse, ReasonKind, Surface } from "#domain/recommendation.ts";
import type { Locale } from "./locales.ts";
import { isMessageKey, type MessageKey, type Say, sayIn } from "./say.ts";

/** What there is to say of one item; the room that ranks fills it in. */
export type WhyFacts = {
  readonly surface: Surface;
  readonly shown: boolean;
  readonly place: number | null;
  readonly score: number | null;
  readonly dataUse: DataUse;
  readonly factors: readonly FactorFacts[];
  readonly rules: readonly { readonly name: string; readonly value: number | null; readonly fired: boolean | null }[];
  readonly paid: PaidPlacement;
  readonly model: { readonly name: string; readonly version: number; readonly builtAt: number | null };
  readonly propensity: number | null;
};

export type FactorFacts = {
  readonly kind: ReasonKind;
  readonly item: ItemId | null;
  readonly event: EventType | null;
  readonly feature: { readonly name: string; readonly value: string } | null;
  readonly share: number;
  readonly source: string;
  readonly date: number | null;
  readonly control: { readonly kind: string };
  readonly withoutIt: "gone" | "stays" | null;
};

export type FactorWords = {
  readonly text: string;
  readonly share: string;
  readonly source: string;
  readonly control: string;
  readonly withoutIt: string | null;
};

export type WhyWords = {
  readonly line: string;
  /** What must be said beside the item wherever it is shown; null: nothing. */
  readonly label: string | null;
  readonly factors: readonly FactorWords[];
  readonly dataUse: string;
  readonly everything: readonly string[];
  readonly rules: readonly string[];
};

export type WhyNames = {
  readonly titleOf: (itemId: ItemId) => string | null;
  /** Words that say more of a person than is to be said of anybody: what they stand in is named in general terms. */
  readonly isSensitive: (text: string) => boolean;
};

const smallShare = 0.01;

/** Says why an item is there. Says only what was computed, and of nobody but the person who asks. */
export function sayWhy(locale: Locale, why: WhyFacts, names: WhyNames): WhyWords {
  const tell = sayIn(locale);
  const factors = why.factors.map((factor) => sayFactor(tell, factor, why.surface, names));
  const main = why.factors.findIndex(({ share }) => share > 0);
  const line = !why.shown ? tell("why.line.notShown") : main >= 0 ? factors[main]!.text : tell("why.line.none");
  return {
    line,
    label: sayLabel(tell, why.paid),
    factors,
    dataUse: tell(`why.dataUse.${why.dataUse}`),
    everything: sayEverything(tell, why),
    rules: sayRules(tell, why),
  };
}

function sayFactor(tell: Say, factor: FactorFacts, surface: Surface, names: WhyNames): FactorWords {
  const size = Math.abs(factor.share);
  const share = size < smallShare && size > 0 ? tell("why.shareSmall") : tell("why.share", { share: size });
  const title = factor.item === null ? null : names.titleOf(factor.item);
  const item = title === null || names.isSensitive(title) ? tell("why.thatItem") : title;
  const { withoutIt } = factor;
  return {
    text: sayReason(tell, factor, surface, item, names),
    share: factor.share < 0 ? tell("why.against", { share }) : share,
    source: saySource(tell, factor),
    control: tell(`why.control.${factor.control.kind}` as MessageKey),
    withoutIt: withoutIt === null ? null : tell(`why.withoutIt.${withoutIt}`, { item }),
  };
}

function sayReason(
  tell: Say,
  { kind, event, feature, date, item: itemId }: FactorFacts,
  surface: Surface,
  item: string,
  { isSensitive }: WhyNames,
): string {
  const value = feature === null || isSensitive(feature.value) ? null : feature.value;
  switch (kind) {
    case "event": {
      const key = `why.line.${event}`;
      return tell(isMessageKey(key) ? key : "why.line.event", { item, at: date ?? 0 });
    }
    case "item":
      if (surface === "complete-basket") return tell("why.line.item.basket", { item });
      return tell(surface === "bought-together" ? "why.line.item.together" : "why.line.item.similar", { item });
    case "content":
      if (value !== null && feature?.name === "category") return tell("why.line.content.category", { value });
      if (value !== null && feature?.name === "brand") return tell("why.line.content.brand", { value });
      return tell("why.line.content.other");
    case "choice":
      if (itemId !== null) return tell("why.line.choice.item", { item });
      return value === null ? tell("why.line.choice") : tell("why.line.choice.value", { value });
    case "popularity":
      return tell(surface === "trending" ? "why.line.popularity.trending" : "why.line.popularity");
    default:
      return tell(`why.line.${kind}`);
  }
}

function saySource(tell: Say, { source, date }: FactorFacts): string {
  const [dated, undated] = [`why.source.${source}`, `why.source.undated.${source}`];
  if (date !== null && isMessageKey(dated)) return tell(dated, { at: date });
  return isMessageKey(undated) ? tell(undated) : tell("why.source.undated.shop-rules");
}

/** What must stand beside an item that is paid for or pushed. */
export function sayLabel(tell: Say, { sponsored, boosted, by }: PaidPlacement): string | null {
  if (sponsored) return by === null ? tell("why.paid.sponsored") : tell("why.paid.sponsoredBy", { by });
  return boosted ? tell("why.paid.boosted") : null;
}

function sayEverything(tell: Say, { surface, place, score, paid, model, propensity }: WhyFacts): string[] {
  const surfaceName = tell(`surface.${surface}`);
  const { name, version, builtAt } = model;
  return [
    ...(place === null ? [] : [tell("why.place", { place, surface: surfaceName })]),
    score === null ? tell("why.noScore") : tell("why.score", { score }),
    builtAt === null ? tell("why.modelUndated", { name: name === surface ? surfaceName : name }) : tell("why.model", { name, version, at: builtAt }),
    sayLabel(tell, paid) === null ? tell("why.paid.none") : tell("why.paid.effect"),
    ...(propensity === null ? [] : [tell("why.chance", { chance: propensity })]),
    tell("why.noExperiment"),
  ];
}

function sayRules(tell: Say, { rules }: WhyFacts): string[] {
  return rules.flatMap(({ name, value, fired }) => {
    const key = `why.rule.${name}`;
    if (!isMessageKey(key)) return [];
    const words = tell(key, value === null ? {} : { value });
    return fired === true ? [words, tell("why.ruleFired")].join(" ") : [words];
  });
}
