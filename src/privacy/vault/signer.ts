import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import canonicalize from "canonicalize";
import type { Clock } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { SigningKey, VaultStore } from "#storage/ports/vault-store.ts";

export type Signature = { readonly keyId: string; readonly algorithm: "Ed25519"; readonly value: string /* base64url */ };

/** A public key as others read it (RFC 8037), with the id that signatures name it by (RFC 7638 thumbprint). */
export type JsonWebKeyWithKid = {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly alg: "EdDSA";
  readonly use: "sig";
};

export type Signer = {
  /** Signs the RFC 8785 bytes of the document, without its member `signature`. Throws ProblemError DOCUMENT_UNSIGNABLE. */
  sign(shopId: ShopId, document: object): Promise<Signature>;
  /** Public keys of the shop, the current first. Kept when rotated: old signatures still verify. */
  publicKeys(shopId: ShopId): Promise<readonly JsonWebKeyWithKid[]>;
  /** A new pair; from now on the shop signs with that one. */
  rotate(shopId: ShopId): Promise<JsonWebKeyWithKid>;
};

/** What a signature covers. Throws ProblemError DOCUMENT_UNSIGNABLE for what JSON cannot say exactly. */
export function signedBytes(document: object): Buffer {
  const { signature: _signature, ...rest } = document as Record<string, unknown>;
  try {
    return Buffer.from(canonicalize(rest)!, "utf8");
  } catch (error) {
    const detail = error instanceof Error ? error.message : "it is no JSON";
    throw new ProblemError({ code: "DOCUMENT_UNSIGNABLE", detail }, { cause: error });
  }
}

export function thumbprintOf({ crv, kty, x }: Pick<JsonWebKeyWithKid, "crv" | "kty" | "x">): string {
  return createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");
}

const publicKeyOf = (key: SigningKey) => JSON.parse(key.publicKey) as JsonWebKeyWithKid;

/** Each shop signs with a pair of its own; the private part is sealed with the shop's key. */
export function createSigner({ vault, clock }: { readonly vault: Pick<VaultStore, "signingKeys" | "addSigningKey">; readonly clock: Clock }): Signer {
  async function addPair(shopId: ShopId, current: SigningKey | undefined): Promise<void> {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const { x } = publicKey.export({ format: "jwk" }) as { x: string };
    const bare = { kty: "OKP", crv: "Ed25519", x } as const;
    const kid = thumbprintOf(bare);
    const jwk: JsonWebKeyWithKid = { ...bare, kid, alg: "EdDSA", use: "sig" };
    const pair = { keyId: kid, publicKey: JSON.stringify(jwk), privateKey: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64") };
    // Of two who come at once one wins, and both sign with that.
    await vault.addSigningKey(shopId, { ...pair, createdAt: clock() }, current?.keyId ?? null);
  }

  async function keysOf(shopId: ShopId): Promise<readonly SigningKey[]> {
    const keys = await vault.signingKeys(shopId);
    if (keys.length > 0) return keys;
    await addPair(shopId, undefined);
    return vault.signingKeys(shopId);
  }

  return {
    async sign(shopId, document) {
      const bytes = signedBytes(document);
      const [current] = await keysOf(shopId);
      if (current?.privateKey == null) throw new ProblemError({ code: "SEAL_BROKEN", detail: "the shop's signing key cannot be opened" });
      const privateKey = createPrivateKey({ key: Buffer.from(current.privateKey, "base64"), format: "der", type: "pkcs8" });
      return { keyId: current.keyId, algorithm: "Ed25519", value: sign(null, bytes, privateKey).toString("base64url") };
    },
    publicKeys: async (shopId) => (await keysOf(shopId)).map(publicKeyOf),
    async rotate(shopId) {
      await addPair(shopId, (await keysOf(shopId))[0]);
      return publicKeyOf((await keysOf(shopId))[0]!);
    },
  };
}
