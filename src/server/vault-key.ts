import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { ProblemError } from "#domain/problem.ts";
import { createFieldCipher, keyBytes, keyIdOf } from "#privacy/vault/field-cipher.ts";
import type { OpenVault } from "#storage/ports/field-cipher.ts";

// The key of the installation, which seals all others. It never lies in the store, and never in a backup.

export const keyFileName = "rapport.key";
/** The new key while a rotation is under way; the store says which of the two it belongs to. */
export const nextKeyPath = (path: string): string => `${path}.next`;

export type KeySource =
  | { readonly kind: "variable"; readonly text: string }
  /** `named`: by RAPPORT_KEY_FILE. Such a file is somebody else's to make. */
  | { readonly kind: "file"; readonly path: string; readonly named: boolean };

type Environment = Readonly<Record<string, string | undefined>>;

/** RAPPORT_KEY, else RAPPORT_KEY_FILE, else rapport.key in the data folder. Throws ProblemError OPTION_INVALID when both are given. */
export function keySourceOf(dataFolder: string, environment: Environment): KeySource {
  const [text, path] = [environment.RAPPORT_KEY || undefined, environment.RAPPORT_KEY_FILE || undefined];
  if (text !== undefined && path !== undefined)
    throw new ProblemError({ code: "OPTION_INVALID", detail: "RAPPORT_KEY and RAPPORT_KEY_FILE are both set: which one holds?" });
  if (text !== undefined) return { kind: "variable", text };
  return path === undefined ? { kind: "file", path: join(dataFolder, keyFileName), named: false } : { kind: "file", path, named: true };
}

const nameOf = (source: KeySource) =>
  source.kind === "variable" ? "RAPPORT_KEY" : source.named ? "the file that RAPPORT_KEY_FILE names" : `${keyFileName} in the data folder`;

/** 32 bytes out of base64 (of either alphabet) or hexadecimal; null for anything else. */
export function parseKey(text: string): Uint8Array | null {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, "hex");
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return null;
  const bytes = Buffer.from(trimmed, "base64");
  return bytes.length === keyBytes ? bytes : null;
}

const problemOfFile = (what: string, error: unknown) =>
  new ProblemError(
    { code: "KEY_FILE_INVALID", detail: `${what} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})` },
    { cause: error },
  );

/** Null: there is none. Throws ProblemError KEY_FILE_INVALID. */
export function readKeyFile(path: string, what = keyFileName): Uint8Array | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw problemOfFile(what, error);
  }
  const secret = parseKey(text);
  if (secret === null) throw new ProblemError({ code: "KEY_FILE_INVALID", detail: `${what} does not hold 32 bytes in base64 or hexadecimal` });
  return secret;
}

/** Null: there is none. Throws ProblemError KEY_FILE_INVALID. */
export function readKey(source: KeySource): Uint8Array | null {
  if (source.kind === "file") return readKeyFile(source.path, nameOf(source));
  const secret = parseKey(source.text);
  if (secret === null) throw new ProblemError({ code: "KEY_FILE_INVALID", detail: "RAPPORT_KEY does not hold 32 bytes in base64 or hexadecimal" });
  return secret;
}

export function flushFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Windows opens no folders; there the name is safe with the file.
  }
}

/** Writes a key file that is whole or not there, and that nobody else may read; never over another. Throws ProblemError FILE_EXISTS, DATA_FOLDER_UNUSABLE. */
export function writeKeyFile(path: string, secret: Uint8Array): void {
  const part = `${path}.part-${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(part, { force: true });
    const handle = openSync(part, "wx", 0o600);
    try {
      writeSync(handle, `${Buffer.from(secret).toString("base64url")}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    linkSync(part, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    if (code === "EEXIST") throw new ProblemError({ code: "FILE_EXISTS", detail: keyFileName }, { cause: error });
    throw new ProblemError({ code: "DATA_FOLDER_UNUSABLE", detail: `the key file cannot be written (${code})` }, { cause: error });
  } finally {
    rmSync(part, { force: true });
  }
  flushFolder(dirname(path));
}

/** A new key, or the one that somebody else has just written there. */
function makeKey(path: string): { secret: Uint8Array; made: boolean } {
  const secret = randomBytes(keyBytes);
  try {
    writeKeyFile(path, secret);
    return { secret, made: true };
  } catch (error) {
    const there = error instanceof ProblemError && error.problem.code === "FILE_EXISTS" ? readKeyFile(path) : null;
    if (there === null) throw error;
    return { secret: there, made: false };
  }
}

/** A rotation that was cut off after the store went over to the new key: the file follows. */
function takeNextKey(path: string, rootKeyId: string): Uint8Array | null {
  const next = readKeyFile(nextKeyPath(path), `${keyFileName}.next`);
  if (next === null || keyIdOf(next) !== rootKeyId) return null;
  renameSync(nextKeyPath(path), path);
  flushFolder(dirname(path));
  return next;
}

/** Fetches the key from where it is kept, and makes one for a store that has none yet. */
export function openVaultFrom(source: KeySource): OpenVault {
  return async (rootKeyId) => {
    const secret = readKey(source);
    if (secret !== null && (rootKeyId === null || keyIdOf(secret) === rootKeyId)) return createFieldCipher(secret);
    const next = rootKeyId === null || source.kind === "variable" ? null : takeNextKey(source.path, rootKeyId);
    if (next !== null) return createFieldCipher(next);
    if (secret !== null)
      throw new ProblemError({
        code: "VAULT_KEY_MISMATCH",
        detail: `${nameOf(source)} is key ${keyIdOf(secret)}; the store belongs to ${rootKeyId}`,
      });
    if (rootKeyId !== null)
      throw new ProblemError({ code: "KEY_FILE_MISSING", detail: `${nameOf(source)} is not there; the store belongs to key ${rootKeyId}` });
    // A name that was given is a promise that the file is there: a volume that was not mounted must not go unnoticed.
    if (source.kind === "variable" || source.named) throw new ProblemError({ code: "KEY_FILE_MISSING", detail: `${nameOf(source)} is not there` });
    return createFieldCipher(makeKey(source.path).secret);
  };
}
