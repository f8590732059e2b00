import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventTypes } from "#domain/event.ts";
import type { ItemId } from "#domain/ids.ts";
import { dataUses, reasonKinds, surfaces } from "#domain/recommendation.ts";
import { isSensitive } from "#privacy/preferences/sensitive.ts";
import { factorSources } from "#serving/why-factors.ts";
import { whyRuleNames } from "#serving/why-rules.ts";
import { locales } from "./locales.ts";
import { sayWhy, type WhyFacts } from "./say-why.ts";
import { scarcityIn } from "./testing/scarcity.ts";

const at = Date.UTC(2026, 2, 3);
const controls = ["delete-event", "mute-category", "mute-brand", "less", "undo-choice", "turn-dial", "read-ranking"];
const tooPrivate = [
  "Prayer mats",
  "Ramadan lamp",
  "Diabetes socks",
  "Pregnancy tests",
  "Hijab pins",
  "Kosher salt",
  "Gay pride flag",
  "جائے نماز",
  "Mukena",
  "Obat",
];
const names = fc.oneof(fc.constantFrom(...tooPrivate, "Mug", "Tea & Co", "Kitchen"), fc.string({ minLength: 1, maxLength: 12 }));

const factor = fc.record({
  kind: fc.constantFrom(...reasonKinds),
  item: fc.option(names.map((name) => name as ItemId)),
  event: fc.option(fc.constantFrom(...eventTypes)),
  feature: fc.option(fc.record({ name: fc.constantFrom("category", "brand", "word"), value: names })),
  share: fc.double({ min: -1, max: 1, noNaN: true }),
  source: fc.constantFrom(...factorSources),
  date: fc.option(fc.constant(at)),
  control: fc.constantFrom(...controls).map((kind) => ({ kind })),
  withoutIt: fc.option(fc.constantFrom("gone" as const, "stays" as const)),
});
const facts: fc.Arbitrary<WhyFacts> = fc.record({
  surface: fc.constantFrom(...surfaces),
  shown: fc.boolean(),
  place: fc.option(fc.integer({ min: 1, max: 100 })),
  score: fc.option(fc.double({ min: -5, max: 5, noNaN: true })),
  dataUse: fc.constantFrom(...dataUses),
  factors: fc.array(factor, { maxLength: 5 }),
  rules: fc.array(fc.record({ name: fc.constantFrom(...whyRuleNames), value: fc.constant(0.4), fired: fc.option(fc.boolean()) }), { maxLength: 4 }),
  paid: fc.record({ sponsored: fc.boolean(), boosted: fc.boolean(), by: fc.option(fc.constantFrom("Clayfield")) }),
  model: fc.record({ name: fc.constant("linear"), version: fc.nat(9), builtAt: fc.option(fc.constant(at)) }),
  propensity: fc.option(fc.constant(1)),
});

describe("why, in words", () => {
  it("R41: says nothing too private to guess, whatever is in the catalogue, in three languages", () => {
    fc.assert(
      fc.property(facts, fc.constantFrom(...locales), (why, locale) => {
        const words = sayWhy(locale, why, { titleOf: (itemId) => itemId, isSensitive });
        const texts = [words.line, words.dataUse, ...words.everything, ...words.rules, ...words.factors.flatMap((one) => Object.values(one))];
        for (const text of texts) {
          if (text === null) continue;
          expect(isSensitive(text), text).toBe(false);
          expect(scarcityIn(text), text).toBeNull();
          expect(text).not.toBe("");
        }
        expect(words.label === null).toBe(!why.paid.sponsored && !why.paid.boosted);
      }),
      { numRuns: 150 },
    );
  });

  it("R24: says of a sponsored item that it is, and by whom", () => {
    const why = fc.sample(facts, { numRuns: 1, seed: 1 })[0]!;
    const label = (locale: (typeof locales)[number], by: string | null) =>
      sayWhy(locale, { ...why, paid: { sponsored: true, boosted: false, by } }, { titleOf: () => null, isSensitive }).label;
    expect(locales.map((locale) => label(locale, null))).toEqual(["Sponsored", "اشتہار", "Bersponsor"]);
    expect(label("en", "Clayfield")).toBe("Sponsored by Clayfield");
  });
});
