import { expect, it } from "vitest";
import { createPace } from "./create-pace.ts";

it("rests after each piece for half of what the piece took, its rest not counted, and never long", async () => {
  let now = 5;
  const rests: number[] = [];
  const rest = createPace(
    () => now,
    async (ms) => {
      rests.push(ms);
      now += ms;
    },
  );
  for (const tookMs of [10, 0, 40, 5_000, 10]) {
    now += tookMs;
    await rest();
  }
  expect(rests).toEqual([5, 0, 20, 100, 5]);
});
