export const locales = ["en", "ur", "id"] as const;
export type Locale = (typeof locales)[number];

/** How a language is called by those who speak it, which way it runs, and whose numbers and dates it uses. */
export const localeFacts: Readonly<Record<Locale, { readonly name: string; readonly dir: "ltr" | "rtl"; readonly tag: string }>> = {
  en: { name: "English", dir: "ltr", tag: "en-GB" },
  ur: { name: "اردو", dir: "rtl", tag: "ur-PK" },
  id: { name: "Bahasa Indonesia", dir: "ltr", tag: "id-ID" },
};

const oldCodes: Readonly<Record<string, Locale>> = { in: "id" };

/** "ur-PK" is Urdu; null for a language that is not spoken here. */
export function localeOf(text: string | null | undefined): Locale | null {
  const language = (text ?? "").trim().toLowerCase().split(/[-_]/)[0]!;
  return locales.find((locale) => locale === language) ?? oldCodes[language] ?? null;
}

/** The language of a browser: the one it likes best of those that are spoken here. */
export function localeOfBrowser(acceptLanguage: string | undefined): Locale {
  const wishes = (acceptLanguage ?? "")
    .slice(0, 500)
    .split(",")
    .map((part, at) => {
      const [tag, ...params] = part.split(";");
      const quality = Number(/^q=([\d.]+)$/.exec(params.map((param) => param.trim()).find((param) => param.startsWith("q=")) ?? "")?.[1] ?? 1);
      return { locale: localeOf(tag), quality, at };
    });
  const best = wishes.filter(({ locale, quality }) => locale !== null && quality > 0).sort((a, b) => b.quality - a.quality || a.at - b.at)[0];
  return best?.locale ?? "en";
}
