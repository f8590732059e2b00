/** When a kind sells above its usual level. */
export type Season = "gifts" | "spring" | "winter";

/** One kind of thing the demo shop sells; each entry of `made` becomes one item: "Harbour blue stoneware mug, 350 ml". */
export type WareKind = {
  readonly kind: string;
  readonly noun: string;
  readonly made: readonly string[];
  /** Taken in turn; an empty list leaves the size out of the title. */
  readonly sizes: readonly string[];
  readonly about: string;
  readonly price: readonly [number, number];
  /** How often people look for it, 1 = like the others. */
  readonly demand?: number;
  /** Days until somebody who bought it needs it again; missing = lasts. */
  readonly refillDays?: number;
  readonly season?: Season;
};

export type WareCategory = {
  readonly department: string;
  readonly category: string;
  /** How a person would say it: "coffee". */
  readonly spoken: string;
  readonly prefix: string;
  readonly brands: readonly string[];
  readonly details: readonly string[];
  readonly kinds: readonly WareKind[];
};
