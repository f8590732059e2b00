import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { ProblemError } from "#domain/problem.ts";
import type { BackupManifest, BackupOptions, CheckedBackup, RestoreTarget, StoreCare } from "#storage/ports/store-care.ts";

// Backups as files. A file has its final name only when it is whole and on the disk.

/** Small files of the data folder that belong to a store; a backup can name no others. */
const companions = ["demo-shop.json"] as const;

export type WrittenBackup = CheckedBackup & { readonly path: string; readonly bytes: number; readonly fileSha256: string };

const unwritable = (code: string, cause: unknown) =>
  new ProblemError(
    { code: code === "ENOSPC" || code === "EDQUOT" ? "STORE_FULL" : "FILE_UNWRITABLE", detail: `the backup's place (${code})` },
    { cause },
  );
const systemCode = (error: unknown): string =>
  error instanceof Error && "code" in error && /^E[A-Z]+$/.test(String(error.code)) ? String(error.code) : "";

/** The file itself, or a name with the time below a folder. */
export function backupPath(given: string, now: number): string {
  const isFolder = /[/\\]$/.test(given) || statSync(given, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder) return given;
  mkdirSync(given, { recursive: true, mode: 0o700 });
  const at = new Date(now).toISOString().slice(0, 19).replaceAll(":", "-");
  return join(given, `rapport-${at}Z.backup`);
}

/** The files of a data folder that a backup takes along; of the demo shop's only if it is that shop. */
export function companionsOf(dataFolder: string, shopName: string | null): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of companions) {
    try {
      const text = readFileSync(join(dataFolder, name), "utf8");
      if (shopName === null || (JSON.parse(text) as { name?: unknown }).name === shopName) found[name] = text;
    } catch {
      // Not there, or not readable: the store does without.
    }
  }
  return found;
}

/** Writes a backup. Throws ProblemError FILE_EXISTS, FILE_UNWRITABLE or STORE_FULL, and leaves nothing half behind. */
export async function writeBackupFile(care: StoreCare, path: string, options: BackupOptions): Promise<WrittenBackup> {
  if (existsSync(path)) throw new ProblemError({ code: "FILE_EXISTS", detail: "a backup overwrites nothing" });
  const part = `${path}.part-${process.pid}`;
  const sum = createHash("sha256");
  const file = createWriteStream(part, { flags: "wx", mode: 0o600 });
  const zip = createGzip({ level: 1 });
  zip.on("data", (chunk: Buffer) => sum.update(chunk));
  const done = finished(zip.pipe(file));
  // Whoever writes hears of it first; unheard here it would end the process.
  done.catch(() => {});
  const broken = new Promise<never>((_resolve, reject) => file.once("error", reject));
  broken.catch(() => {});
  try {
    await Promise.race([once(file, "open"), broken]);
    const checked = await care.backUp(options, async (text) => {
      if (file.errored !== null) throw file.errored;
      if (!zip.write(text)) await Promise.race([once(zip, "drain"), broken]);
    });
    zip.end();
    await done;
    const handle = openSync(part, "r+");
    fsyncSync(handle);
    closeSync(handle);
    const bytes = statSync(part).size;
    moveWithoutOverwriting(part, path);
    return { ...checked, path, bytes, fileSha256: sum.digest("hex") };
  } catch (error) {
    zip.destroy();
    file.destroy();
    const code = systemCode(error);
    // What somebody else has put there stays.
    if (code !== "EEXIST") rmSync(part, { force: true });
    throw code === "" ? error : unwritable(code, error);
  }
}

function moveWithoutOverwriting(from: string, to: string): void {
  try {
    linkSync(from, to);
    rmSync(from);
  } catch (error) {
    if (systemCode(error) === "EEXIST") throw new ProblemError({ code: "FILE_EXISTS", detail: "a backup overwrites nothing" }, { cause: error });
    // Some file systems have no links.
    renameSync(from, to);
  }
  try {
    const folder = openSync(dirname(to), "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    // Windows opens no folders; there the name is safe with the file.
  }
}

/** The lines of a backup's file, unpacked. */
export async function* unpackBackup(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  const unzip = createGunzip({ chunkSize: 256 * 1024 });
  file.on("error", (error) => unzip.destroy(error));
  try {
    for await (const chunk of file.pipe(unzip)) yield chunk as Buffer;
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT") throw new ProblemError({ code: "FILE_MISSING", detail: "the backup" }, { cause: error });
    if (code !== "") throw new ProblemError({ code: "FILE_UNREADABLE", detail: `the backup cannot be read (${code})` }, { cause: error });
    throw error;
  } finally {
    file.destroy();
    unzip.destroy();
  }
}

const list = (shops: BackupManifest["shops"]) => shops.map(({ name, head }) => `"${name}" (up to entry ${head})`).join(", ") || "no shop";

/** Throws ProblemError RESTORE_TARGET_TAKEN, naming what is there and what the backup holds, unless there is room for it. */
export async function assertRoom(target: RestoreTarget, manifest: BackupManifest): Promise<void> {
  const there = await target.holds().catch((error: unknown) => {
    if (!(error instanceof ProblemError) || !["STORE_DAMAGED", "STORE_FOREIGN", "STORE_NEWER"].includes(error.problem.code)) throw error;
    throw new ProblemError({ code: "RESTORE_TARGET_TAKEN", detail: `what is there cannot be read: ${error.problem.detail}` }, { cause: error });
  });
  if (there === null) return;
  const ids = new Set(manifest.shops.map(({ shopId }) => shopId));
  const same = there.some(({ shopId }) => ids.has(shopId));
  const what = same ? "the same shop as the backup, maybe with more in it" : "another shop than the backup";
  throw new ProblemError({ code: "RESTORE_TARGET_TAKEN", detail: `there is ${what}. There: ${list(there)}; in the backup: ${list(manifest.shops)}` });
}

/** Puts the companions of a backup beside the store. Throws ProblemError RESTORE_TARGET_TAKEN when another one is there. */
export function companionWriter(dataFolder: string, files: BackupManifest["files"]): () => void {
  const due = companions.filter((name) => files[name] !== undefined);
  for (const name of due)
    if (existsSync(join(dataFolder, name)) && readFileSync(join(dataFolder, name), "utf8") !== files[name])
      throw new ProblemError({ code: "RESTORE_TARGET_TAKEN", detail: `there is a ${name} of another demo shop` });
  return () => {
    for (const name of due) writeFileSync(join(dataFolder, name), files[name]!, { mode: 0o600 });
  };
}
