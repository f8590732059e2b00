import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, it } from "vitest";
import { dataUses } from "#domain/data-use.ts";
import { eventTypes } from "#domain/event.ts";
import { purposes } from "#domain/purpose.ts";
import { reasonKinds, surfaces } from "#domain/recommendation.ts";
import { isSensitive } from "#privacy/preferences/sensitive.ts";
import { factorSources } from "#serving/why-factors.ts";
import { whyRuleNames } from "#serving/why-rules.ts";
import { locales } from "./locales.ts";
import { isMessageKey, type MessageKey, messages, say } from "./say.ts";
import { scarcityIn } from "./testing/scarcity.ts";

type MessageFormatElement = ReturnType<IntlMessageFormat["getAst"]>[number];
/** Kinds of elements, as the parser numbers them. */
const TYPE = { literal: 0, argument: 1, select: 5, plural: 6, pound: 7, tag: 8 } as const;
const parse = (text: string) => new IntlMessageFormat(text, "en", { date: { long: {} }, number: { score: {} } }).getAst();

const keys = Object.keys(messages.en) as MessageKey[];

function argumentsOf(elements: readonly MessageFormatElement[], found = new Map<string, number>()): Map<string, number> {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    found.set(element.value, element.type);
    if (element.type === TYPE.plural || element.type === TYPE.select)
      for (const { value } of Object.values(element.options)) argumentsOf(value, found);
    if (element.type === TYPE.tag) argumentsOf(element.children, found);
  }
  return found;
}
const argumentNames = (text: string) => [...argumentsOf(parse(text))].map(([name, type]) => `${name} ${type}`).sort();

function pluralsIn(elements: readonly MessageFormatElement[]): string[][] {
  return elements.flatMap((element) => {
    if (element.type !== TYPE.plural) return [];
    return [Object.keys(element.options), ...Object.values(element.options).flatMap(({ value }) => pluralsIn(value))];
  });
}

/** Every message as it is said, with one thing and with several. */
function said(locale: (typeof locales)[number], key: MessageKey): string[] {
  return [1, 5].map((number) => {
    const values = [...argumentsOf(parse(messages[locale][key]))].map(([name, type]) => [name, type === TYPE.argument ? "Mug" : number]);
    return say(locale, key, Object.fromEntries(values));
  });
}

describe("messages", () => {
  it("R29: there are the same ones in English, Urdu and Indonesian, with the same places to fill", () => {
    for (const locale of locales) {
      expect(Object.keys(messages[locale]).sort(), locale).toEqual([...keys].sort());
      for (const key of keys) expect(argumentNames(messages[locale][key]), `${locale} ${key}`).toEqual(argumentNames(messages.en[key]));
    }
  });

  it("none is empty, none is left in English", () => {
    const sameInAll = /\{[^}]+\}|^(SMS|WhatsApp|R[a-z]+|[\W\d]*)$/;
    for (const locale of ["ur", "id"] as const)
      for (const key of keys) {
        expect(messages[locale][key].trim(), `${locale} ${key}`).not.toBe("");
        const text = messages.en[key].replaceAll(/\{[^{}]*\}/g, "");
        if (!sameInAll.test(messages.en[key]) && /\w{3}/.test(text)) expect(messages[locale][key], `${locale} ${key}`).not.toBe(messages.en[key]);
      }
  });

  it("plurals have the forms that their language has", () => {
    for (const locale of locales) {
      const needed = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
      for (const key of keys)
        for (const options of pluralsIn(parse(messages[locale][key]))) expect(options, `${locale} ${key}`).toEqual(expect.arrayContaining(needed));
    }
    expect(say("en", "note.budget", { count: 1 })).toBe("Saved: at most 1 message a week.");
    expect(say("en", "note.budget", { count: 3 })).toBe("Saved: at most 3 messages a week.");
    expect(say("ur", "note.budget", { count: 3 })).toContain("3 پیغامات");
    expect(say("id", "note.budget", { count: 3 })).toContain("3 pesan");
  });

  it("writes numbers and dates as the language does", () => {
    const at = Date.UTC(2026, 2, 3);
    expect(say("en", "known.when", { at })).toBe("3 March 2026");
    expect(say("id", "known.when", { at })).toBe("3 Maret 2026");
    expect(say("ur", "known.when", { at })).toContain("مارچ");
    expect(say("id", "known.didMore", { shown: 60, count: 12345 })).toContain("12.345");
    expect(say("en", "known.didMore", { shown: 60, count: 12345 })).toContain("12,345");
  });

  it("what is put into a text that runs from right to left stands apart from it", () => {
    expect(say("ur", "why.line.content.brand", { value: "Clayfield (UK)" })).toContain("\u2068Clayfield (UK)\u2069");
    expect(say("en", "why.line.content.brand", { value: "Clayfield" })).toContain(": Clayfield.");
  });

  it("there is one for every name that the code puts together", () => {
    const needed = [
      ...dataUses.flatMap((level) => [`dial.${level}`, `dial.${level}.reads`, `why.dataUse.${level}`]),
      ...purposes.flatMap((purpose) => [`purpose.${purpose}`, `purpose.${purpose}.means`]),
      ...surfaces.map((surface) => `surface.${surface}`),
      ...reasonKinds.map((kind) => `kind.${kind}`),
      ...eventTypes.map((type) => `did.${type}`),
      ...whyRuleNames.map((rule) => `why.rule.${rule}`),
      ...factorSources.map((source) => `why.source.undated.${source}`),
      ...["delete-event", "mute-category", "mute-brand", "less", "undo-choice", "turn-dial", "read-ranking"].map((kind) => `why.control.${kind}`),
      ...["person", "page", "basket", "nothing"].map((rung) => `rung.${rung}`),
    ];
    for (const key of needed) expect(isMessageKey(key), key).toBe(true);
  });

  it("R41: none says anything of what is too private to guess", () => {
    for (const locale of locales)
      for (const key of keys) for (const text of said(locale, key)) expect(isSensitive(text), `${locale} ${key}: ${text}`).toBe(false);
  });

  it("R29: sentences are short", () => {
    for (const locale of locales)
      for (const key of keys)
        for (const text of said(locale, key))
          for (const sentence of text.split(/[.!?:۔؟]\s/u))
            expect(sentence.split(/\s+/).length, `${locale} ${key}: ${sentence}`).toBeLessThanOrEqual(30);
  });
});

describe("R28: no countdown and no scarcity", () => {
  it("finds such claims in three languages", () => {
    for (const bad of [
      "Only 3 left!",
      "Hurry, offer ends in 10 minutes",
      "Selling fast",
      "12 people are looking at this",
      "Last chance",
      "Sisa 2 lagi",
      "Buruan, terbatas",
      "Segera habis",
      "صرف 3 باقی",
      "جلدی کریں",
      "محدود وقت",
      "آخری موقع",
    ])
      expect(scarcityIn(bad), bad).not.toBeNull();
    for (const good of ["Only what is in stock is shown.", "The link works once.", "For a day"]) expect(scarcityIn(good), good).toBeNull();
  });

  it("there is none in any message", () => {
    for (const locale of locales)
      for (const key of keys) for (const text of said(locale, key)) expect(scarcityIn(text), `${locale} ${key}`).toBeNull();
  });

  it("there is none in any template of the page or of the demo storefront", async () => {
    const root = new URL("../", import.meta.url).pathname;
    for await (const file of glob(["centre/**/*.ts", "demo/**/*.ts"], { cwd: root })) {
      if (/testing|\.test\.ts$/.test(file)) continue;
      expect(scarcityIn(readFileSync(root + file, "utf8")), file).toBeNull();
    }
  });
});
