import type { SeededRandom } from "#kernels/seeded-random.ts";
import { drawParams, nearbyParam, type ParamSpace, type Params } from "#models/params.ts";

/** Of the free parameters: how many of a random setting are drawn; the others stay as they were. */
const drawnShare = 1 / 3;

/**
 * A random setting: a third of the free parameters, at least one, drawn from all of their range, the others as in `base`.
 * Of a dozen drawn all at once one is nearly always bad, and hides what the others are worth.
 */
export function drawSetting(space: ParamSpace, fixed: Params, base: Params, random: SeededRandom): Params {
  const all = drawParams(space, random);
  const free = random.shuffle(Object.keys(space).filter((name) => !Object.hasOwn(fixed, name)));
  const drawn = free.filter((_, place) => place === 0 || random.next() < drawnShare);
  return { ...all, ...base, ...Object.fromEntries(drawn.map((name) => [name, all[name]!])), ...fixed };
}

/**
 * A setting near the best one: one or two of the free parameters moved by about `reach` of their range. What the base
 * does not say is drawn.
 */
export function varySetting(space: ParamSpace, fixed: Params, base: Params, reach: number, random: SeededRandom): Params {
  const free = Object.keys(space).filter((name) => !Object.hasOwn(fixed, name));
  const moved = random.shuffle(free).slice(0, 1 + random.int(2));
  const setting: Record<string, number> = { ...drawParams(space, random), ...base, ...fixed };
  for (const name of moved) setting[name] = nearbyParam(space[name]!, setting[name]!, reach, random);
  return setting;
}
