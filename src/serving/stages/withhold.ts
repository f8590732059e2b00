import { netBought } from "#models/query.ts";
import type { PureStage } from "../answer.ts";
import { limitedPositions } from "../limited-positions.ts";

/** What must not be shown though it is sold: already on the page or in the basket, bought before, waved away, not wanted. */
export const withhold: PureStage = (answer) => {
  const { snapshot, request, rule, steps, candidates, choices } = answer;
  const bought = rule.withholdBought ? [...netBought(steps)].filter(([, quantity]) => quantity > 0).map(([itemId]) => itemId) : [];
  const dismissed = steps.filter(({ type }) => type === "dismiss").map(({ itemId }) => itemId);
  for (const itemId of [...request.pageItems, ...request.basket, ...dismissed, ...bought]) {
    const position = snapshot.positionOf.get(itemId);
    if (position !== undefined) candidates[position] = 0;
  }
  for (const position of limitedPositions(snapshot, choices)) candidates[position] = 0;
  return answer;
};
