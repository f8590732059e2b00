import { createCipheriv, createDecipheriv, hash, randomBytes, randomFillSync } from "node:crypto";
import { ProblemError } from "#domain/problem.ts";
import { type FieldCipher, isSealed, type SealKey, type SealPlace, sealMark } from "#storage/ports/field-cipher.ts";

/** Part of every sealed text: what is sealed otherwise one day is still told apart. */
const version = "1";
const algorithm = "aes-256-gcm";
export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

const idOf = Buffer.from("rapport key id\n");

/** Random bytes are fetched by the thousand: one by one they cost as much as what is done with them. None is given out twice. */
const pool = Buffer.alloc(nonceBytes * 1024);
let unused = 0;
function freshNonce(): Buffer {
  if (unused === 0) {
    randomFillSync(pool);
    unused = pool.length;
  }
  unused -= nonceBytes;
  return Buffer.from(pool.subarray(unused, unused + nonceBytes));
}

/** Tells keys apart and gives nothing of them away. */
export function keyIdOf(secret: Uint8Array): string {
  return hash("sha256", Buffer.concat([idOf, secret]), "buffer")
    .subarray(0, 9)
    .toString("base64url");
}

const broken = (place: SealPlace, why: string, cause?: unknown) =>
  new ProblemError({ code: "SEAL_BROKEN", detail: `${place.table}.${place.column}: ${why}` }, { cause });

/** What is not encrypted but must be the same again: a sealed text holds for one field of one row of one shop. */
const boundTo = ({ tenant, table, column, subject }: SealPlace, keyId: string) =>
  Buffer.from(JSON.stringify(["rapport", version, tenant, table, column, subject, keyId]));

/** A key of 32 bytes: AES-256-GCM, a fresh nonce each time. */
export function createSealKey(secret: Uint8Array): SealKey {
  if (secret.length !== keyBytes) throw new Error("a key has 32 bytes");
  const keyId = keyIdOf(secret);
  const head = `${sealMark}${version}.${keyId}.`;
  return {
    keyId,
    seal(place, text) {
      const nonce = freshNonce();
      const cipher = createCipheriv(algorithm, secret, nonce);
      cipher.setAAD(boundTo(place, keyId));
      const parts = [nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
      return head + Buffer.concat(parts).toString("base64url");
    },
    open(place, sealed) {
      if (!sealed.startsWith(head)) throw broken(place, isSealed(sealed) ? "sealed with another key" : "not sealed");
      const text = sealed.slice(head.length);
      const bytes = Buffer.from(text, "base64url");
      // Decoding overlooks what does not belong there; a text that was touched is not to pass for the one that was written.
      if (bytes.length < nonceBytes + tagBytes || bytes.toString("base64url") !== text) throw broken(place, "cut off or damaged");
      const decipher = createDecipheriv(algorithm, secret, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(boundTo(place, keyId));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8");
      } catch (error) {
        throw broken(place, "damaged, or moved here from another place", error);
      }
    },
  };
}

/** All that is sealed, under this key of the installation. */
export function createFieldCipher(root: Uint8Array): FieldCipher {
  return { root: createSealKey(root), key: createSealKey, freshSecret: () => randomBytes(keyBytes) };
}
