import type { PureStage } from "../answer.ts";

/** What could be shown here: everything that is sold, or what of it is in the page's category. */
export const findCandidates: PureStage = (answer) => {
  const { sellable, inCategory } = answer.snapshot;
  const { category } = answer.request;
  if (category === null) return { ...answer, candidates: sellable.slice() };
  const here = inCategory.get(category);
  if (here === undefined) {
    const detail = "no item is in that category; this answer is from the whole catalogue";
    return { ...answer, candidates: sellable.slice(), notices: [...answer.notices, { code: "NOT_ENOUGH_DATA", detail }] };
  }
  const candidates = new Uint8Array(sellable.length);
  for (const position of here) candidates[position] = sellable[position]!;
  return { ...answer, candidates };
};
