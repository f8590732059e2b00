import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SealPlace } from "#storage/ports/field-cipher.ts";
import { isSealed, sealKeyIdOf } from "#storage/ports/field-cipher.ts";
import { createFieldCipher, createSealKey } from "./field-cipher.ts";

const key = createSealKey(new Uint8Array(32).fill(1));
const other = createSealKey(new Uint8Array(32).fill(2));
const place: SealPlace = { tenant: "shop", table: "people", column: "external_id", subject: "p" };
const anyPlace = fc.record({ tenant: fc.string(), table: fc.string(), column: fc.string(), subject: fc.string() });
const anyText = fc.string({ unit: "binary" }).filter((text) => text.isWellFormed());
const brokenSeal = expect.objectContaining({ problem: expect.objectContaining({ code: "SEAL_BROKEN" }) });

describe("sealing", () => {
  it("whatever is sealed comes back, looks like nothing of it, and never the same twice", () => {
    fc.assert(
      fc.property(anyText, anyPlace, (text, where) => {
        const sealed = key.seal(where, text);
        expect(key.open(where, sealed)).toBe(text);
        expect(isSealed(sealed)).toBe(true);
        expect(sealKeyIdOf(sealed)).toBe(key.keyId);
        expect(key.seal(where, text)).not.toBe(sealed);
        if (text.length > 3) expect(sealed).not.toContain(text);
      }),
    );
  });

  it("is bound to its place: another shop, table, column or person opens nothing", () => {
    fc.assert(
      fc.property(anyPlace, anyPlace, anyText, (here, there, text) => {
        fc.pre(JSON.stringify(here) !== JSON.stringify(there));
        expect(() => key.open(there, key.seal(here, text))).toThrow(brokenSeal as never);
      }),
    );
    // Parts that run together are still different parts.
    expect(() => key.open({ ...place, table: "ab", column: "c" }, key.seal({ ...place, table: "a", column: "bc" }, "x"))).toThrow(/SEAL_BROKEN/);
  });

  it("any character that is changed, added or taken away is noticed", () => {
    const sealed = key.seal(place, "anna@example.com");
    const letters = fc.constantFrom(..."ABCxyz019-_.+/=\u0001 ");
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), letters, (at, letter) => {
        const changed = sealed.slice(0, at) + letter + sealed.slice(at + 1);
        if (changed !== sealed) expect(() => key.open(place, changed)).toThrow(/SEAL_BROKEN/);
        expect(() => key.open(place, sealed.slice(0, at) + sealed.slice(at + 1))).toThrow(/SEAL_BROKEN/);
        expect(() => key.open(place, sealed.slice(0, at) + letter + sealed.slice(at))).toThrow(/SEAL_BROKEN/);
        expect(() => key.open(place, sealed.slice(0, at))).toThrow(/SEAL_BROKEN/);
      }),
      { numRuns: 500 },
    );
  });

  it("another key opens nothing, and neither the key nor the text stands in what is said about it", () => {
    const sealed = key.seal(place, "anna@example.com");
    expect(() => other.open(place, sealed)).toThrow("SEAL_BROKEN: people.external_id: sealed with another key");
    expect(() => key.open(place, "anna@example.com")).toThrow("SEAL_BROKEN: people.external_id: not sealed");
    expect(() => createFieldCipher(new Uint8Array(31))).toThrow("a key has 32 bytes");
  });
});
