import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { House } from "../compose.ts";
import { startLearnLoop } from "./learn-loop.ts";

function heldHouse() {
  const rounds: string[] = [];
  const house = {
    store: { shops: { list: async () => [{ shopId: "shop" }] } },
    learner: {
      learn: async (shopId: string) => {
        rounds.push(shopId);
        return { changed: false, cursor: rounds.length, models: [] };
      },
    },
  } as unknown as Pick<House, "learner" | "store">;
  return { house, rounds };
}
const silent = { onRound: () => {}, onFailure: () => {} };

describe("the learn loop", () => {
  it("looks again soon after it was poked, and stops at once while it idles", async () => {
    const { house, rounds } = heldHouse();
    const loop = startLearnLoop(house, silent);
    await sleep(400);
    expect(rounds).toHaveLength(1);
    loop.poke();
    await sleep(700);
    expect(rounds.length).toBeGreaterThanOrEqual(2);
    const settled = rounds.length;
    await loop.stop();
    await sleep(300);
    expect(rounds).toHaveLength(settled);
  });
});
