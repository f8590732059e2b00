import { netBought } from "#models/query.ts";
import { stepsOf } from "#models/step.ts";
import type { Stage } from "../answer.ts";

/** What must not be shown: sold out, already on the page or in the basket, bought before, waved away, without a reason. */
export const withhold: Stage = (answer) => {
  const { snapshot, request, rule, history, scores } = answer;
  const candidates = answer.candidates.slice();
  for (let position = 0; position < candidates.length; position++) {
    if (snapshot.sellable[position] === 0 || !(scores[position]! > 0)) candidates[position] = 0;
  }
  const steps = history.flatMap(stepsOf);
  const bought = [...netBought(steps)].filter(([, quantity]) => quantity > 0).map(([itemId]) => itemId);
  const dismissed = steps.filter(({ type }) => type === "dismiss").map(({ itemId }) => itemId);
  const hidden = [...request.pageItems, ...request.basket, ...dismissed, ...(rule.withholdBought ? bought : [])];
  for (const itemId of hidden) {
    const position = snapshot.positionOf.get(itemId);
    if (position !== undefined) candidates[position] = 0;
  }
  return { ...answer, candidates };
};
