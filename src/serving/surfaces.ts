import type { Surface } from "#domain/recommendation.ts";
import type { ServableName } from "#models/catalogue.ts";

/**
 * Where the question to the model may come from, from the most to the least that is known. A surface tries its rungs
 * in order and takes the first that has something to ask with.
 */
export type Rung = "person" | "page" | "basket" | "nothing";

export type SurfaceRule = {
  readonly ladder: readonly Rung[];
  /** The model that is asked; null where the surface ranks by something else. */
  readonly model: ServableName | null;
  /** Added to the model's score, so that ties and silence are settled by what most people like. */
  readonly popularityShare: number;
  /** Added for sharing the narrowest category with an item of the page. */
  readonly contentShare: number;
  /** What the person bought before is not offered again (films, furniture) or is just what is wanted (milk). */
  readonly withholdBought: boolean;
  /** At most this share of the answer from one category, while others are to be had. */
  readonly maxCategoryShare: number;
  /** Must the request name an item or a basket? */
  readonly requires: "item" | "basket" | null;
};

const plain = { popularityShare: 0, contentShare: 0, withholdBought: false, maxCategoryShare: 1, requires: null } as const;

/** The fallback ladder and the rules of every surface, in one place. */
export const surfaceRules: Readonly<Record<Surface, SurfaceRule>> = {
  "for-you": {
    ...plain,
    ladder: ["person", "page", "nothing"],
    model: "linear",
    popularityShare: 0.005,
    withholdBought: true,
    maxCategoryShare: 0.4,
  },
  similar: { ...plain, ladder: ["page"], model: "linear", popularityShare: 0.002, contentShare: 0.05, requires: "item" },
  "bought-together": { ...plain, ladder: ["page"], model: "together", popularityShare: 0.002, contentShare: 0.005, requires: "item" },
  "complete-basket": { ...plain, ladder: ["basket"], model: "together", popularityShare: 0.002, requires: "basket" },
  popular: { ...plain, ladder: ["nothing"], model: "popular" },
  trending: { ...plain, ladder: ["nothing"], model: "trending" },
  new: { ...plain, ladder: ["nothing"], model: null },
  reorder: { ...plain, ladder: ["person"], model: null },
};
