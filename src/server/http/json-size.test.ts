import fc from "fast-check";
import { expect, it } from "vitest";
import { isSurelyWithin } from "./json-size.ts";

it("never says that something is small enough which is not", () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: "medium" }), fc.integer({ min: 0, max: 2_000 }), (value, bytes) => {
      if (isSurelyWithin(value, bytes)) expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThanOrEqual(bytes);
    }),
  );
});

it("sees that an ordinary event is", () => {
  expect(
    isSurelyWithin({ type: "track", event: "Product Viewed", properties: { product_id: "a", price: 9.5, tags: ["x", null, true] } }, 2_000),
  ).toBe(true);
});

it("does not follow what is nested without end", () => {
  let nested: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) nested = [nested];
  expect(isSurelyWithin(nested, 1e9)).toBe(false);
});
