import { domainToASCII } from "node:url";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { callingCodeOf, hasCallingCode, trunkPrefixOf } from "./calling-codes.ts";

const longestAddress = 254;
const longestLocalPart = 64;
/** RFC 5322 without its quoted and commented forms, with the letters of RFC 6531. */
const localPart = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const domainName = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** One spelling of an e-mail address: NFC, lower case, no blanks around it. */
export function normaliseEmail(text: string): Result<string> {
  const email = text.normalize("NFC").trim().toLowerCase().normalize("NFC");
  const at = email.lastIndexOf("@");
  const [local, domain] = [email.slice(0, Math.max(at, 0)), email.slice(at + 1)];
  if (at < 1 || email.length > longestAddress || local.length > longestLocalPart || !localPart.test(local)) return refuse("CONTACT_INVALID", "email");
  return domainName.test(domainToASCII(domain)) ? succeed(email) : refuse("CONTACT_INVALID", "email");
}

/** The digits of Arabic and Persian script, as those of ASCII. */
const western = (text: string) => text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));

const fewestDigits = 7;
const mostDigits = 15;

/** A phone number in E.164: "+923001234567". One without its country is read as one of `defaultCountry` (ISO 3166, two letters). */
export function normalisePhone(text: string, defaultCountry: string | null): Result<string> {
  const invalid = refuse("CONTACT_INVALID", "phone");
  const code = defaultCountry === null ? null : callingCodeOf(defaultCountry.toUpperCase());
  if (defaultCountry !== null && code === null) return refuse("CONTACT_INVALID", "defaultCountry");
  // Blanks of any width and the marks that turn the direction of writing come along with copied numbers.
  const written = western(text.normalize("NFKC")).replace(/[\s.\-\u2010-\u2015/\u200b-\u200f\u202a-\u202e\u2060-\u2069]/g, "");
  const isForeign = /^(\+|00)/.test(written);
  // "+44 (0)20 …": what is dialled at home is no part of the number.
  const bare = (isForeign ? written.replace("(0)", "") : written).replace(/[()]/g, "");
  const digits = bare.replace(/^(\+|00)/, "");
  if (!/^\d+$/.test(digits)) return invalid;
  let number = digits;
  if (!isForeign) {
    if (defaultCountry === null || code === null) return invalid;
    const prefix = trunkPrefixOf(defaultCountry.toUpperCase());
    const national = prefix !== "" && digits.startsWith(prefix) ? digits.slice(prefix.length) : digits;
    number = code + national;
  }
  if (number.length < fewestDigits || number.length > mostDigits || !hasCallingCode(number)) return invalid;
  return succeed(`+${number}`);
}
