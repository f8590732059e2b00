/** Zeroes all but the `most` strongest; of equal ones the first stay. */
export function keepStrongest(strengths: Float64Array, most: number): void {
  if (strengths.length <= most) return;
  const least = strengths.toSorted()[strengths.length - most]!;
  let room = most;
  for (let at = 0; at < strengths.length; at++) if (strengths[at]! > least) room--;
  for (let at = 0; at < strengths.length; at++) {
    if (strengths[at]! < least || (strengths[at] === least && room-- <= 0)) strengths[at] = 0;
  }
}
