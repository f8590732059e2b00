import { onGrid } from "#models/linear/exact-sum.ts";
import type { Choices } from "#privacy/preferences/choices.ts";
import type { Answer, PureStage, ScorePart } from "../answer.ts";

/** What somebody asked for more of gains this share of the best score that is there without it. */
const moreShare = 0.5;

type Wish = { readonly label: string; readonly positions: readonly number[] };

/** More of an item is more of its kind: its narrowest category, or where it has none the item itself. */
function wishesOf({ snapshot }: Answer, { moreItems, moreCategories, moreBrands }: Choices): Wish[] {
  const { items, positionOf, inCategory, ofBrand } = snapshot;
  return [
    ...[...moreItems].flatMap((itemId): Wish[] => {
      const position = positionOf.get(itemId);
      if (position === undefined) return [];
      const category = items[position]!.categories.at(-1);
      const alike =
        category === undefined ? [position] : [...(inCategory.get(category) ?? [])].filter((at) => items[at]!.categories.at(-1) === category);
      return [{ label: `more like: ${itemId}`, positions: alike }];
    }),
    ...[...moreCategories].map((category) => ({ label: `more of category: ${category}`, positions: [...(inCategory.get(category) ?? [])] })),
    ...[...moreBrands].map((brand) => ({ label: `more of brand: ${brand}`, positions: [...(ofBrand.get(brand) ?? [])] })),
  ];
}

/** Adds what the person asked for more of: a part of the sum like any other, counted once however often it was asked for. */
export const addChoices: PureStage = (answer) => {
  const { rule, scores, candidates, choices } = answer;
  if (!rule.ladder.includes("person") || rule.model === null) return answer;
  const wishes = wishesOf(answer, choices);
  if (wishes.length === 0) return answer;
  const labels = new Map<number, string>();
  for (const { label, positions } of wishes) for (const position of positions) if (!labels.has(position)) labels.set(position, label);
  let best = 0;
  for (let position = 0; position < scores.length; position++) if (candidates[position] === 1 && scores[position]! > best) best = scores[position]!;
  const value = onGrid(moreShare * (best === 0 ? 1 : best));
  for (const position of labels.keys()) scores[position]! += value;
  const part: ScorePart = {
    kind: "choice",
    label: (position) => labels.get(position) ?? "",
    valueAt: (position) => (labels.has(position) ? value : 0),
  };
  return { ...answer, parts: [...answer.parts, part] };
};
