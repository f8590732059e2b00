/** Letters that are typed for one another; Urdu and Persian keyboards against Arabic ones. */
const sameLetters: Readonly<Record<string, string>> = {
  ي: "ی",
  ى: "ی",
  ې: "ی",
  ك: "ک",
  ه: "ہ",
  ة: "ہ",
  ۃ: "ہ",
  ھ: "ہ",
  ە: "ہ",
};
const letterVariants = new RegExp(`[${Object.keys(sameLetters).join("")}]`, "g");
/** Accents of Latin, Greek and Cyrillic; harakat of Arabic script; not the vowel signs of Devanagari or Thai, which are letters to their readers. */
const accents = /[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]/g;
/** Tatweel, and what joins or directs letters without being one. */
const invisible = /[\u0640\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const easternDigits = /[\u0660-\u0669\u06f0-\u06f9]/g;
const asciiOnly = /^[\0-\x7f]*$/;
const asciiWords = /[a-z0-9]+/g;
const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts that put no space between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** The text as its spelling variants share it: lower case, compatibility forms, no accents or harakat, one letter for each of the twins. */
export function foldText(text: string): string {
  if (asciiOnly.test(text)) return text.toLowerCase();
  return text
    .toWellFormed()
    .normalize("NFKD")
    .toLowerCase()
    .replace(accents, "")
    .replace(invisible, "")
    .normalize("NFC")
    .replace(letterVariants, (letter) => sameLetters[letter]!)
    .replace(easternDigits, (digit) => String(digit.charCodeAt(0) & 0xf));
}

/** The folded words of a text, in its order; of scripts without spaces the pairs of neighbouring characters. At most `maxWords`. */
export function wordsOf(text: string, maxWords: number): string[] {
  const folded = foldText(text);
  if (asciiOnly.test(folded)) return (folded.match(asciiWords) ?? []).slice(0, maxWords);
  const words: string[] = [];
  for (const [word] of folded.matchAll(wordPattern)) {
    if (words.length >= maxWords) break;
    if (!unspaced.test(word)) words.push(word);
    else {
      const characters = [...word];
      if (characters.length === 1) words.push(word);
      for (let at = 1; at < characters.length; at++) words.push(characters[at - 1]! + characters[at]!);
    }
  }
  return words.length > maxWords ? words.slice(0, maxWords) : words;
}

/** Hashes (FNV-1a) of the word's character n-grams with its borders as blanks, 3 to 5 characters each, below `space`. */
export function gramsOf(word: string, space: number): Int32Array {
  const bordered = ` ${word} `;
  const grams: number[] = [];
  for (let start = 0; start + 3 <= bordered.length; start++) {
    let hash = 0x811c9dc5;
    const end = Math.min(start + 5, bordered.length);
    for (let at = start; at < end; at++) {
      hash = Math.imul(hash ^ bordered.charCodeAt(at), 0x01000193);
      // The low bits of FNV alone are poor; folding the high ones in is its author's advice for small tables.
      if (at >= start + 2) grams.push(((hash >>> 16) ^ hash) & (space - 1));
    }
  }
  return Int32Array.from(grams);
}
