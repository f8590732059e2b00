import { randomBytes } from "node:crypto";
import { existsSync, linkSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Clock } from "#domain/clock.ts";
import { ProblemError } from "#domain/problem.ts";
import { createFieldCipher, keyBytes, keyIdOf } from "#privacy/vault/field-cipher.ts";
import { checkWordsOf, keyOfWords, kitOf, type RecoveryKit } from "#privacy/vault/recovery-kit.ts";
import type { VaultHealth } from "#storage/ports/vault-store.ts";
import { composeHouse, type House, type HouseOptions } from "./compose.ts";
import { lockFolder } from "./folder-lock.ts";
import { storeKeyId } from "./store-choice.ts";
import { flushFolder, keySourceOf, nextKeyPath, parseKey, readKey, readKeyFile, writeKeyFile } from "./vault-key.ts";

// What the operator does with the key of the installation.

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether there is a store to compare a key with. */
const isThere = ({ dataFolder, databaseUrl }: HouseOptions) => databaseUrl !== undefined || existsSync(join(dataFolder, "rapport.sqlite"));

function orThrow(words: string): Uint8Array {
  const key = keyOfWords(words);
  if (!key.ok) throw new ProblemError(key.problem);
  return key.value;
}

/** The recovery kit of the key in use. Throws ProblemError KEY_FILE_MISSING, or VAULT_KEY_MISMATCH when it opens nothing here. */
export async function printedKit(options: HouseOptions, environment: Environment): Promise<RecoveryKit> {
  // A kit of the wrong key would be found out when it is too late.
  const house = await composeHouse(options);
  await house.store.close();
  const secret = readKey(keySourceOf(options.dataFolder, environment));
  if (secret === null) throw new ProblemError({ code: "KEY_FILE_MISSING", detail: "there is no key yet" });
  return kitOf(secret);
}

export type RestoredKey = { readonly keyId: string; readonly checkWords: readonly string[]; readonly path: string; readonly proven: boolean };

/** Makes the key file again out of the words. Throws ProblemError RECOVERY_KIT_WRONG, VAULT_KEY_MISMATCH or FILE_EXISTS; nothing is overwritten. */
export async function restoreKey(options: HouseOptions, environment: Environment, words: string): Promise<RestoredKey> {
  const source = keySourceOf(options.dataFolder, environment);
  if (source.kind === "variable")
    throw new ProblemError({ code: "OPTION_INVALID", detail: "RAPPORT_KEY is set, so no file would be read: unset it first" });
  const secret = orThrow(words);
  const rootKeyId = isThere(options) ? await storeKeyId(options) : null;
  if (rootKeyId !== null && rootKeyId !== keyIdOf(secret))
    throw new ProblemError({
      code: "VAULT_KEY_MISMATCH",
      detail: `these are the words of key ${keyIdOf(secret)}; the store belongs to ${rootKeyId}`,
    });
  const there = readKeyFile(source.path);
  const restored = { keyId: keyIdOf(secret), checkWords: checkWordsOf(secret), path: source.path, proven: rootKeyId !== null };
  if (there !== null && keyIdOf(there) === restored.keyId) return restored;
  if (there !== null) throw new ProblemError({ code: "FILE_EXISTS", detail: `${source.path} holds another key: move it away first` });
  writeKeyFile(source.path, secret);
  return restored;
}

export type CheckedKit = { readonly keyId: string; readonly checkWords: readonly string[]; readonly health: VaultHealth };

/** Proves by opening them that the words open the shops' keys and people's. Throws ProblemError RECOVERY_KIT_WRONG or VAULT_KEY_MISMATCH. */
export async function checkKit(options: HouseOptions, words: string, sample: number): Promise<CheckedKit> {
  const secret = orThrow(words);
  const keyId = keyIdOf(secret);
  const rootKeyId = isThere(options) ? await storeKeyId(options) : null;
  if (rootKeyId === null) throw new ProblemError({ code: "FILE_MISSING", detail: "there is no sealed store here to prove the words by" });
  if (rootKeyId !== keyId)
    throw new ProblemError({ code: "RECOVERY_KIT_WRONG", detail: `these are the words of key ${keyId}; the store belongs to ${rootKeyId}` });
  const house = await composeHouse(options, async () => createFieldCipher(secret));
  try {
    return { keyId, checkWords: checkWordsOf(secret), health: await house.store.vault.health(sample) };
  } finally {
    await house.store.close();
  }
}

export type RotatedRoot = { readonly keyId: string; readonly formerKeyId: string; readonly shops: number; readonly formerPath: string | null };

/**
 * A new key of the installation: the shops' keys are sealed with it in one transaction. Cut off before that, the old file
 * holds; after it, the new one is found beside it and takes its place at the next start.
 */
export async function rotateRoot(options: HouseOptions, environment: Environment, clock: Clock): Promise<RotatedRoot> {
  const source = keySourceOf(options.dataFolder, environment);
  const lock = options.databaseUrl === undefined ? lockFolder(options.dataFolder, process.pid, clock()) : null;
  try {
    const house = await composeHouse(options);
    try {
      const former = readKey(source)!;
      const secret = source.kind === "variable" ? givenKey(environment, former) : preparedKey(nextKeyPath(source.path), former);
      const shops = await house.store.vault.changeRoot(createFieldCipher(secret));
      const rotated = { keyId: keyIdOf(secret), formerKeyId: keyIdOf(former), shops };
      return { ...rotated, formerPath: source.kind === "variable" ? null : replaceKeyFile(source.path, keyIdOf(former)) };
    } finally {
      await house.store.close();
    }
  } finally {
    lock?.release();
  }
}

function givenKey(environment: Environment, former: Uint8Array): Uint8Array {
  const given = parseKey(environment.RAPPORT_NEW_KEY ?? "");
  if (given === null)
    throw new ProblemError({
      code: "KEY_FILE_INVALID",
      detail: "the key comes from RAPPORT_KEY: give the new one in RAPPORT_NEW_KEY, 32 bytes in base64",
    });
  if (keyIdOf(given) === keyIdOf(former)) throw new ProblemError({ code: "OPTION_INVALID", detail: "RAPPORT_NEW_KEY is the key in use" });
  return given;
}

/** The one that an earlier try has left, or a new one; it is on the disk before anything is sealed with it. */
function preparedKey(path: string, former: Uint8Array): Uint8Array {
  const left = readKeyFile(path);
  if (left !== null && keyIdOf(left) !== keyIdOf(former)) return left;
  rmSync(path, { force: true });
  const secret = randomBytes(keyBytes);
  writeKeyFile(path, secret);
  return secret;
}

/** Backups from before need the former key, so it is put aside. */
function replaceKeyFile(path: string, formerKeyId: string): string {
  const aside = `${path}.former-${formerKeyId}`;
  if (!existsSync(aside)) linkSync(path, aside);
  renameSync(nextKeyPath(path), path);
  flushFolder(dirname(path));
  return aside;
}

/** New keys for shops, and new pairs to sign with where asked for. */
export async function rotateShops(
  house: House,
  shopName: string | undefined,
  signing: boolean,
): Promise<readonly { readonly shop: string; readonly rewrapped: number; readonly signingKeyId: string | null }[]> {
  const shops = (await house.store.shops.list()).filter(({ name }) => shopName === undefined || name === shopName);
  if (shops.length === 0 && shopName !== undefined) throw new ProblemError({ code: "SHOP_UNKNOWN", detail: shopName });
  const rotated = [];
  for (const { shopId, name } of shops) rotated.push({ shop: name, ...(await house.vault.rotateKeys(shopId, { signing })) });
  return rotated;
}
