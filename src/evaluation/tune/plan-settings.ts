/** More would be reading chance. */
const mostSettings = 512;

/**
 * How many settings to try in the time there is, beside the defaults. Both the cost of one and the answer are rounded
 * to powers of two, so that the same data and budget mostly give the same number, although no two measurements agree.
 */
export function planSettings(secondsLeft: number, secondsEach: number): number {
  if (!(secondsLeft > 0)) return 0;
  const each = 2 ** Math.round(Math.log2(Math.max(secondsEach, 0.001)));
  const fit = secondsLeft / each;
  return fit < 1 ? 0 : Math.min(mostSettings, 2 ** Math.floor(Math.log2(fit)));
}
