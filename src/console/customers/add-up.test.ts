import { expect, test } from "vitest";
import { addUp, decimalsFor } from "./add-up.ts";

const reasons = (...contributions: number[]) => contributions.map((contribution) => ({ contribution }));

test("reasons that make the score are recognised, whatever their size and sign", () => {
  expect(addUp({ score: 0.375, reasons: reasons(0.125, 0.25) }).isScore).toBe(true);
  expect(addUp({ score: 0, reasons: reasons(1e9, -1e9) }).isScore).toBe(true);
  expect(addUp({ score: 900, reasons: reasons(1000, -100) })).toEqual({ sum: 900, isScore: true });
});

test("a reason that was left out is noticed", () => {
  expect(addUp({ score: 0.375, reasons: reasons(0.125, 0.25 - 2 ** -40) }).isScore).toBe(false);
  expect(addUp({ score: 1, reasons: [] }).isScore).toBe(false);
});

test("decimals follow the size of what is written", () => {
  expect([900, 0.2134, 0.000_02, 123_456, 0].map(decimalsFor)).toEqual([1, 4, 8, 0, 2]);
});
