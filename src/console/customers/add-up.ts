type Scored = { readonly score: number; readonly reasons: readonly { readonly contribution: number }[] };

/** How far a sum may be from the score before it is no longer the same number, relative to what was added. */
const tolerance = 1e-6;

/** Adds the reasons up again in the browser, and says whether they make the score, as they must. */
export function addUp({ score, reasons }: Scored): { sum: number; isScore: boolean } {
  const sum = reasons.reduce((total, reason) => total + reason.contribution, 0);
  const size = reasons.reduce((total, reason) => total + Math.abs(reason.contribution), Math.abs(score));
  return { sum, isScore: Math.abs(sum - score) <= tolerance * size };
}

/** Decimals that leave the largest contribution four digits, so that a column of them lines up. */
export function decimalsFor(largest: number): number {
  if (largest <= 0) return 2;
  return Math.min(Math.max(3 - Math.floor(Math.log10(largest)), 0), 8);
}
