import type { ColumnGuess } from "./guess-mapping.ts";
import { digitShare } from "./not-a-product.ts";
import type { Workbench } from "./workbench.ts";

/** What only the whole file can tell about how its cells are to be read. */
export type Measures = {
  readonly dayFirst: boolean;
  readonly decimalComma: boolean;
  readonly codesHaveDigits: boolean;
  /** In words, for whoever checks the mapping. */
  readonly notes: readonly string[];
};

export type DateOrder = "day-first" | "month-first";

type DayMonth = {
  readonly written: number;
  readonly first: number;
  readonly second: number;
  readonly kinds: readonly [number, number];
  readonly dots: number;
};

const slashed = "'^[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4}'";

/** Looks at all rows of `raw`: which of 12/1 is the day, whether 2,50 has a decimal comma, whether codes have digits. */
export async function measureColumns(mapping: readonly ColumnGuess[], asked: DateOrder | undefined, bench: Workbench): Promise<Measures> {
  const part = (which: number) => `TRY_CAST(regexp_extract(CAST("time" AS VARCHAR), '^([0-9]{1,2})[-./]([0-9]{1,2})[-./]', ${which}) AS INTEGER)`;
  const [row = []] = await bench.rows(`SELECT
      CAST(count(*) FILTER (slashed) AS INTEGER), coalesce(max(a) FILTER (slashed), 0), coalesce(max(b) FILTER (slashed), 0),
      CAST(count(DISTINCT a) FILTER (slashed) AS INTEGER), CAST(count(DISTINCT b) FILTER (slashed) AS INTEGER), CAST(count(*) FILTER (slashed AND dotted) AS INTEGER),
      ${countAmounts(",[0-9]{1,2}\\D*$")}, ${countAmounts("\\.[0-9]{1,2}\\D*$")},
      CAST(count(item) AS INTEGER), CAST(count(item) FILTER (regexp_matches(item, '[0-9]')) AS INTEGER)
    FROM (SELECT *, ${part(1)} AS a, ${part(2)} AS b, regexp_matches(CAST("time" AS VARCHAR), ${slashed}) AS slashed, contains(CAST("time" AS VARCHAR), '.') AS dotted FROM raw)`);
  const [written, first, second, kindsFirst, kindsSecond, dots, commas, points, items, withDigit] = row.map(Number);
  const order = judgeOrder({ written: written!, first: first!, second: second!, kinds: [kindsFirst!, kindsSecond!], dots: dots! }, asked);
  const decimalComma = commas! > 0 && commas! > points!;
  const itemIsTitle = mapping.some(
    ({ field, column }) => field === "item" && mapping.some((other) => other.field === "title" && other.column === column),
  );
  const notes = [...(order.note === null ? [] : [order.note]), ...(decimalComma ? ["amounts are written with a decimal comma"] : [])];
  return { dayFirst: order.dayFirst, decimalComma, codesHaveDigits: !itemIsTitle && withDigit! >= items! * digitShare && items! > 0, notes };
}

function countAmounts(pattern: string): string {
  const matches = (field: string) => `count(*) FILTER (regexp_matches(CAST("${field}" AS VARCHAR), '${pattern}'))`;
  return `CAST(${matches("price")} + ${matches("total")} AS INTEGER)`;
}

/** Pure: day or month first, and why. */
export function judgeOrder(seen: DayMonth, asked: DateOrder | undefined): { dayFirst: boolean; note: string | null } {
  const say = (dayFirst: boolean, why: string) => ({
    dayFirst,
    note: `dates are read ${dayFirst ? "day before month" : "month before day"}: ${why}`,
  });
  if (seen.written === 0) return { dayFirst: false, note: null };
  if (asked !== undefined) return say(asked === "day-first", "you said so");
  if (seen.first > 12 && seen.second <= 12) return say(true, `the first number goes up to ${seen.first}`);
  if (seen.second > 12 && seen.first <= 12) return say(false, `the second number goes up to ${seen.second}`);
  // Within a few months, the day takes more values than the month.
  if (seen.kinds[0] !== seen.kinds[1])
    return say(seen.kinds[0] > seen.kinds[1], "a guess, since neither number goes beyond 12; that one changes more often. Please check");
  return say(seen.dots > 0, "a guess, since nothing in the file tells. Please check");
}
