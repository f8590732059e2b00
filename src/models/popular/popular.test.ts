import { expect, it } from "vitest";
import { historiesOf, scoresByNumber } from "../testing/numbered-items.ts";
import { popular, popularAll, popularWeek } from "./popular.ts";

const dayMinutes = 1440;
/** Item 0 sold three times long ago, item 1 twice three weeks ago, item 2 once on the last day. */
const histories = historiesOf([0, 0, 0, 1, 1, 2].map((item) => [[item, [1000, 1080, 1100][item]! * dayMinutes]]));

it.each([
  [popularAll.name, popularAll, [0, 1, 2]],
  [popular.name, popular, [1, 2, 0]],
  [popularWeek.name, popularWeek, [2, 0, 1]],
])("%s looks back as far as it says", (_, factory, order) => {
  const scores = scoresByNumber(factory.fit({ histories, content: null }, { seed: 1 }), [], 3);
  expect([0, 1, 2].sort((a, b) => scores[b]! - scores[a]!)).toEqual(order);
  expect(scores.every((score) => score > 0)).toBe(true);
});
