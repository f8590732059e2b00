import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import { purposes } from "#domain/purpose.ts";
import { policyPacks } from "../policy/policy.ts";
import { defaultNotice, shippedTexts } from "./default-notice.ts";
import { addMonths } from "./months.ts";
import { hashNotice, notice } from "./notice.ts";
import { measureText, readabilityFaults } from "./readability.ts";

describe("the notice that ships", () => {
  it("R29: is there in every language that a policy asks for, complete, short and easy to read", () => {
    for (const pack of policyPacks.values()) for (const language of pack.noticeLanguages) expect(shippedTexts, pack.name).toHaveProperty(language);
    for (const [language, text] of Object.entries(shippedTexts)) {
      expect(Object.keys(text.purposes).sort()).toEqual([...purposes].sort());
      expect(readabilityFaults(text, language), language).toEqual([]);
    }
    expect([...Value.Errors(notice, defaultNotice("A shop"))]).toEqual([]);
    expect(shippedTexts.ur!.summary).toMatch(/[\u0600-\u06ff]/);
  });

  it("R29: what is long or hard is found", () => {
    const hard =
      "Notwithstanding the aforementioned jurisdictional considerations, organizational representatives may continuously accumulate multidimensional behavioural characterizations.";
    expect(measureText(hard, "en").flesch).toBeLessThan(20);
    const text = { ...shippedTexts.en!, summary: `${"word ".repeat(40)}.`, rights: hard };
    expect(readabilityFaults(text, "en")).toContain("summary: a sentence of 40 words");
    expect(readabilityFaults({ ...shippedTexts.ur!, purposes: { learn: "لفظ ".repeat(70) } }, "ur")).toHaveLength(2);
  });

  it("R6: a hash is of the content, whatever the order of its members", () => {
    const document = defaultNotice("A shop");
    const turned = Object.fromEntries(Object.entries(document).reverse()) as typeof document;
    expect(hashNotice(turned)).toBe(hashNotice(document));
    expect(hashNotice({ ...document, version: 2 })).not.toBe(hashNotice(document));
  });
});

describe("months", () => {
  it("are calendar months, and end with a month that is too short", () => {
    const iso = (text: string, months: number) => new Date(addMonths(Date.parse(text), months)).toISOString().slice(0, 10);
    expect([iso("2026-01-31", 1), iso("2024-01-31", 1), iso("2026-08-31", 6), iso("2026-05-20", 12)]).toEqual([
      "2026-02-28",
      "2024-02-29",
      "2027-02-28",
      "2027-05-20",
    ]);
  });
});
