import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePrice } from "./parse-price.ts";

describe("prices as feeds write them", () => {
  it.each<[string, number, string | null]>([
    ["19.99 USD", 19.99, "USD"],
    ["USD 19.99", 19.99, "USD"],
    ["19.99USD", 19.99, "USD"],
    ["usd19", 19, "USD"],
    ["15", 15, null],
    ["0.00 EUR", 0, "EUR"],
    ["1.299,00 EUR", 1299, "EUR"],
    ["1,299.00 USD", 1299, "USD"],
    ["1 299,50 SEK", 1299.5, "SEK"],
    ["1\u00a0299,50 SEK", 1299.5, "SEK"],
    ["1\u202f299,50 EUR", 1299.5, "EUR"],
    ["1'299.00 CHF", 1299, "CHF"],
    ["1’299.00 CHF", 1299, "CHF"],
    ["12,34,567.50 INR", 1_234_567.5, "INR"],
    ["1,299 USD", 1299, "USD"],
    ["1.299 EUR", 1299, "EUR"],
    ["1.299.000 IDR", 1_299_000, "IDR"],
    ["1.299 KWD", 1.299, "KWD"],
    ["0.299 USD", 0.299, "USD"],
    ["0,5 EUR", 0.5, "EUR"],
    ["19,90 EUR", 19.9, "EUR"],
    ["19. EUR", 19, "EUR"],
    [".99 USD", 0.99, "USD"],
    ["19,- EUR", 19, "EUR"],
    ["$19.99", 19.99, null],
    ["€ 19,99", 19.99, "EUR"],
    ["£5", 5, "GBP"],
    ["Rs. 1,500", 1500, null],
    ["١٢٫٥ SAR", 12.5, "SAR"],
    ["＄19.99", 19.99, null],
  ])("%s", (text, amount, currency) => expect(parsePrice(text)).toEqual({ amount, currency }));

  it.each([
    "-5 USD",
    "USD -5",
    "−5 USD",
    "free",
    "",
    "USD",
    "call us",
    "12.34.56 USD",
    "1,2,3 USD",
    "USD 5 EUR",
    "5 dollars",
    "1e5 USD",
    "NaN",
    "Infinity USD",
    "9".repeat(400),
    "5-6 USD",
    "5 USD/kg",
  ])("%s is none", (text) => expect(parsePrice(text)).toBeNull());

  it("any amount comes back however it is written (property)", () => {
    const group = (whole: string, mark: string) => whole.replace(/\B(?=(\d{3})+$)/g, mark);
    const style = fc.constantFrom(
      (whole: string, cents: string) => `${whole}.${cents} EUR`,
      (whole: string, cents: string) => `EUR ${whole},${cents}`,
      (whole: string, cents: string) => `${group(whole, ",")}.${cents} EUR`,
      (whole: string, cents: string) => `${group(whole, ".")},${cents}EUR`,
      (whole: string, cents: string) => `${group(whole, " ")},${cents} EUR`,
      (whole: string, cents: string) => `EUR${group(whole, "'")}.${cents}`,
    );
    fc.assert(
      fc.property(fc.nat(99_999_999), fc.nat(99), style, (whole, cents, write) => {
        const two = String(cents).padStart(2, "0");
        expect(parsePrice(write(String(whole), two))).toEqual({ amount: Number(`${whole}.${two}`), currency: "EUR" });
      }),
    );
  });

  it("no text makes it throw, take long, or answer with something that is no price (property)", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\d.,' €$USDkr+-]{0,40}$/)), (text) => {
        const price = parsePrice(text);
        if (price !== null) expect(price.amount).toSatisfy((amount: number) => amount >= 0 && Number.isFinite(amount));
      }),
    );
    const start = performance.now();
    parsePrice(`${"1 ".repeat(50_000)}x`);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
