import type { SeededRandom } from "#kernels/seeded-random.ts";
import { cooking } from "./wares/cooking.ts";
import { dining } from "./wares/dining.ts";
import { drinks } from "./wares/drinks.ts";
import { living } from "./wares/living.ts";
import type { WareCategory, WareKind } from "./wares/ware.ts";

export type DemoItem = {
  id: string;
  title: string;
  description: string;
  categories: string[];
  brand: string;
  price: number;
  currency: string;
  stock: number;
  available: boolean;
  imageUrl: string | null;
  url: string;
};

/** An item and what the simulator knows of it beside what a shop would publish. */
export type ShelfItem = {
  readonly item: DemoItem;
  readonly kind: WareKind;
  readonly category: number;
  /** Which look it belongs to, 0 to 3; items of one look are bought by the same people. */
  readonly style: number;
  /** Where its price lies in its kind's band, 0 to 1. */
  readonly dearness: number;
  readonly popularity: number;
  /** Put on sale only now: nobody has seen it yet. */
  readonly brandNew: boolean;
};

export const wareCategories: readonly WareCategory[] = [...drinks, ...cooking, ...dining, ...living];
export const styleCount = 4;

const odd = { soldOut: 8, unavailable: 5, brandNew: 6 };

export function stockShelves(random: SeededRandom, currency: string): ShelfItem[] {
  const total = wareCategories.flatMap((category) => category.kinds).reduce((sum, kind) => sum + kind.made.length, 0);
  const unusual = random.shuffle(Array.from({ length: total }, (_, at) => at));
  const soldOut = new Set(unusual.splice(0, odd.soldOut));
  const unavailable = new Set(unusual.splice(0, odd.unavailable));
  const brandNew = new Set(unusual.splice(0, odd.brandNew));
  const shelf: ShelfItem[] = [];
  wareCategories.forEach((category, categoryAt) => {
    let number = 0;
    for (const kind of category.kinds) {
      kind.made.forEach((made, at) => {
        number++;
        // Larger packs cost more, and beyond that makers differ.
        const dearness =
          0.6 * random.next() + (kind.sizes.length > 1 ? (0.4 * (at % kind.sizes.length)) / (kind.sizes.length - 1) : 0.4 * random.next());
        const id = `${category.prefix}-${String(number).padStart(3, "0")}`;
        const position = shelf.length;
        shelf.push({
          item: {
            id,
            title: titleOf(kind, made, at),
            description: `${kind.about} ${random.pick(category.details)}`,
            categories: [category.department, category.category],
            brand: random.pick(category.brands),
            price: shelfPrice(kind, dearness),
            currency,
            stock: soldOut.has(position) ? 0 : 3 + random.int(120),
            available: !unavailable.has(position),
            imageUrl: null,
            url: `/shop/product/${id}`,
          },
          kind,
          category: categoryAt,
          style: at % styleCount,
          dearness,
          popularity: Math.exp(0.55 * random.normal()),
          brandNew: brandNew.has(position),
        });
      });
    }
  });
  return shelf;
}

function titleOf(kind: WareKind, made: string, at: number): string {
  const size = kind.sizes[at % Math.max(1, kind.sizes.length)];
  return size === undefined ? `${made} ${kind.noun}` : `${made} ${kind.noun}, ${size}`;
}

/** Small prices end in .50 or .90, larger ones in whole figures, as in a shop. */
function shelfPrice(kind: WareKind, dearness: number): number {
  const [low, high] = kind.price;
  const exact = low + dearness * (high - low);
  if (exact >= 60) return Math.round(exact);
  return Math.floor(exact) + (dearness * 7 > Math.floor(dearness * 7) + 0.5 ? 0.9 : 0.5);
}
