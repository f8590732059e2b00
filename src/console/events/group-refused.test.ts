import { expect, it } from "vitest";
import { groupRefused } from "./group-refused.ts";

const one = (at: string, code: string, detail = "") => ({ at, route: "/v1/batch", code, detail, event: null });

it("says the same fault once, with the latest time, and keeps to one code when asked", () => {
  const refused = [one("3", "A", "x"), one("2", "B"), one("1", "A", "x"), one("0", "A", "y")];
  expect(groupRefused(refused, null).map(({ at, code, detail, times }) => [at, code, detail, times])).toEqual([
    ["3", "A", "x", 2],
    ["2", "B", "", 1],
    ["0", "A", "y", 1],
  ]);
  expect(groupRefused(refused, "B")).toHaveLength(1);
  expect(groupRefused([], null)).toEqual([]);
});
