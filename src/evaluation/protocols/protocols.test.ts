import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { History } from "#models/step.ts";
import { countChoices, holdOutLastChoice } from "../hold-out.ts";
import { askedWith, type Question } from "../question.ts";
import { given, plain, rated, someHistories, step } from "../testing/steps.ts";
import type { DivideOptions, Division } from "./protocol.ts";
import { parts } from "./protocol.ts";
import { type ProtocolName, protocolNames, protocols } from "./protocols.ts";

function divide(name: ProtocolName, histories: readonly History[], options: Partial<DivideOptions> = {}): Division | null {
  const divided = protocols[name].divide(histories, { ...plain, repeats: protocols[name].repeatsByDefault, ...options });
  return divided.ok ? divided.value : null;
}

const asked = (question: Question) => ({ ...askedWith(question), relevant: question.relevant });
const questionsOf = (name: ProtocolName, histories: readonly History[], options: Partial<DivideOptions> = {}) =>
  divide(name, histories, options)!.folds.flatMap(({ questions }) => questions.map(asked));
const learnt = (division: Division | null) => division!.folds[0]!.learn.map((steps) => steps.map(({ itemId }) => itemId).join(""));
const letters = (text: string, start = 1) => [...text].map((item, at) => step(item, start + at));

describe("every protocol", () => {
  const cases = protocolNames.flatMap((name) => parts.map((part) => [name, part] as const));

  it.each(cases)("%s, %s: asks for nothing that is kept off the list, learns nothing past the cut, and is the same again", (name, part) => {
    fc.assert(
      fc.property(someHistories, fc.nat(5), (histories, seed) => {
        const options = { part, seed };
        const division = divide(name, histories, options);
        expect(divide(name, histories, options)).toEqual(division);
        for (const { learn, questions } of division?.folds ?? []) {
          const lessons = new Set(learn.flat());
          for (const question of questions) {
            expect(question.relevant.length).toBeGreaterThan(0);
            const { query, seen } = askedWith(question);
            expect(query.every(({ strength }) => Number.isFinite(strength))).toBe(true);
            if (question.mask === "past") expect(question.relevant.filter((itemId) => seen.includes(itemId))).toEqual([]);
          }
          if (division!.cutAt !== null && name === "time-split") for (const { at } of lessons) expect(at).toBeLessThan(division!.cutAt);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("time-split", () => {
  it("puts the last fifth of the events behind the cut and asks for what was new", () => {
    const histories = [
      [step("a", 1), step("b", 2), step("c", 9), step("a", 10)],
      [step("a", 3), step("b", 4)],
      [step("c", 5), step("d", 6), step("e", 7), step("f", 8)],
    ];
    expect(divide("time-split", histories)!.cutAt).toBe(9);
    expect(questionsOf("time-split", histories)).toMatchObject([{ seen: ["a", "b"], relevant: ["c"] }]);
    expect(questionsOf("time-split", histories, { repeats: true })).toMatchObject([{ seen: [], relevant: ["c", "a"] }]);
  });

  it("validation does not see what test asks for", () => {
    fc.assert(
      fc.property(someHistories, (histories) => {
        const [test, validation] = [divide("time-split", histories), divide("time-split", histories, { part: "validation" })];
        if (test === null || validation === null) return;
        const without = new Set(histories.flatMap((history) => history.flatMap(({ at, itemId }) => (at < test.cutAt! ? [itemId] : []))));
        for (const { relevant } of validation.folds[0]!.questions) for (const itemId of relevant) expect(without).toContain(itemId);
      }),
    );
  });

  it("refuses when all happened at once", () => {
    const once = [[step("a", 1), step("b", 1)], [step("c", 1)]];
    expect(protocols["time-split"].divide(once, plain)).toMatchObject({ ok: false, problem: { code: "NOT_ENOUGH_DATA" } });
  });
});

describe("leave-one-out", () => {
  it("never learns from, nor asks with, what came after the choice it asks for", () => {
    fc.assert(
      fc.property(someHistories, fc.constantFrom(...parts), (histories, part) => {
        for (const history of histories.filter((one) => countChoices(one) >= 3)) {
          const [fold] = divide("leave-one-out", [history], { part })!.folds;
          const [before = []] = fold!.learn;
          for (const { relevant } of fold!.questions) {
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
    expect(questionsOf("leave-one-out", histories)).toMatchObject([{ seen: ["a", "b"], relevant: ["c"] }]);
    expect(learnt(divide("leave-one-out", histories))).toEqual(["ab", "de"]);
    expect(questionsOf("leave-one-out", histories, { part: "validation" })).toMatchObject([{ seen: ["a"], relevant: ["b"] }]);
    expect(learnt(divide("leave-one-out", histories, { part: "validation" }))).toEqual(["a", "de"]);
  });

  it("a repeat is only asked for where repeats are", () => {
    expect(questionsOf("leave-one-out", [letters("abca")])).toEqual([]);
    expect(questionsOf("leave-one-out", [letters("abca")], { repeats: true })).toMatchObject([{ seen: [], relevant: ["a"] }]);
  });

  it("an order is one choice", () => {
    const order = [step("x", 5, { basket: "o" }), step("y", 5, { basket: "o" })];
    expect(holdOutLastChoice([step("a", 1), ...order])).toMatchObject({ before: [{ itemId: "a" }], after: [{ itemId: "x" }, { itemId: "y" }] });
    expect(countChoices([step("a", 1), ...order])).toBe(2);
  });

  it("of several at the last time one is drawn: the same whatever the order of the rows, and no item always", () => {
    const drawn = Array.from({ length: 40 }, (_, at) => {
      const steps = [step("a", 0), ...["b", "c", "d", "e"].map((item) => step(item, at + 1))];
      const held = holdOutLastChoice(steps);
      expect(holdOutLastChoice(steps.toReversed())).toEqual(held);
      expect(held.before).toHaveLength(4);
      return held.after[0]!.itemId;
    });
    expect(new Set(drawn)).toEqual(new Set(["b", "c", "d", "e"]));
  });

  it("what was given back afterwards is of the future", () => {
    const { before, after } = holdOutLastChoice([step("a", 1), step("b", 2), given("a", 3)]);
    expect(before.map(({ type }) => type)).toEqual(["purchase"]);
    expect(after).toMatchObject([{ itemId: "b" }]);
  });
});

describe("strong-generalization", () => {
  const histories = Array.from({ length: 50 }, (_, person) => letters("abcdefghij".slice(0, 2 + (person % 9))));

  it("holds a tenth out wholly; four fifths ask for one fifth, in the order of time", () => {
    const { learn, questions } = divide("strong-generalization", histories)!.folds[0]!;
    expect([learn.length, questions.length]).toEqual([45, 5]);
    for (const question of questions) {
      const { history, relevant } = question;
      expect(learn).not.toContain(history);
      expect(relevant).toHaveLength(Math.max(1, Math.floor((history.length + relevant.length) / 5)));
      expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).toSorted((a, b) => a - b));
    }
    expect(divide("strong-generalization", histories, { part: "validation" })!.folds[0]!.learn).toHaveLength(40);
    const other = divide("strong-generalization", histories, { seed: 2 })!.folds[0]!;
    expect(other.questions).not.toEqual(questions);
  });
});

describe("session", () => {
  const minutes = (...at: number[]) => at.map((minute, index) => step(`${index}`, minute * 60_000));
  const ten = Array.from({ length: 10 }, (_, index) => minutes(10 * index, 10 * index + 1, 10 * index + 2));

  it("learns from sessions that ended before the cut and reveals the others step by step", () => {
    const division = divide("session", ten)!;
    expect(division.folds[0]!.learn).toEqual(ten.slice(0, 8));
    const questions = division.folds[0]!.questions.map(asked);
    expect(questions).toMatchObject([
      { query: [{ itemId: "0" }], seen: ["0"], relevant: ["1"] },
      { query: [{ itemId: "1" }, { itemId: "0" }], seen: ["1"], relevant: ["2"] },
      { query: [{ itemId: "0" }], seen: ["0"], relevant: ["1"] },
      { query: [{ itemId: "1" }, { itemId: "0" }], seen: ["1"], relevant: ["2"] },
    ]);
    expect(division.folds[0]!.questions.map(({ unit }) => unit)).toEqual([0, 0, 1, 1]);
  });

  it("validation lies between three and four fifths; sessions that reach over the cut are not learnt from", () => {
    const validation = divide("session", ten, { part: "validation" })!.folds[0]!;
    expect(validation.learn).toEqual(ten.slice(0, 6));
    expect(validation.questions.map(({ history }) => history)).toEqual([ten[6], ten[6], ten[7], ten[7]]);
    const long = minutes(0, 95);
    expect(divide("session", [...ten, long])!.folds[0]!.learn).not.toContain(long);
  });

  it("a long pause parts sessions only when asked to", () => {
    const one = minutes(0, 5, 40, 41);
    const learnOf = (gap: number | null) => divide("session", [one, ...ten], { sessionGapMinutes: gap })!.folds[0]!.learn;
    expect(learnOf(null)[0]).toEqual(one);
    expect(learnOf(30).slice(0, 2)).toEqual([one.slice(0, 2), one.slice(2)]);
  });

  it("without times a tenth is held out by seed", () => {
    const { learn, questions } = divide("session", ten, { timed: false })!.folds[0]!;
    expect([learn.length, questions.length]).toEqual([9, 2]);
  });
});

describe("next-basket", () => {
  const basket = (items: string, at: number, order: string | null = null) => [...items].map((item) => step(item, at, { basket: order }));
  const histories = [[...basket("ab", 1), ...basket("ac", 2), ...basket("ad", 3)], [...basket("x", 1), ...basket("xy", 4)], basket("z", 1)];

  it("asks for the last basket, repeats included; on validation for the last but one, without learning the last", () => {
    const test = divide("next-basket", histories)!;
    expect(test.folds[0]!.questions.map(asked)).toMatchObject([
      { seen: [], relevant: ["a", "d"], query: [{ age: 0 }, { age: 0 }, { age: 1 }, { age: 1 }] },
      { seen: [], relevant: ["x", "y"] },
    ]);
    expect(learnt(test)).toEqual(["abac", "x", "z"]);
    expect(test.folds[0]!.learn[0]![0]!.basket).toBe("at 1");
    const validation = divide("next-basket", histories, { part: "validation" })!;
    expect(validation.folds[0]!.questions.map(asked)).toMatchObject([{ relevant: ["a", "c"] }]);
    expect(learnt(validation)).toEqual(["ab", "x", "z"]);
  });

  it("orders are baskets even at one time, in order of their numbers; other events belong to none", () => {
    const view = step("v", 2, { type: "view", weight: 1 });
    const orders = [[...basket("b", 1, "10"), ...basket("a", 1, "9"), ...basket("c", 3, "11"), view], basket("c", 1, "1")];
    expect(questionsOf("next-basket", orders)).toMatchObject([{ relevant: ["c"] }]);
    expect(learnt(divide("next-basket", orders))[0]).toBe("abv");
    expect(questionsOf("next-basket", orders, { part: "validation" })).toMatchObject([{ relevant: ["b"], query: [{ itemId: "a" }] }]);
  });

  it("cut by time: everybody's first basket after one moment", () => {
    const people = Array.from({ length: 5 }, (_, person) => [1, 2, 3, 4].flatMap((turn) => basket("ab", 10 * turn + person)));
    const division = divide("next-basket", people, { cut: "time" })!;
    expect(division.cutAt).toBe(41);
    expect(division.folds[0]!.questions).toHaveLength(4);
    expect(division.folds[0]!.learn.map(({ length }) => length)).toEqual([8, 6, 6, 6, 6]);
    for (const { history } of division.folds[0]!.questions) for (const { at } of history) expect(at).toBeLessThan(41);
  });

  it("from a file: the first basket there", () => {
    const file = [{ past: basket("ab", 1), asked: [...basket("c", 5), ...basket("d", 6)] }];
    const { folds } = protocols["next-basket"].divideGiven([basket("ab", 1)], file, { ...plain, repeats: true });
    expect(folds[0]!.questions.map(asked)).toMatchObject([{ relevant: ["c"], seen: [] }]);
  });
});

describe("rating", () => {
  const histories = Array.from({ length: 20 }, (_, person) => [..."abcde"].map((item, at) => rated(item, at, 1 + ((person + at) % 5))));

  it("asks for each rating once, from the person's others", () => {
    const { folds } = divide("rating", histories)!;
    expect(folds).toHaveLength(5);
    const all = folds.flatMap(({ questions }) => questions.flatMap(({ unit, relevant }) => relevant.map((itemId) => `${unit} ${itemId}`)));
    expect(new Set(all).size).toBe(100);
    expect(all).toHaveLength(100);
    for (const { learn, questions } of folds) {
      expect(learn.flat()).toHaveLength(80);
      for (const { history, relevant, ratings } of questions) {
        expect(history.filter(({ itemId }) => relevant.includes(itemId))).toEqual([]);
        expect(ratings).toHaveLength(relevant.length);
      }
    }
  });

  it("validation leaves the first fold alone", () => {
    const [test] = divide("rating", histories, { firstFoldOnly: true })!.folds;
    const [validation] = divide("rating", histories, { part: "validation" })!.folds;
    const namesIn = (questions: readonly Question[]) => questions.flatMap(({ unit, relevant }) => relevant.map((itemId) => `${unit} ${itemId}`));
    expect(namesIn(validation!.questions).filter((name) => namesIn(test!.questions).includes(name))).toEqual([]);
    expect(validation!.learn.flat()).toHaveLength(60);
  });

  it("of several ratings of one item the latest counts; too few are refused", () => {
    const twice = histories.map((history) => [...history, rated("a", 9, 5)]);
    expect(divide("rating", twice)!.folds.flatMap(({ questions }) => questions.flatMap(({ relevant }) => relevant))).toHaveLength(100);
    expect(protocols.rating.divide([[step("a", 1)], [step("b", 1)]], plain)).toMatchObject({ ok: false, problem: { code: "NOT_ENOUGH_DATA" } });
  });
});
