import { createSeededRandom } from "#kernels/seeded-random.ts";
import type { Part } from "./protocol.ts";

/** Of the test, and of validation each. */
const heldOutShare = 0.1;

/** Draws who is held out wholly: a tenth for the test, another tenth for validation; the rest is learnt from. */
export function heldOutBySeed(count: number, seed: number): (Part | "learn")[] {
  const order = createSeededRandom(seed).shuffle(Array.from({ length: count }, (_, index) => index));
  const held = Math.max(1, Math.round(count * heldOutShare));
  const role = new Array<Part | "learn">(count).fill("learn");
  for (const [rank, index] of order.entries()) if (rank < 2 * held) role[index] = rank < held ? "test" : "validation";
  return role;
}
