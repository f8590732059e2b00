import { expect, test } from "vitest";
import { judgeOrder } from "./measure-columns.ts";

const seen = { written: 10, first: 9, second: 9, kinds: [3, 3] as const, dots: 0 };

test.each([
  ["a first number above 12 is a day", { ...seen, first: 31 }, true],
  ["a second number above 12 is a day", { ...seen, second: 31 }, false],
  ["the one that changes more often is the day", { ...seen, kinds: [9, 2] as const }, true],
  ["dots part day, month and year", { ...seen, dots: 10 }, true],
  ["else month first", seen, false],
])("%s", (_, numbers, dayFirst) => {
  expect(judgeOrder(numbers, undefined)).toMatchObject({ dayFirst, note: expect.stringContaining("dates are read") });
});

test("what the caller says wins; nothing is said where nothing is slashed", () => {
  expect(judgeOrder({ ...seen, second: 31 }, "day-first").dayFirst).toBe(true);
  expect(judgeOrder({ ...seen, written: 0 }, undefined).note).toBeNull();
});
