import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { keyIdOf } from "#privacy/vault/field-cipher.ts";
import { kitOf } from "#privacy/vault/recovery-kit.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { checkKit, restoreKey, rotateRoot } from "./key-care.ts";
import { keyFileName, keySourceOf, nextKeyPath, openVaultFrom, parseKey, readKeyFile, writeKeyFile } from "./vault-key.ts";

const root = mkdtempSync(join(tmpdir(), "rapport-key-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder = "";
let number = 0;
beforeEach(() => {
  folder = join(root, String(++number));
});
const file = () => join(folder, keyFileName);
const code = (wanted: string) => ({ problem: { code: wanted } });
const vaultOf = (environment: Record<string, string> = {}) => openVaultFrom(keySourceOf(folder, environment));
const options = () => ({ dataFolder: folder, databaseUrl: undefined });

/** Opens the store of the folder as the server does. */
async function openOnce(environment: Record<string, string> = {}): Promise<string> {
  const store = await openSqlite(join(folder, "rapport.sqlite"), vaultOf(environment));
  if ((await store.shops.list()).length === 0)
    await store.shops.create({ shopId: "s" as never, name: "Tea", currency: "PKR", createdAt: 1 }, { personKey: "secret", keyHashes: [] });
  const personKey = await store.shops.personKey("s" as never);
  await store.close();
  return personKey;
}

describe("the key of the installation", () => {
  it("is made at the first boot, for its owner alone, whole or not at all, and found again", async () => {
    const first = await vaultOf()(null);
    expect(readdirSync(folder)).toEqual([keyFileName]);
    if (process.platform !== "win32") expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect((await vaultOf()(first.root.keyId)).root.keyId).toBe(first.root.keyId);
    expect((await vaultOf()(null)).root.keyId).toBe(first.root.keyId);
  });

  it("of several who come first at once all get the same", async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, async () => (await vaultOf()(null)).root.keyId));
    expect(new Set(ids).size).toBe(1);
    expect(readdirSync(folder)).toEqual([keyFileName]);
  });

  it("comes from RAPPORT_KEY in base64 or hexadecimal, or the file that is named; both at once, or a file that is not there, are refused", async () => {
    const secret = Buffer.alloc(32, 0xfb);
    for (const text of [secret.toString("hex"), secret.toString("base64"), secret.toString("base64url"), ` ${secret.toString("base64")}\n`])
      expect((await vaultOf({ RAPPORT_KEY: text })(null)).root.keyId).toBe(keyIdOf(secret));
    expect(existsSync(file())).toBe(false);
    for (const text of ["short", secret.toString("hex").slice(2), `${secret.toString("base64")}AAAA`, "ü".repeat(43)]) {
      expect(parseKey(text)).toBeNull();
      await expect(vaultOf({ RAPPORT_KEY: text })(null)).rejects.toMatchObject(code("KEY_FILE_INVALID"));
    }
    const named = join(folder, "named");
    await expect(vaultOf({ RAPPORT_KEY_FILE: named })(null)).rejects.toMatchObject(code("KEY_FILE_MISSING"));
    writeKeyFile(named, secret);
    expect((await vaultOf({ RAPPORT_KEY_FILE: named })(null)).root.keyId).toBe(keyIdOf(secret));
    expect(() => keySourceOf(folder, { RAPPORT_KEY: "a", RAPPORT_KEY_FILE: named })).toThrow(/OPTION_INVALID/);
    expect(keySourceOf(folder, { RAPPORT_KEY: "", RAPPORT_KEY_FILE: "" })).toEqual({ kind: "file", path: file(), named: false });
  });

  it("lost, or of another installation, or no key at all: the store is not opened, no new one is made, nothing is changed", async () => {
    await openOnce();
    const bytes = readFileSync(join(folder, "rapport.sqlite"));
    renameSync(file(), `${file()}.away`);
    await expect(openOnce()).rejects.toMatchObject(code("KEY_FILE_MISSING"));
    expect(existsSync(file())).toBe(false);
    writeKeyFile(file(), Buffer.alloc(32, 9));
    await expect(openOnce()).rejects.toMatchObject(code("VAULT_KEY_MISMATCH"));
    await expect(openOnce({ RAPPORT_KEY: Buffer.alloc(32, 1).toString("base64") })).rejects.toMatchObject(code("VAULT_KEY_MISMATCH"));
    for (const text of ["", "half a ke", readFileSync(`${file()}.away`, "utf8").slice(0, 20)]) {
      writeFileSync(file(), text);
      await expect(openOnce()).rejects.toMatchObject(code("KEY_FILE_INVALID"));
    }
    rmSync(file());
    renameSync(`${file()}.away`, file());
    expect(await openOnce()).toBe("secret");
    expect(readFileSync(join(folder, "rapport.sqlite")).equals(bytes)).toBe(true);
  });

  it("comes back out of the recovery kit; a wrong word and the kit of another installation do not make a file", async () => {
    await openOnce();
    const secret = readKeyFile(file())!;
    const { words } = kitOf(secret);
    expect(await checkKit(options(), words.join("\n"), 9)).toMatchObject({ keyId: keyIdOf(secret), health: { shopKeys: 1, unreadableShops: 0 } });
    rmSync(file());
    await expect(restoreKey(options(), {}, words.with(3, words[4]!).with(4, "zebra").join(" "))).rejects.toMatchObject(code("RECOVERY_KIT_WRONG"));
    await expect(restoreKey(options(), {}, kitOf(Buffer.alloc(32, 5)).words.join(" "))).rejects.toMatchObject(code("VAULT_KEY_MISMATCH"));
    await expect(checkKit(options(), kitOf(Buffer.alloc(32, 5)).words.join(" "), 9)).rejects.toMatchObject(code("RECOVERY_KIT_WRONG"));
    expect(existsSync(file())).toBe(false);
    expect(await restoreKey(options(), {}, words.join(" "))).toMatchObject({ keyId: keyIdOf(secret), proven: true });
    expect(await restoreKey(options(), {}, words.join(" "))).toMatchObject({ proven: true });
    expect(await openOnce()).toBe("secret");
  });

  it("is changed with one transaction; killed before it the former holds, killed after it the new one is found", async () => {
    await openOnce();
    const former = readKeyFile(file())!;
    const rotated = await rotateRoot(options(), {}, Date.now);
    expect(rotated).toMatchObject({ shops: 1, formerKeyId: keyIdOf(former), keyId: keyIdOf(readKeyFile(file())!) });
    expect(await openOnce()).toBe("secret");
    // Killed before: the next key lies there, nothing is sealed with it.
    writeKeyFile(nextKeyPath(file()), Buffer.alloc(32, 3));
    expect(await openOnce()).toBe("secret");
    expect((await rotateRoot(options(), {}, Date.now)).keyId).toBe(keyIdOf(Buffer.alloc(32, 3)));
    // Killed after: the store belongs to the next one, the file is still the former's.
    renameSync(file(), nextKeyPath(file()));
    writeKeyFile(file(), former);
    expect(await openOnce()).toBe("secret");
    expect(readKeyFile(file())).toEqual(Buffer.alloc(32, 3));
    expect(existsSync(nextKeyPath(file()))).toBe(false);
  });

  it.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "a file that cannot be read is said to be that, and is not replaced",
    async () => {
      await openOnce();
      chmodSync(file(), 0);
      await expect(openOnce()).rejects.toMatchObject(code("KEY_FILE_INVALID"));
      chmodSync(file(), 0o600);
    },
  );
});
