import type { BasketLine } from "./baskets.ts";

export type FrequencyParams = {
  /** Baskets in a group; the oldest group holds what is left over. */
  readonly groupSize: number;
  /** r_b: what one basket of age takes off within its group. */
  readonly withinDecay: number;
  /** r_g: what one group of age takes off. */
  readonly groupDecay: number;
};

/**
 * Personalised item frequency: item → how often, lately. `baskets` come the latest first. The mean over groups of the
 * decayed mean over their baskets: Σ_g r_g^age(g) / G · Σ_b r_b^age(b in g) / |g| (Hu et al., SIGIR 2020).
 */
export function itemFrequency(baskets: readonly (readonly BasketLine[])[], params: FrequencyParams): Map<number, number> {
  const groupSize = Math.max(1, params.groupSize);
  // Decays above 1 would grow without bound over a long past.
  const [withinDecay, groupDecay] = [Math.min(1, params.withinDecay), Math.min(1, params.groupDecay)];
  const frequency = new Map<number, number>();
  const groups = Math.ceil(baskets.length / groupSize);
  for (const [age, basket] of baskets.entries()) {
    const group = Math.floor(age / groupSize);
    const inGroup = Math.min(groupSize, baskets.length - group * groupSize);
    const weight = (withinDecay ** (age % groupSize) / inGroup) * (groupDecay ** group / groups);
    for (const { item, strength } of basket) frequency.set(item, (frequency.get(item) ?? 0) + weight * strength);
  }
  return frequency;
}
