import { ProblemError } from "#domain/problem.ts";
import type { StoreCare } from "#storage/ports/store-care.ts";
import { backupAsJson, say, tellManifest } from "./backup-words.ts";
import { type CommandFile, databaseUrl, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & { readonly verify?: true };

/** `rapport backup FILE_OR_FOLDER`, `rapport backup --verify FILE` */
export const backupCommand: CommandFile = (program) => {
  withSharedOptions(
    program
      .command("backup <file-or-folder>")
      .description("write everything into one file, while the server goes on; with --shop, one shop of several"),
  )
    .option("--verify", "read a backup to its end and say whether it is whole, instead of writing one")
    .action(async (given: string, options: Options) => {
      if (options.verify === true) await verify(given, options);
      else await write(given, options);
    });
};

async function write(given: string, options: SharedOptions): Promise<void> {
  const { careForStore } = await import("#server/store-choice.ts");
  const { backupPath, companionsOf, writeBackupFile } = await import("#server/backup-file.ts");
  const { forgottenSoFar } = await import("#server/restore-journal.ts");
  const { version } = await import("#server/version.ts");
  const now = Date.now();
  const care = careForStore({ dataFolder: options.data, databaseUrl: databaseUrl() });
  try {
    const shop = options.shop === undefined ? null : await care.shopNamed(options.shop);
    if (options.shop !== undefined && shop === null) throw new ProblemError({ code: "SHOP_UNKNOWN", detail: options.shop });
    const files = companionsOf(options.data, options.shop ?? null);
    const forgotten = forgottenSoFar(options.data);
    await note(care, options);
    const written = await writeBackupFile(care, backupPath(given, now), { shop, rapport: version, now, files, forgotten });
    if (options.json) {
      say(JSON.stringify({ file: written.path, bytes: written.bytes, fileSha256: written.fileSha256, ...backupAsJson(written) }));
      return;
    }
    say(`backup      ${written.path} (${(written.bytes / 1e6).toFixed(1)} MB)`);
    tellManifest(written.manifest);
    say(`  sha256      ${written.fileSha256}`);
    say("It holds personal data and the shops' secrets: keep it where you would keep the store.");
  } finally {
    await care.close();
  }
}

/**
 * Before it is written, so that it is in it. A store that an older version made stays as it is, and one that takes nothing (its key is
 * lost, its disk is full) can still be saved: there nothing is noted.
 */
async function note(care: StoreCare, options: SharedOptions): Promise<void> {
  const { withHouse } = await import("./open-shop.ts");
  try {
    if (await care.isUpToDate()) await withHouse(options, async () => {});
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
}

async function verify(path: string, options: SharedOptions): Promise<void> {
  const { checkBackup } = await import("#server/store-choice.ts");
  const { unpackBackup } = await import("#server/backup-file.ts");
  const checked = await checkBackup(unpackBackup(path));
  if (options.json) {
    say(JSON.stringify({ file: path, verified: true, ...backupAsJson(checked) }));
    return;
  }
  say(`whole       ${path}`);
  tellManifest(checked.manifest);
}
