import { type SensitiveClass, sensitiveClasses } from "./sensitive-classes.ts";

/** Letters and digits alone, in small letters, one space between words: "Baby's & Kids" is "babys kids". */
function wordsOf(text: string): string {
  const folded = text.normalize("NFKC").toLowerCase().replace(/['’]/gu, "");
  return ` ${folded
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== "")
    .join(" ")} `;
}

const patterns = sensitiveClasses.map((one) => ({
  one,
  words: one.words.map((word) => (word.endsWith("*") ? ` ${word.slice(0, -1)}` : ` ${word} `)),
}));

/** The classes that a category, a brand or a word of somebody's touches. */
function classesOf(text: string): readonly SensitiveClass[] {
  const words = wordsOf(text);
  return patterns.flatMap(({ one, words: listed }) => (listed.some((word) => words.includes(word)) ? [one] : []));
}

/** Would it say of a person what is kept of nobody? */
export const isSensitive = (text: string): boolean => classesOf(text).length > 0;

/** Must what was done with items of that name shape nothing? */
export const isBarred = (text: string): boolean => classesOf(text).some(({ historyIsUsed }) => !historyIsUsed);
