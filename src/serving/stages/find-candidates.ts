import type { Stage } from "../answer.ts";

/** What could be shown here: everything, or what is in the page's category. */
export const findCandidates: Stage = (answer) => {
  const { items } = answer.snapshot;
  const { category } = answer.request;
  if (category === null) return { ...answer, candidates: new Uint8Array(items.length).fill(1) };
  const here = Uint8Array.from(items, (item) => (item.categories.includes(category) ? 1 : 0));
  if (here.includes(1)) return { ...answer, candidates: here };
  const notices = [
    ...answer.notices,
    { code: "NOT_ENOUGH_DATA" as const, detail: "no item is in that category; this answer is from the whole catalogue" },
  ];
  return { ...answer, candidates: here.fill(1), notices };
};
