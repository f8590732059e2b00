import type { Notice, NoticeText } from "./notice.ts";

/** How easy a text is to read; Flesch's measure is made for English and says nothing of other languages. */
export type Readability = {
  readonly words: number;
  readonly sentences: number;
  readonly wordsPerSentence: number;
  readonly longestSentence: number;
  readonly flesch: number | null;
};

/** Limits of a notice, for every language. */
export const readabilityLimits = { minFlesch: 60, wordsPerSentence: 18, longestSentence: 30, wordsPerPurpose: 60, wordsInAll: 500 } as const;

const sentenceEnds = /[.!?۔؟]+(?:\s|$)/u;

/** Vowel groups, without a silent e at the end: close enough to what a dictionary says. */
function syllablesOf(word: string): number {
  const plain = word.toLowerCase().replace(/[^a-z]/g, "");
  const groups = plain.replace(/(?:[^laeiouy]es|[^laeiouy]e|ed)$/, "").match(/[aeiouy]{1,2}/g);
  return Math.max(1, groups?.length ?? 1);
}

export function measureText(text: string, language: string): Readability {
  const sentences = text
    .split(sentenceEnds)
    .map((sentence) => wordsOf(sentence, language))
    .filter((words) => words.length > 0);
  const words = sentences.flat();
  const longestSentence = Math.max(0, ...sentences.map(({ length }) => length));
  const wordsPerSentence = sentences.length === 0 ? 0 : words.length / sentences.length;
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const isEnglish = language === "en" || language.startsWith("en-");
  const flesch = isEnglish && words.length > 0 ? 206.835 - 1.015 * wordsPerSentence - 84.6 * (syllables / words.length) : null;
  return { words: words.length, sentences: sentences.length, wordsPerSentence, longestSentence, flesch };
}

/** Also of languages that are written without spaces. */
function wordsOf(text: string, language: string): string[] {
  const segments = new Intl.Segmenter(language, { granularity: "word" }).segment(text);
  return [...segments].flatMap(({ segment, isWordLike }) => (isWordLike === true ? [segment] : []));
}

/** What is too long or too hard in a notice's text, by field; empty: nothing. */
export function readabilityFaults(text: NoticeText, language: string): string[] {
  const { minFlesch, wordsPerSentence, longestSentence, wordsPerPurpose, wordsInAll } = readabilityLimits;
  const parts = { summary: text.summary, withdrawal: text.withdrawal, rights: text.rights, ...text.purposes };
  const faults: string[] = [];
  let all = 0;
  for (const [field, part] of Object.entries(parts)) {
    const found = measureText(part, language);
    all += found.words;
    if (found.longestSentence > longestSentence) faults.push(`${field}: a sentence of ${found.longestSentence} words`);
    if (field in text.purposes && found.words > wordsPerPurpose) faults.push(`${field}: ${found.words} words`);
  }
  const whole = measureText(Object.values(parts).join(" "), language);
  if (whole.wordsPerSentence > wordsPerSentence) faults.push(`${Math.round(whole.wordsPerSentence)} words a sentence`);
  if (whole.flesch !== null && whole.flesch < minFlesch) faults.push(`reading ease ${Math.round(whole.flesch)} of ${minFlesch}`);
  if (all > wordsInAll) faults.push(`${all} words in all`);
  return faults;
}

/** The same of a whole notice, by language; languages without a fault are left out. */
export function noticeFaults({ languages }: Notice): Record<string, string[]> {
  const faults = Object.entries(languages).map(([language, text]) => [language, readabilityFaults(text, language)] as const);
  return Object.fromEntries(faults.filter(([, found]) => found.length > 0));
}
