type Scored = { readonly score: number; readonly reasons: readonly { readonly contribution: number }[] };

/** Adds the reasons up again in the browser, and says whether they make the score, as they must: to the last bit. */
export function addUp({ score, reasons }: Scored): { sum: number; isScore: boolean } {
  const sum = reasons.reduce((total, reason) => total + reason.contribution, 0);
  return { sum, isScore: sum === score };
}

/** Decimals that leave the largest contribution four digits, so that a column of them lines up. */
export function decimalsFor(largest: number): number {
  if (largest <= 0) return 2;
  return Math.min(Math.max(3 - Math.floor(Math.log10(largest)), 0), 8);
}
