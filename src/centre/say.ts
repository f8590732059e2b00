import { type Formats, IntlMessageFormat } from "intl-messageformat";
import { type Locale, localeFacts } from "./locales.ts";
import en from "./messages/en.json" with { type: "json" };
import id from "./messages/id.json" with { type: "json" };
import ur from "./messages/ur.json" with { type: "json" };

export type MessageKey = keyof typeof en;
type Values = Readonly<Record<string, string | number>>;

/** Every message in every language; a test fails when one is missing in one of them. */
export const messages: Readonly<Record<Locale, Readonly<Record<MessageKey, string>>>> = { en, ur, id };

const formats: Partial<Formats> = {
  date: { long: { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } },
  number: { score: { maximumSignificantDigits: 4 } },
};

const parsed = new Map<string, IntlMessageFormat>();

export function isMessageKey(text: string): text is MessageKey {
  return Object.hasOwn(en, text);
}

// What is put into a text that runs the other way stands apart from it, so that neither turns the other around.
const [isolate, endOfIsolate] = ["\u2068", "\u2069"];

/** A text of the page, with numbers, dates and plurals as its language writes them. */
export function say(locale: Locale, key: MessageKey, values: Values = {}): string {
  const cacheKey = `${locale} ${key}`;
  let message = parsed.get(cacheKey);
  if (message === undefined) {
    message = new IntlMessageFormat(messages[locale][key], localeFacts[locale].tag, formats);
    parsed.set(cacheKey, message);
  }
  const isRtl = localeFacts[locale].dir === "rtl";
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    isRtl && typeof value === "string" ? `${isolate}${value}${endOfIsolate}` : value,
  ]);
  return String(message.format(Object.fromEntries(entries) as Record<string, string | number>));
}

export type Say = (key: MessageKey, values?: Values) => string;

export function sayIn(locale: Locale): Say {
  return (key, values) => say(locale, key, values);
}

/** Things one after the other, as the language lists them. */
export function listIn(locale: Locale, texts: readonly string[]): string {
  const isRtl = localeFacts[locale].dir === "rtl";
  const apart = isRtl ? texts.map((text) => `${isolate}${text}${endOfIsolate}`) : texts;
  return new Intl.ListFormat(localeFacts[locale].tag, { type: "unit", style: "long" }).format(apart);
}
