/** Claims that press people to decide now. A shop that can prove one may say it elsewhere; no template here says one. */
const pressing: readonly RegExp[] = [
  /\bonly \d+ (left|remaining|in stock)/i,
  /\b(hurry|act now|don.t miss|last chance|selling fast|almost gone|going fast|limited (time|offer|stock))\b/i,
  /\b(offer|sale|deal) ends\b/i,
  /\bends in \d/i,
  /\bcount ?down\b/i,
  /\b\d+ (people|others|shoppers) (are )?(looking|viewing|watching)/i,
  /\b(sisa|tinggal) \d+/i,
  /\b(buruan|terbatas|segera habis|jangan sampai kehabisan|kesempatan terakhir|hitung mundur)\b/i,
  /صرف \d+ (باقی|رہ گئے)/u,
  /جلدی کریں|محدود (وقت|مدت|تعداد)|آخری موقع|ختم ہونے والا/u,
];

/** The first such claim in a text; null: none. */
export function scarcityIn(text: string): string | null {
  for (const pattern of pressing) {
    const found = pattern.exec(text);
    if (found !== null) return found[0];
  }
  return null;
}
