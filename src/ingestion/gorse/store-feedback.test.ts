import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CustomerId, ItemId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import { openShopLearner } from "#learning/shop-learner.ts";
import { furnish, type House } from "#server/compose.ts";
import { closedGorse, createGorseServices, type GorseServices } from "#server/gorse-services.ts";
import { createShop } from "#server/shop-keys.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import type { GorseFeedback } from "./feedback.ts";

const now = Date.UTC(2026, 4, 20);
let [house, gorse, shopId]: [House, GorseServices, ShopId] = [] as never;

beforeEach(async () => {
  house = furnish(await openSqlite(":memory:"), () => now, randomUUID);
  const created = await createShop(house.store.shops, { name: "Film", currency: "EUR" }, house);
  if (!created.ok) throw new Error(created.problem.detail);
  shopId = created.value.shop.shopId;
  gorse = createGorseServices(house, closedGorse);
});
afterEach(() => house.store.close());

const told = (userId: string, itemId: string, value = 0, feedbackType = "like"): GorseFeedback => ({
  feedbackType,
  userId,
  itemId: itemId as ItemId,
  value,
  at: { ms: now - 86_400_000, nanos: 0 },
  labels: "null",
  comment: "",
});
const personOf = async (userId: string) => house.gate.recognise(shopId, { customerId: userId as CustomerId, anonymousId: null });
async function learntOf(userId: string): Promise<string[]> {
  const leave = await house.gate.allow(shopId, await personOf(userId), "learn");
  return leave === null ? [] : (await house.store.log.history(leave, { limit: 99 })).map(({ type, lines }) => `${type} ${lines[0]!.itemId}`);
}
const decide = (userId: string, decisions: [Purpose, boolean][]) =>
  house.recordConsents(shopId, [
    { names: { customerId: userId as CustomerId, anonymousId: null }, purposes: new Map(decisions), source: "person", notice: null, how: null },
  ]);
const rows = () => house.store.gorse.feedback(shopId, {});
async function countsAsBytes(): Promise<Uint8Array> {
  const learner = await openShopLearner(shopId, house);
  await learner.catchUp();
  return learner.encoded();
}

describe("feedback through the Gorse API", () => {
  it("is stored on the shop's word for whoever decided nothing, and for nobody who said no", async () => {
    await decide("no", [
      ["personalize", false],
      ["learn", false],
      ["measure", false],
    ]);
    await decide("only-personalize", [["personalize", true]]);
    expect(await gorse.storeFeedback(shopId, [told("new", "a"), told("no", "a"), told("only-personalize", "a")], "accumulate")).toBe(2);
    expect((await rows()).map(({ userId }) => userId)).toEqual(["new", "only-personalize"]);
    expect([await learntOf("new"), await learntOf("no"), await learntOf("only-personalize")]).toEqual([["purchase a"], [], []]);
    const state = await house.store.consents.current(shopId, [(await personOf("new"))!.personId]);
    expect([...state.values()][0]!.get("learn")).toMatchObject({ granted: true, source: "shop-asserted", how: "gorse-api" });
    expect(await house.store.gorse.user(shopId, (await personOf("no"))!.personId)).toBeNull();
  });

  it("asserts nothing when told so", async () => {
    gorse = createGorseServices(house, { ...closedGorse, assertsConsent: false });
    expect(await gorse.storeFeedback(shopId, [told("new", "a")], "accumulate")).toBe(0);
    expect(await rows()).toEqual([]);
    expect(await house.store.log.head(shopId)).toBe(0);
  });

  it("adds values up and is one more event only where that says more", async () => {
    for (const value of [2, 1, 2, -4]) await gorse.storeFeedback(shopId, [told("u", "a", value, "rating")], "accumulate");
    expect((await rows()).map(({ value }) => value)).toEqual([1]);
    expect(await learntOf("u")).toEqual(["dismiss a", "view a", "purchase a"]);
  });

  it("overwritten, deleted and told anew, the model knows what is there and nothing else", async () => {
    const before = await countsAsBytes();
    await gorse.storeFeedback(shopId, [told("u", "a", 5, "rating"), told("u", "b")], "overwrite");
    const first = await countsAsBytes();
    await gorse.storeFeedback(shopId, [told("u", "a", 1, "rating")], "overwrite");
    expect(await learntOf("u")).toEqual(["purchase b", "dismiss a"]);
    await gorse.storeFeedback(shopId, [told("u", "a", 5, "rating")], "overwrite");
    expect(await learntOf("u")).toEqual(["purchase b", "purchase a"]);
    const { personId } = (await personOf("u"))!;
    for (let round = 0; round < 3; round++) {
      expect(await gorse.removeFeedback.matching(shopId, { personId })).toBe(2);
      expect([await rows(), await learntOf("u")]).toEqual([[], []]);
      await gorse.storeFeedback(shopId, [told("u", "a", 5, "rating"), told("u", "b")], "accumulate");
      expect((await learntOf("u")).sort()).toEqual(["purchase a", "purchase b"]);
    }
    expect((await countsAsBytes()).length).toBe(first.length);
    await gorse.removeFeedback.user(shopId, personId);
    expect([await rows(), await learntOf("u"), await house.store.gorse.user(shopId, personId)]).toEqual([[], [], null]);
    expect((await countsAsBytes()).length).toBe(before.length);
  });

  it("cut off between the event and the row, the same request makes it good without a second event", async () => {
    const { putFeedback } = house.store.gorse;
    const broken = { ...house.store.gorse, putFeedback: () => Promise.reject(new Error("the power went")) };
    const failing = createGorseServices({ ...house, store: { ...house.store, gorse: broken } }, closedGorse);
    await expect(failing.storeFeedback(shopId, [told("u", "a")], "accumulate")).rejects.toThrow("the power went");
    expect([await rows(), await learntOf("u")]).toEqual([[], ["purchase a"]]);
    expect(putFeedback).toBe(house.store.gorse.putFeedback);
    expect(await gorse.storeFeedback(shopId, [told("u", "a")], "accumulate")).toBe(1);
    expect([(await rows()).length, await learntOf("u")]).toEqual([1, ["purchase a"]]);
  });

  it("what was shown is kept for the client and is no event; two requests at once lose no value", async () => {
    await gorse.noteShown(shopId, { userId: "u", itemIds: ["a" as ItemId], feedbackType: "read", delayMs: 60_000 });
    expect([await learntOf("u"), (await rows())[0]!.at]).toEqual([[], { ms: now + 60_000, nanos: 0 }]);
    await Promise.all(Array.from({ length: 8 }, () => gorse.storeFeedback(shopId, [told("u", "a", 1, "read")], "accumulate")));
    expect([(await rows())[0]!.value, await learntOf("u")]).toEqual([8, ["view a"]]);
  });
});
