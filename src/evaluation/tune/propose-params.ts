import type { SeededRandom } from "#kernels/seeded-random.ts";
import { drawParams, nearbyParam, type ParamSpace, type Params } from "#models/params.ts";

/** A random setting of all that is free. */
export function drawSetting(space: ParamSpace, fixed: Params, random: SeededRandom): Params {
  return { ...drawParams(space, random), ...fixed };
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
