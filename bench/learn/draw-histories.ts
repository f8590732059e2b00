import { dayMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import type { History, Step } from "#models/step.ts";
import { drawRows } from "../support/draw-rows.ts";

const types: readonly EventType[] = ["view", "cart-add", "purchase"];
const days = 180;

/** The rows of `drawRows` as people who do one thing after another, each item once, in half a year. */
export function drawHistories(seed: number, people: number, items: number, events: number): History[] {
  const random = createSeededRandom(seed);
  const rows = drawRows(random, people, items, events);
  const ids = Array.from({ length: items }, (_, item) => `item-${item}` as ItemId);
  return Array.from({ length: people }, (_, person) => {
    const places = Array.from({ length: rows.starts[person + 1]! - rows.starts[person]! }, (_, at) => rows.starts[person]! + at);
    const start = (20_000 + random.int(days)) * dayMs;
    return random.shuffle(places).map((place, turn): Step => {
      const type = types[rows.counts[place]! - 1]!;
      return { itemId: ids[rows.columns[place]!]!, type, weight: eventWeight[type], quantity: 1, at: start + turn * 60_000, basket: null };
    });
  });
}
