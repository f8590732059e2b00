import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ShopId } from "#domain/ids.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { testVault } from "#storage/testing/test-vault.ts";
import { createSigner, type JsonWebKeyWithKid, type Signer, signedBytes } from "./signer.ts";
import { verifySigned } from "./verify-signed.ts";

const [shop, other] = ["shop" as ShopId, "other" as ShopId];
const folder = mkdtempSync(join(tmpdir(), "rapport-signer-"));
const standalone = fileURLToPath(new URL("../../../scripts/verify-signed.mjs", import.meta.url));
let store: Store;
let signer: Signer;
let now = 1;
beforeAll(async () => {
  store = await openSqlite(":memory:", testVault());
  signer = createSigner({ vault: store.vault, clock: () => now });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const sign = async (document: object, shopId = shop) => ({ ...document, signature: await signer.sign(shopId, document) });

/** Plain Node, no package, no Rapport. */
async function runStandalone(document: unknown, keys: unknown): Promise<{ code: number; said: string }> {
  const [documentPath, keysPath] = [join(folder, "document.json"), join(folder, "keys.json")];
  writeFileSync(documentPath, typeof document === "string" ? document : JSON.stringify(document));
  writeFileSync(keysPath, JSON.stringify(keys));
  return promisify(execFile)(process.execPath, [standalone, documentPath, keysPath], { cwd: folder, env: {} }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
  );
}

/** What JCS is particular about: order of names beyond ASCII, numbers, escapes. */
const awkward = {
  "\u20ac": "Euro",
  "\r": "return",
  "\ufb33": "Hebrew",
  "1": "one",
  "\ud83d\ude00": "smile",
  "\u0080": "control",
  ö: "o",
  numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, 0, -0, 1e21, 5e-324, 9007199254740992],
  string: '\u20ac$\u000f\nA\'B"\\\\"/',
  literals: [null, true, false],
  nested: { b: { z: [], a: {} }, a: "نام" },
};

describe("signatures", () => {
  it("R7: verify offline with the public key alone, in the product and in a program of one file", async () => {
    const signed = await sign(awkward);
    const keys = await signer.publicKeys(shop);
    expect(verifySigned(signed, keys)).toEqual({ verified: true, keyId: keys[0]!.kid });
    // As it comes back from a file, its members in another order.
    const back = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(signed).reverse()), null, 2)) as object;
    expect(verifySigned(back, keys).verified).toBe(true);
    expect(await runStandalone(JSON.stringify(back, null, 4), { keys })).toEqual({
      code: 0,
      said: `VERIFIED: as it was signed with key ${keys[0]!.kid}\n`,
    });
    expect((await runStandalone(back, keys)).code).toBe(0);
    expect((await runStandalone(back, keys[0])).code).toBe(0);
  });

  it("are over the bytes of RFC 8785", () => {
    expect(signedBytes({ b: 1, a: [56, { d: true, "10": null, "1": "\u20ac" }], signature: { x: 1 } }).toString("utf8")).toBe(
      '{"a":[56,{"1":"€","10":null,"d":true}],"b":1}',
    );
    expect(() => signedBytes({ a: Number.NaN })).toThrow(/DOCUMENT_UNSIGNABLE/);
    expect(() => signedBytes({ a: "\ud800" })).toThrow(/DOCUMENT_UNSIGNABLE/);
  });

  it("any document is verified by both, and any change to it is found by both", async () => {
    const keys = await signer.publicKeys(shop);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string().filter((name) => name !== "signature" && name !== "__proto__"),
          fc.jsonValue(),
        ),
        async (document) => {
          const plain = JSON.parse(JSON.stringify(document)) as object;
          const signed = await sign(plain);
          expect(verifySigned(signed, keys).verified).toBe(true);
          expect(verifySigned({ ...signed, added: 1 }, keys).verified).toBe(false);
          const [name] = Object.keys(plain);
          if (name !== undefined) expect(verifySigned({ ...signed, [name]: "changed it" }, keys).verified).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are refused when cut off, of another shop, of another algorithm, or under a key that only borrows the name", async () => {
    const keys = await signer.publicKeys(shop);
    const signed = await sign({ a: 1 });
    const foreign = await sign({ a: 1 }, other);
    const borrowed: JsonWebKeyWithKid[] = [{ ...(await signer.publicKeys(other))[0]!, kid: keys[0]!.kid }];
    const why = (document: unknown, by: readonly JsonWebKeyWithKid[] = keys) => {
      const verdict = verifySigned(document, by);
      return verdict.verified ? null : verdict.why;
    };
    const { signature } = signed;
    const cases: [unknown, readonly JsonWebKeyWithKid[], string][] = [
      [{ a: 1 }, keys, "it is not signed"],
      [{ a: 1, signature: null }, keys, "it is not signed"],
      [[signed], keys, "it is no JSON object"],
      ["text", keys, "it is no JSON object"],
      [foreign, keys, "none of the keys is the one it was signed with"],
      [{ ...signed, a: 2 }, keys, "it was changed after it was signed"],
      [{ ...signed, signature: { ...signature, algorithm: "none" } }, keys, "it is signed with another algorithm than Ed25519"],
      [{ ...signed, signature: { ...signature, value: signature.value.slice(0, -4) } }, keys, "the signature is damaged"],
      [{ ...signed, signature: { ...signature, value: `${signature.value}=` } }, keys, "the signature is damaged"],
      [signed, borrowed, "the key is not the one that its id names"],
      [signed, [], "none of the keys is the one it was signed with"],
    ];
    for (const [document, by, expected] of cases) expect(why(document, by)).toBe(expected);
    for (const [document, by, expected] of cases.slice(4)) {
      const { code, said } = await runStandalone(document, by);
      expect([code, said]).toEqual([1, `NOT VERIFIED: ${expected}\n`]);
    }
    expect((await runStandalone("{ no json", keys)).code).toBe(2);
  });

  it("made before a rotation still verify, and the private part lies sealed", async () => {
    const before = await sign({ a: 1 });
    now++;
    const fresh = await signer.rotate(shop);
    const keys = await signer.publicKeys(shop);
    expect(keys[0]).toEqual(fresh);
    expect(keys).toHaveLength(2);
    const after = await sign({ a: 1 });
    expect(after.signature.keyId).toBe(fresh.kid);
    for (const document of [before, after]) expect(verifySigned(document, keys).verified).toBe(true);
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
  });

  it("of two who come first at once both sign with the same key", async () => {
    const third = "third" as ShopId;
    const signatures = await Promise.all([1, 2, 3].map((a) => signer.sign(third, { a })));
    expect(new Set(signatures.map(({ keyId }) => keyId)).size).toBe(1);
  });
});
