#!/usr/bin/env node
// Checks an audit log that Rapport has exported: nothing was changed, left out, swapped or cut off. Needs Node 18 or later
// and nothing else: no package, no network, no Rapport.
//
//   node verify-audit.mjs audit.jsonl [audit-anchors.jsonl keys.json]
//
// audit.jsonl: "rapport audit export". Anchors: the copies that you keep elsewhere, for whoever owns the database can write
// a chain anew; keys.json: what GET /v1/privacy/keys answers. Ends with 0 when all is well, 1 when not, 2 when a file cannot
// be read. Each entry n has a hash: h(n) = SHA-256(h(n-1) || RFC 8785 form of entry n), h(0) = 32 zero bytes.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

/** RFC 8785: members in order of their UTF-16 code units, numbers and texts as ECMAScript writes them. */
export function canonical(value) {
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

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

/** A chain read to its end: its head, the hash of each entry as computed here, and what is wrong with it. */
function checkChain(lines) {
  const findings = [];
  const hashes = new Map();
  let [before, seq, shop] = [Buffer.alloc(32), 0, null];
  for (const line of lines) {
    const at = `entry ${line.seq}`;
    if (line.seq !== seq + 1) findings.push(line.seq > seq ? `entries ${seq + 1} to ${line.seq - 1} are missing` : `${at}: out of order`);
    const hash = sha256(before, Buffer.from(line.entry, "utf8"));
    if (hash.toString("hex") !== line.hash) findings.push(`${at}: its hash is not the one of the entry and of all before it`);
    hashes.set(line.seq, hash.toString("hex"));
    try {
      const entry = JSON.parse(line.entry);
      shop ??= entry.shop;
      if (canonical(entry) !== line.entry) findings.push(`${at}: not in its canonical form`);
      if (entry.seq !== line.seq) findings.push(`${at}: says that it is number ${entry.seq}`);
      if (entry.shop !== shop || line.shop !== shop) findings.push(`${at}: of another shop`);
      for (const { position, text } of line.openings ?? []) {
        const commitment = text === null ? null : sha256(canonical(JSON.parse(text))).toString("base64url");
        if (commitment !== entry.subjects[position]) findings.push(`${at}: an opening does not fit its commitment`);
      }
    } catch (error) {
      findings.push(`${at}: ${error.message}`);
    }
    // On from what stands there: so that a second place is found as well.
    [before, seq] = [Buffer.from(String(line.hash), "hex"), line.seq];
  }
  return { findings, hashes, seq, shop };
}

/** Null: the anchor is one that the shop has signed. */
function whyNot({ signature, ...anchor }, keys) {
  const key = keys.find(({ kid }) => kid === signature?.keyId);
  if (key === undefined) return "none of the keys is the one it was signed with";
  const { crv, kty, x } = key;
  if (sha256(JSON.stringify({ crv, kty, x })).toString("base64url") !== key.kid) return "the key is not the one that its id names";
  const publicKey = createPublicKey({ key: { crv, kty, x }, format: "jwk" });
  const isSigned = verify(null, Buffer.from(canonical(anchor), "utf8"), publicKey, Buffer.from(signature.value, "base64url"));
  return isSigned ? null : "it was changed after it was signed";
}

function checkAnchors(anchors, keys, { hashes, seq, shop }) {
  const findings = [];
  for (const anchor of anchors.filter((one) => one.shop === shop || shop === null)) {
    const why = whyNot(anchor, keys);
    if (why !== null) findings.push(`anchor ${anchor.seq}: ${why}`);
    else if (anchor.seq > seq) findings.push(`anchor ${anchor.seq}: the chain ends at ${seq}; it was cut off`);
    else if (hashes.get(anchor.seq) !== anchor.hash) findings.push(`anchor ${anchor.seq}: the chain was written anew since`);
  }
  return findings;
}

function main([chainPath, anchorsPath, keysPath]) {
  if (chainPath === undefined || (anchorsPath !== undefined && keysPath === undefined))
    throw new Error("usage: verify-audit.mjs audit.jsonl [anchors.jsonl keys.json]");
  const linesOf = (path) =>
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line));
  const chain = checkChain(linesOf(chainPath));
  const anchors = anchorsPath === undefined ? [] : linesOf(anchorsPath);
  const keys = keysPath === undefined ? [] : JSON.parse(readFileSync(keysPath, "utf8"));
  const findings = [...chain.findings, ...checkAnchors(anchors, keys.keys ?? keys, chain)];
  for (const finding of findings) console.error(finding);
  console.log(
    findings.length === 0 ? `VERIFIED: ${chain.hashes.size} entries, ${anchors.length} anchors` : `NOT VERIFIED: ${findings.length} findings`,
  );
  return findings.length === 0 ? 0 : 1;
}

if (process.argv[1]?.endsWith(".mjs") && import.meta.url.endsWith(process.argv[1].split(/[\\/]/).at(-1)))
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (error) {
    console.error(`cannot be read: ${error.message}`);
    process.exitCode = 2;
  }
