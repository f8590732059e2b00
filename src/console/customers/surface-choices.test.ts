import { expect, test } from "vitest";
import { previewBody } from "./surface-choices.ts";

test("a look at a customer never counts as showing them something", () => {
  expect(previewBody("7", "for-you", "")).toEqual({ customerId: "7", surface: "for-you", n: 10, preview: true, explain: "short" });
});

test("the product goes where the surface expects it, and nowhere else", () => {
  expect(previewBody("7", "similar", "mug")).toMatchObject({ item: "mug" });
  expect(previewBody("7", "complete-basket", "mug")).toMatchObject({ basket: ["mug"] });
  expect(previewBody("7", "popular", "mug")).not.toHaveProperty("item");
});

test("a product page without its product is not asked about", () => {
  expect(previewBody("7", "bought-together", "")).toBeNull();
});
