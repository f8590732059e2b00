/**
 * Sums that come out the same in any order. Every term of a score is rounded to a multiple of 2⁻⁴⁰ (a millionth of a
 * millionth); sums of such numbers below 2¹² are exact in doubles. So a score is the sum of its reasons to the last
 * bit, however they are grouped. Adding and taking away 1.5 · 2⁵² · 2⁻⁴⁰ is the rounding.
 */
const roundingHelp = 1.5 * 2 ** 12;

export function onGrid(value: number): number {
  return value + roundingHelp - roundingHelp;
}
