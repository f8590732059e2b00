import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import type { Step } from "#models/step.ts";
import { countChoices, holdOutLastChoice } from "./hold-out.ts";
import { leaveOneOut, parts, splitByTime } from "./splits.ts";

const step = (item: string, at: number, more: Partial<Step> = {}): Step => ({
  itemId: item as ItemId,
  type: "purchase",
  weight: 3,
  quantity: 1,
  at,
  basket: null,
  ...more,
});
const given = (item: string, at: number) => step(item, at, { type: "return", weight: -3 });

const someSteps = fc.array(
  fc.record({ item: fc.nat(20), at: fc.nat(60), order: fc.boolean(), back: fc.integer({ min: 0, max: 9 }).map((one) => one === 0) }),
  { minLength: 1, maxLength: 15 },
);
const someHistories = fc
  .array(someSteps, { minLength: 2, maxLength: 12 })
  .map((people) =>
    people.map((steps) =>
      steps.map(({ item, at, order, back }) => (back ? given(`i${item}`, at) : step(`i${item}`, at, { basket: order ? `o${at}` : null }))),
    ),
  );

describe("time split", () => {
  it("lets nothing of the future into what is learnt or asked with", () => {
    fc.assert(
      fc.property(someHistories, fc.constantFrom(...parts), (histories, part) => {
        const split = splitByTime(histories, part);
        if (!split.ok) return;
        const { learn, cases, cutAt } = split.value;
        for (const { at } of learn.flat()) expect(at).toBeLessThan(cutAt!);
        const past = learn.map((steps) => new Set(steps.map(({ itemId }) => itemId)));
        for (const { query, seen, relevant } of cases) {
          expect(past.some((items) => seen.every((itemId) => items.has(itemId)) && seen.length === items.size)).toBe(true);
          for (const { itemId } of query) expect(seen).toContain(itemId);
          for (const itemId of relevant) expect(seen).not.toContain(itemId);
        }
      }),
    );
  });

  it("validation does not see what test asks for", () => {
    fc.assert(
      fc.property(someHistories, (histories) => {
        const [test, validation] = [splitByTime(histories, "test"), splitByTime(histories, "validation")];
        if (!test.ok || !validation.ok) return;
        const without = histories.map((history) => history.filter(({ at }) => at < test.value.cutAt!));
        const wanted = validation.value.cases.flatMap(({ relevant }) => relevant);
        const there = new Set(without.flat().map(({ itemId }) => itemId));
        for (const itemId of wanted) expect(there).toContain(itemId);
      }),
    );
  });

  it("puts the last fifth of the events behind the cut and asks for what was new", () => {
    const histories = [
      [step("a", 1), step("b", 2), step("c", 9), step("a", 10)],
      [step("a", 3), step("b", 4)],
      [step("c", 5), step("d", 6), step("e", 7), step("f", 8)],
    ];
    const split = splitByTime(histories, "test");
    expect(split).toMatchObject({ ok: true, value: { cutAt: 9 } });
    if (split.ok) expect(split.value.cases).toMatchObject([{ seen: ["a", "b"], relevant: ["c"] }]);
  });

  it("refuses when all happened at once", () => {
    expect(splitByTime([[step("a", 1), step("b", 1)], [step("c", 1)]], "test")).toMatchObject({ ok: false, problem: { code: "NOT_ENOUGH_DATA" } });
  });
});

describe("leave one out", () => {
  it("never learns from, nor asks with, what came after the choice it asks for", () => {
    fc.assert(
      fc.property(someHistories, fc.constantFrom(...parts), (histories, part) => {
        for (const history of histories.filter((one) => countChoices(one) >= 3)) {
          const { learn, cases } = leaveOneOut([history], part);
          const [before = []] = learn;
          for (const { relevant } of cases) {
            const last = Math.max(...history.filter(({ itemId, weight }) => weight > 0 && relevant.includes(itemId)).map(({ at }) => at));
            for (const { at } of before) expect(at).toBeLessThanOrEqual(last);
          }
          expect(before.length).toBeLessThan(history.length);
        }
      }),
    );
  });

  it("test asks for the last, validation for the last but one; who chose less than thrice is only learnt from", () => {
    const histories = [
      [step("c", 3), step("a", 1), step("b", 2)],
      [step("d", 1), step("e", 2)],
    ];
    const test = leaveOneOut(histories, "test");
    expect(test.cases).toMatchObject([{ seen: ["a", "b"], relevant: ["c"] }]);
    expect(test.learn.map((steps) => steps.length)).toEqual([2, 2]);
    const validation = leaveOneOut(histories, "validation");
    expect(validation.cases).toMatchObject([{ seen: ["a"], relevant: ["b"] }]);
    expect(validation.learn.map((steps) => steps.length)).toEqual([1, 2]);
  });

  it("an order is one choice", () => {
    const order = [step("x", 5, { basket: "o" }), step("y", 5, { basket: "o" })];
    expect(holdOutLastChoice([step("a", 1), ...order]).test).toMatchObject({ relevant: ["x", "y"], seen: ["a"] });
    expect(countChoices([step("a", 1), ...order])).toBe(2);
  });

  it("of several at the last time one is drawn: the same whatever the order of the rows, and no item always", () => {
    const drawn = Array.from({ length: 40 }, (_, at) => {
      const steps = [step("a", 0), ...["b", "c", "d", "e"].map((item) => step(item, at + 1))];
      const { before, test } = holdOutLastChoice(steps);
      expect(holdOutLastChoice(steps.toReversed())).toEqual({ before, test });
      expect(before).toHaveLength(4);
      return test!.relevant[0];
    });
    expect(new Set(drawn)).toEqual(new Set(["b", "c", "d", "e"]));
  });

  it("what was given back afterwards is of the future", () => {
    const { before, test } = holdOutLastChoice([step("a", 1), step("b", 2), given("a", 3)]);
    expect(before.map(({ type }) => type)).toEqual(["purchase"]);
    expect(test).toMatchObject({ relevant: ["b"], query: [{ itemId: "a" }] });
  });
});
