export type Price = { readonly amount: number /** Null: it names none. */; readonly currency: string | null };

/** Currencies with three digits after the point: for them "1.299" is no thousand. */
const threeDigits = new Set(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]);
/** Signs that mean one currency; "$", "kr" and "Rs" mean several. */
const signs: Readonly<Record<string, string | null>> = {
  "€": "EUR",
  "£": "GBP",
  "₹": "INR",
  "₽": "RUB",
  "₺": "TRY",
  "₩": "KRW",
  "₪": "ILS",
  "₫": "VND",
  "₴": "UAH",
  "₦": "NGN",
  "₱": "PHP",
  "฿": "THB",
  "৳": "BDT",
  zł: "PLN",
  Kč: "CZK",
  US$: "USD",
  A$: "AUD",
  C$: "CAD",
  R$: "BRL",
  $: null,
  "¥": null,
  "₨": null,
  Rs: null,
  kr: null,
};
const maxAmount = 1e12;

/**
 * Reads "19.99 USD", "USD 19.99", "1.299,00 EUR", "1'299.00 CHF", "€ 15". One separator with three digits behind it parts
 * thousands ("1,299 USD", "1.299 EUR"), unless a point in a currency of three digits ("1.299 KWD") or a leading zero says
 * otherwise. Null: no price; negative ones are none either.
 */
export function parsePrice(given: string): Price | null {
  const text = withLatinDigits(given)
    .normalize("NFKC")
    .replace(/(Rs|kr)\./i, "$1")
    .trim();
  const match = /^([^\d.,+-]*)([+-]?)([^\d.,+-]*)(\d(?:[\d.,'’\s]*\d)?|[.,]\d+)[.,]?(?:-+)?([^\d]*)$/u.exec(text);
  if (match === null) return null;
  const [, before = "", sign, between = "", digits = "", after = ""] = match;
  const words = [before, between, after].map((word) => word.trim()).filter((word) => word !== "");
  if (sign === "-" || words.length > 1) return null;
  const currency = words.length === 0 ? null : currencyOf(words[0]!);
  if (currency === undefined) return null;
  const amount = amountOf(digits.replace(/['’\s]/gu, " "), currency);
  return amount === null || amount > maxAmount ? null : { amount, currency };
}

/** A currency's three letters; null: a sign of several; undefined: no currency at all. */
export function currencyOf(word: string): string | null | undefined {
  if (/^[a-z]{3}$/i.test(word)) return word.toUpperCase();
  return Object.hasOwn(signs, word) ? signs[word] : undefined;
}

function amountOf(digits: string, currency: string | null): number | null {
  const point = digits.lastIndexOf(".");
  const comma = digits.lastIndexOf(",");
  const decimal = decimalMark(digits, point, comma, currency);
  const at = decimal === null ? digits.length : digits.lastIndexOf(decimal);
  const whole = digits.slice(0, at);
  const fraction = digits.slice(at + 1);
  if (/\D/.test(fraction)) return null;
  // Thousands are parted in threes, or as in India in twos before the last three.
  if (/\D/.test(whole) && !/^\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*$|^\d{1,2}(?:,\d{2})*,\d{3}$/.test(whole)) return null;
  const amount = Number(`${whole.replace(/\D/g, "") || "0"}.${fraction || "0"}`);
  return Number.isFinite(amount) ? amount : null;
}

function decimalMark(digits: string, point: number, comma: number, currency: string | null): "." | "," | null {
  if (point < 0 && comma < 0) return null;
  if (point >= 0 && comma >= 0) return point > comma ? "." : ",";
  const mark = point >= 0 ? "." : ",";
  const parts = digits.split(mark);
  if (parts.length > 2) return null;
  const isThousand = parts[1]!.length === 3 && /^[1-9]\d{0,2}$/.test(parts[0]!);
  if (!isThousand) return mark;
  return mark === "." && currency !== null && threeDigits.has(currency) ? "." : null;
}

/** Arabic and Persian digits and their marks. */
function withLatinDigits(text: string): string {
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replaceAll("٫", ".")
    .replaceAll("٬", ",");
}
