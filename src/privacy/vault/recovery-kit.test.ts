import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkWordsOf, keyOfWords, kitOf } from "./recovery-kit.ts";

const anySecret = fc.uint8Array({ minLength: 32, maxLength: 32 });
const whyNot = (text: string) => {
  const key = keyOfWords(text);
  return key.ok ? null : key.problem.detail;
};

describe("recovery kit", () => {
  it("any key comes back out of its words, however they are typed", () => {
    fc.assert(
      fc.property(anySecret, (secret) => {
        const { words } = kitOf(secret);
        expect(words).toHaveLength(24);
        const typed = [
          words.join(" "),
          words.map((word, at) => `${at + 1}. ${word.toUpperCase()}`).join("\r\n"),
          ` ${words.map((word, at) => `${at + 1} ${word}`).join(" ,\t")} \n\n`,
        ];
        for (const text of typed) {
          const key = keyOfWords(text);
          expect(key.ok && Buffer.from(key.value).equals(Buffer.from(secret))).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("is the BIP 39 of its test vector", () => {
    expect(kitOf(new Uint8Array(32)).words.join(" ")).toBe(`${"abandon ".repeat(23)}art`);
    expect(kitOf(new Uint8Array(32).fill(255)).words.join(" ")).toBe(`${"zoo ".repeat(23)}vote`);
  });

  it("a wrong word, a missing one and two that changed places are told apart, and no word is repeated", () => {
    const { words } = kitOf(new Uint8Array(32).map((_, at) => at * 7));
    expect(whyNot([...words.slice(0, 6), "rapport", ...words.slice(7)].join(" "))).toBe("word 7 is none of the list");
    expect(whyNot(words.slice(1).join(" "))).toBe("23 words were given, not 24");
    expect(whyNot([...words, "zoo"].join(" "))).toBe("25 words were given, not 24");
    expect(whyNot("")).toBe("0 words were given, not 24");
    expect(whyNot([words[1], words[0], ...words.slice(2)].join(" "))).toMatch(/do not add up/);
  });

  it("check words tell kits apart and are no words of the key", () => {
    const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    expect(checkWordsOf(one)).toHaveLength(3);
    expect(checkWordsOf(one)).not.toEqual(checkWordsOf(two));
  });
});
