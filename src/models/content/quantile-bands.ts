const maxBands = 8;

/**
 * Bands of about equally many items: for each value its band's name, the band's lowest and highest value ("10–20"). Equal values
 * never part; where there are few different values each is its own band.
 */
export function quantileBands(values: readonly number[]): (value: number) => string {
  const sorted = Float64Array.from(values).sort();
  const distinct = [...new Set(sorted)];
  const firsts =
    distinct.length <= maxBands ? distinct : [...new Set(Array.from({ length: maxBands }, (_, band) => quantile(sorted, band / maxBands)))];
  const names = firsts.map((low, band) => {
    const high = distinct.findLast((value) => value < (firsts[band + 1] ?? Number.POSITIVE_INFINITY)) ?? low;
    return low === high ? inWords(low) : `${inWords(low)}–${inWords(high)}`;
  });
  return (value) => {
    let band = firsts.length - 1;
    while (band > 0 && value < firsts[band]!) band--;
    return names[band]!;
  };
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

function inWords(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(2)) || value);
}
