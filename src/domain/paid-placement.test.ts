import { expect, it } from "vitest";
import { paidPlacementOf } from "./paid-placement.ts";

it("R24: tells from an item's attributes whether its place is paid for, and by whom", () => {
  const of = (attributes: Record<string, unknown>) => paidPlacementOf({ attributes });
  const plain = { sponsored: false, boosted: false, by: null };
  expect(of({})).toEqual(plain);
  for (const no of [false, 0, null, "", "false", "No", " none "]) expect(of({ sponsored: no, boosted: no })).toEqual(plain);
  for (const yes of [true, 1, "true", "YES", "1"]) expect(of({ sponsored: yes })).toEqual({ ...plain, sponsored: true });
  expect(of({ sponsored: "Clayfield" })).toEqual({ ...plain, sponsored: true, by: "Clayfield" });
  expect(of({ boosted: { by: "margin" } })).toEqual({ ...plain, boosted: true });
  expect(of(Object.create({ sponsored: true }) as Record<string, unknown>)).toEqual(plain);
});
