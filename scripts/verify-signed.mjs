#!/usr/bin/env node
// Checks the signature of a receipt, a certificate or an audit anchor that Rapport has signed. Needs Node 18 or later and
// nothing else: no package, no network, no Rapport.
//
//   node verify-signed.mjs document.json keys.json
//
// keys.json is what GET /v1/privacy/keys answers. Ends with 0 when the document is as it was signed, 1 when it is not, 2
// when it cannot be read. The signature is Ed25519 over the RFC 8785 (JCS) form of the document without "signature".
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

/** RFC 8785: members in order of their UTF-16 code units, numbers and texts as ECMAScript writes them. */
function canonical(value) {
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "string") {
    if (/[\uD800-\uDFFF]/u.test(value)) throw new Error("it holds a broken character");
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error("it holds a number that is not finite");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** RFC 7638: the id of a key is the digest of what it is. */
const thumbprint = ({ crv, kty, x }) => createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");

/** Why the document is not to be believed; null when it is. */
function whyNot(document, keys) {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return "it is no JSON object";
  const { signature, ...rest } = document;
  if (typeof signature !== "object" || signature === null) return "it is not signed";
  const { keyId, algorithm, value } = signature;
  if (typeof keyId !== "string" || typeof value !== "string") return "it is not signed";
  if (algorithm !== "Ed25519") return "it is signed with another algorithm than Ed25519";
  const key = keys.find(({ kid }) => kid === keyId);
  if (key === undefined) return "none of the keys is the one it was signed with";
  if (key.kty !== "OKP" || key.crv !== "Ed25519" || thumbprint(key) !== keyId) return "the key is not the one that its id names";
  const bytes = Buffer.from(value, "base64url");
  if (bytes.length !== 64 || bytes.toString("base64url") !== value) return "the signature is damaged";
  const publicKey = createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x }, format: "jwk" });
  return verify(null, Buffer.from(canonical(rest), "utf8"), publicKey, bytes) ? null : "it was changed after it was signed";
}

/** A set of keys, a list of them, or one. */
function keysIn(json) {
  const keys = Array.isArray(json) ? json : Array.isArray(json?.keys) ? json.keys : [json];
  if (!keys.every((key) => typeof key === "object" && key !== null)) throw new Error("they are no keys");
  return keys;
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    console.error(`${path} cannot be read: ${error.code ?? "it is no JSON"}`);
    process.exit(2);
  }
}

const [documentPath, keysPath] = process.argv.slice(2);
if (documentPath === undefined || keysPath === undefined) {
  console.error("usage: node verify-signed.mjs document.json keys.json");
  process.exit(2);
}
const [document, keys] = [read(documentPath), read(keysPath)];
let why;
try {
  why = whyNot(document, keysIn(keys));
} catch (error) {
  why = error instanceof Error ? error.message : "it cannot be checked";
}
if (why !== null) {
  console.error(`NOT VERIFIED: ${why}`);
  process.exit(1);
}
console.log(`VERIFIED: as it was signed with key ${document.signature.keyId}`);
