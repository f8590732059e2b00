import { type EpochMs, earliestEventMs, futureToleranceMs } from "#domain/clock.ts";
import { maxIdLength } from "#domain/ids.ts";
import { notAProduct } from "./not-a-product.ts";

/** Room for what is put before and behind an order id in a message id. */
const longestOrderId = maxIdLength - 32;
const absurdQuantity = 1_000_000;
/** Less than a thousandth of a gram of anything is a rounding error. */
const leastQuantity = 1e-6;

/** Reasons that are found only once the rows of an order are together, or while the file is read. */
export const lateReasons = { noTime: "no time", brokenLine: "line does not fit the header" } as const;

type Rule = { readonly reason: string; readonly when: string; readonly example: string };

/**
 * Why a row is left out, in the order in which the rules are tried. `when` and `example` are SQL over the columns of
 * one row; an example never shows a customer, nor letters from a cell that should hold a number or a time: a column
 * named by mistake may hold anything.
 */
function rules(now: EpochMs, codesHaveDigits: boolean, keepAll: boolean): readonly Rule[] {
  const always: Rule[] = [
    { reason: "empty or broken row", when: "coalesce(order_id, customer, item, title, raw_quantity, raw_time) IS NULL", example: "NULL" },
    { reason: "no item", when: "item IS NULL", example: "NULL" },
    {
      reason: "id too long or with control characters",
      when: `unusable_id(item, ${maxIdLength}) OR unusable_id(customer, ${maxIdLength}) OR unusable_id(order_id, ${longestOrderId})`,
      example: "NULL",
    },
    { reason: "time not understood", when: "raw_time IS NOT NULL AND at_ms IS NULL", example: "masked('time', raw_time)" },
    { reason: lateReasons.noTime, when: "raw_time IS NULL AND order_id IS NULL", example: "NULL" },
    { reason: "time before 1990", when: `at_ms < ${earliestEventMs}`, example: "masked('time', raw_time)" },
    { reason: "time in the future", when: `at_ms > ${now + futureToleranceMs}`, example: "masked('time', raw_time)" },
    { reason: "quantity is not a number", when: "quantity IS NULL", example: "masked('quantity', raw_quantity)" },
    { reason: "quantity is 0", when: `abs(quantity) < ${leastQuantity}`, example: "'item ' || item" },
    { reason: "absurd quantity", when: `abs(quantity) > ${absurdQuantity}`, example: "'quantity ' || raw_quantity" },
    { reason: "negative price", when: "price < 0", example: "'price ' || CAST(price AS VARCHAR)" },
    {
      reason: "neither order number, customer nor time of day",
      when: "order_id IS NULL AND customer IS NULL AND NOT has_clock(raw_time)",
      example: "'item ' || item",
    },
  ];
  const products: Rule[] = [
    { reason: "not a product (postage, fees)", when: notAProduct("item", "title", codesHaveDigits), example: "'item ' || item" },
    // Breakages and recounts booked as sales: nobody gave anything back.
    { reason: "stock correction (nobody's, free, negative)", when: "customer IS NULL AND quantity < 0 AND price = 0", example: "'item ' || item" },
  ];
  return keepAll ? always : [...always, ...products];
}

/** SQL for two columns, `reason` and `example`; both NULL for a row that is kept. */
export function reasonColumns(now: EpochMs, codesHaveDigits: boolean, keepAll: boolean): string {
  const all = rules(now, codesHaveDigits, keepAll);
  const cases = (then: (rule: Rule) => string) => all.map((rule) => `WHEN ${rule.when} THEN ${then(rule)}`).join("\n");
  return `CASE ${cases((rule) => `'${rule.reason.replaceAll("'", "''")}'`)} END AS reason, left(CASE ${cases((rule) => rule.example)} END, 80) AS example`;
}
