import type { Purpose } from "#domain/purpose.ts";
import type { SeededRandom } from "#kernels/seeded-random.ts";
import { firstNames } from "./people.ts";
import { styleCount, wareCategories } from "./stock-shelves.ts";

export type DemoCustomer = {
  customerId: string;
  displayName: string;
  /** null: never asked. */
  consents: Partial<Record<Purpose, boolean>> | null;
  /** In words, for a picker: "coffee and baking". */
  taste: string;
};

/** A customer and what only the simulator knows: why they do what they do. */
export type InventedCustomer = {
  readonly customer: DemoCustomer;
  /** One weight a category, summing to 1. */
  readonly categoryTaste: readonly number[];
  readonly brands: ReadonlySet<string>;
  readonly style: number;
  /** Where in a price band they feel at home, 0 to 1, and how much they mind being elsewhere. */
  readonly budget: number;
  readonly priceCare: number;
  readonly visitsPerDay: number;
  /** How readily a basket becomes an order. */
  readonly resolve: number;
};

/** Who said what, in shares of all customers. */
const consentMix: readonly (readonly [share: number, consents: DemoCustomer["consents"]])[] = [
  [0.55, { personalize: true, learn: true, measure: true }],
  [0.15, { personalize: false, learn: true, measure: true }],
  [0.1, { personalize: false, learn: false, measure: true }],
  [0.12, { personalize: false, learn: false, measure: false }],
  [0.08, null],
];

export function inventCustomers(random: SeededRandom, count: number): InventedCustomer[] {
  const consents = random.shuffle(dealConsents(count));
  return Array.from({ length: count }, (_, at) => {
    const categoryTaste = inventTaste(random);
    const liked = random.shuffle(wareCategories.flatMap((category) => category.brands)).slice(0, 4);
    return {
      customer: {
        customerId: `C-${String(at + 1).padStart(4, "0")}`,
        displayName: `${random.pick(firstNames)} ${String.fromCharCode(65 + random.int(26))}.`,
        consents: consents[at] ?? null,
        taste: tasteInWords(categoryTaste),
      },
      categoryTaste,
      brands: new Set(liked),
      style: random.int(styleCount),
      budget: random.next(),
      priceCare: 0.5 + 2 * random.next(),
      // A few come every other day, most now and then.
      visitsPerDay: 0.042 * Math.exp(0.75 * random.normal()),
      resolve: 0.55 + 0.4 * random.next(),
    };
  });
}

/** Exact shares rather than drawn ones, so that even a small shop has every kind of customer. */
function dealConsents(count: number): DemoCustomer["consents"][] {
  let upTo = 0;
  const bounds = consentMix.map(([share]) => {
    upTo += share;
    return Math.round(upTo * count);
  });
  return Array.from({ length: count }, (_, at) => {
    const given = consentMix[bounds.findIndex((bound) => at < bound)]?.[1] ?? null;
    return given === null ? null : { ...given };
  });
}

/** One to three things a person cares about, and a little of everything else. */
function inventTaste(random: SeededRandom): number[] {
  const size = wareCategories.length;
  const order = random.shuffle(Array.from({ length: size }, (_, at) => at));
  const weights = new Array<number>(size).fill(0.12 / size);
  const favourites = 1 + random.weighted([0.25, 0.5, 0.25]);
  for (let rank = 0; rank < favourites; rank++) {
    const category = order[rank] as number;
    weights[category] = (weights[category] as number) + (0.88 * (favourites - rank)) / ((favourites * (favourites + 1)) / 2);
  }
  return weights;
}

function tasteInWords(weights: readonly number[]): string {
  const ranked = weights.map((weight, at) => ({ weight, at })).sort((a, b) => b.weight - a.weight || a.at - b.at);
  const words = ranked.filter(({ weight }) => weight > 0.2).map(({ at }) => (wareCategories[at] as (typeof wareCategories)[number]).spoken);
  const [first = "a bit of everything", second] = words;
  return second === undefined ? `mostly ${first}` : `${first} and ${second}`;
}
