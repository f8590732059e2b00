import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Result } from "#domain/problem.ts";
import { normaliseEmail, normalisePhone } from "./normalise-contact.ts";

const valueIn = (result: Result<string>) => (result.ok ? result.value : result.problem.detail);

describe("e-mail addresses", () => {
  it.each([
    [" Anna@Example.COM ", "anna@example.com"],
    ["ANNA+shop@mail.example.pk", "anna+shop@mail.example.pk"],
    ["e\u0301lan@example.com", "élan@example.com"],
    ["ELAN\u0301@bu\u0308cher.example", "elań@bücher.example"],
    ["o'neil_x@a-b.co", "o'neil_x@a-b.co"],
    ["عائشہ@example.com", "عائشہ@example.com"],
  ])("%j is %j", (text, email) => expect(valueIn(normaliseEmail(text))).toBe(email));

  it.each([
    "",
    "anna",
    "@example.com",
    "anna@",
    "anna@example",
    "a b@example.com",
    "anna@@example.com",
    "anna@exa mple.com",
    ".a@example.com",
    "a..b@example.com",
    "anna@-x.com",
    "anna@example.c",
    "anna@127.0.0.1",
    "anna@example.com\nbcc:x@y.z",
    `${"a".repeat(65)}@example.com`,
    `a@${"b".repeat(250)}.com`,
    '"a b"@example.com',
    "anna@example.com,ben@example.com",
  ])("%j is refused", (text) => expect(valueIn(normaliseEmail(text))).toBe("email"));

  it("what came out goes in again unchanged", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const once = normaliseEmail(email);
        if (once.ok) expect(normaliseEmail(once.value)).toEqual(once);
      }),
    );
  });
});

describe("phone numbers", () => {
  it.each([
    ["+92 300 1234567", null, "+923001234567"],
    ["0092-300-1234567", null, "+923001234567"],
    ["0300 123 45 67", "PK", "+923001234567"],
    ["۰۳۰۰۱۲۳۴۵۶۷", "pk", "+923001234567"],
    ["+٩٢٣٠٠١٢٣٤٥٦٧", null, "+923001234567"],
    ["+44 (0)20 7946 0958", null, "+442079460958"],
    ["(020) 7946-0958", "GB", "+442079460958"],
    ["1 (212) 555-0123", "US", "+12125550123"],
    ["212.555.0123", "US", "+12125550123"],
    ["8 912 345-67-89", "RU", "+79123456789"],
    ["06 6982", "IT", "+39066982"],
    ["+62 812\u00a03456\u20117890\u202c", null, "+6281234567890"],
    ["0812-3456-7890", "ID", "+6281234567890"],
  ])("%j (%s) is %s", (text, country, phone) => expect(valueIn(normalisePhone(text, country))).toBe(phone));

  it.each([
    ["0300 1234567", null],
    ["+1", null],
    ["+123456", null],
    ["+1234567890123456", null],
    ["+0300 1234567", null],
    ["+999 1234567", null],
    ["anna", "PK"],
    ["0300-ABC-DEFG", "PK"],
    ["+92 300 1234567 ext. 5", null],
    ["+92+3001234567", null],
    ["", "PK"],
  ])("%j (%s) is refused", (text, country) => expect(valueIn(normalisePhone(text, country))).toBe("phone"));

  it("a country that is none is told as such", () => expect(valueIn(normalisePhone("0300 1234567", "ZZ"))).toBe("defaultCountry"));

  it("whatever is accepted is E.164 and goes in again unchanged; nothing throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."+0123456789 ()-./x۵") }), fc.constantFrom(null, "PK", "US", "IT"), (text, country) => {
        const once = normalisePhone(text, country);
        if (!once.ok) return;
        expect(once.value).toMatch(/^\+[1-9]\d{6,14}$/);
        expect(normalisePhone(once.value, country)).toEqual(once);
      }),
    );
  });
});
