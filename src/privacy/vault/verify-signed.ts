import { createPublicKey, verify } from "node:crypto";
import { ProblemError } from "#domain/problem.ts";
import { type JsonWebKeyWithKid, type Signature, signedBytes, thumbprintOf } from "./signer.ts";

export type Verdict =
  | { readonly verified: true; readonly keyId: string }
  | { readonly verified: false; readonly keyId: string | null; readonly why: string };

const failed = (keyId: string | null, why: string): Verdict => ({ verified: false, keyId, why });

/** Whether a document is as it was when the shop signed it, by public keys alone. Never throws. */
export function verifySigned(document: unknown, keys: readonly JsonWebKeyWithKid[]): Verdict {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return failed(null, "it is no JSON object");
  const { signature } = document as { signature?: Partial<Signature> | null };
  if (typeof signature !== "object" || signature === null || typeof signature.keyId !== "string" || typeof signature.value !== "string")
    return failed(null, "it is not signed");
  const { keyId, value } = signature;
  if (signature.algorithm !== "Ed25519") return failed(keyId, "it is signed with another algorithm than Ed25519");
  const key = keys.find(({ kid }) => kid === keyId);
  if (key === undefined) return failed(keyId, "none of the keys is the one it was signed with");
  if (key.kty !== "OKP" || key.crv !== "Ed25519" || thumbprintOf(key) !== keyId) return failed(keyId, "the key is not the one that its id names");
  const bytes = Buffer.from(value, "base64url");
  if (bytes.length !== 64 || bytes.toString("base64url") !== value) return failed(keyId, "the signature is damaged");
  try {
    const publicKey = createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x }, format: "jwk" });
    return verify(null, signedBytes(document), publicKey, bytes) ? { verified: true, keyId } : failed(keyId, "it was changed after it was signed");
  } catch (error) {
    return failed(keyId, error instanceof ProblemError ? error.problem.detail : "the key cannot be read");
  }
}
