import type { Recommendation } from "#domain/recommendation.ts";
import type { ShopSnapshot } from "./shop-snapshot.ts";
import type { SurfaceRule } from "./surfaces.ts";
import type { WhyFactor } from "./why-factors.ts";

export const whyRuleNames = [
  "in-stock-only",
  "not-what-is-here",
  "not-waved-away",
  "not-bought",
  "popularity-share",
  "likeness-share",
  "category-cap",
] as const;

/** A rule of the place, and whether it touched this item; null where the answer does not tell. */
export type WhyRule = {
  readonly name: (typeof whyRuleNames)[number];
  /** The share or cap of the rule, as it stands in the configuration. */
  readonly value: number | null;
  readonly fired: boolean | null;
};

/** The rules in force at a surface, read from its configuration. */
export function rulesInForce(rule: SurfaceRule): Omit<WhyRule, "fired">[] {
  const rules: (Omit<WhyRule, "fired"> | false)[] = [
    { name: "in-stock-only", value: null },
    { name: "not-what-is-here", value: null },
    rule.ladder.includes("person") && { name: "not-waved-away", value: null },
    rule.withholdBought && { name: "not-bought", value: null },
    rule.popularityShare > 0 && { name: "popularity-share", value: rule.popularityShare },
    rule.contentShare > 0 && { name: "likeness-share", value: rule.contentShare },
    rule.maxCategoryShare < 1 && { name: "category-cap", value: rule.maxCategoryShare },
  ];
  return rules.filter((one) => one !== false);
}

/** Whether the category of an item has had all that it may have of this answer. */
function isCapped(rule: SurfaceRule, recommendation: Recommendation, place: number, asked: number, { items, positionOf }: ShopSnapshot): boolean {
  const categoryOf = (at: number) => items[positionOf.get(recommendation.items[at]!.itemId) ?? -1]?.categories.at(-1);
  const category = categoryOf(place);
  if (category === undefined) return false;
  const taken = recommendation.items.filter((_, at) => categoryOf(at) === category).length;
  return taken >= Math.max(1, Math.ceil(rule.maxCategoryShare * asked));
}

/** The same with what can be told of this item. */
export function rulesOf(
  rule: SurfaceRule,
  factors: readonly WhyFactor[],
  { recommendation, place, asked, snapshot }: { recommendation: Recommendation; place: number; asked: number; snapshot: ShopSnapshot },
): WhyRule[] {
  return rulesInForce(rule).map((one) => {
    switch (one.name) {
      case "popularity-share":
        return { ...one, fired: factors.some(({ kind }) => kind === "popularity") };
      case "likeness-share":
        return { ...one, fired: factors.some(({ kind, contribution }) => kind === "content" && contribution > 0) };
      case "category-cap":
        return { ...one, fired: isCapped(rule, recommendation, place, asked, snapshot) };
      default:
        // What these leave out is not in the answer: of what is in it they say nothing.
        return { ...one, fired: false };
    }
  });
}
