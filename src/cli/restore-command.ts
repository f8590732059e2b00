import { backupAsJson, say, tellManifest } from "./backup-words.ts";
import { type CommandFile, databaseUrl, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & { readonly journal?: string; readonly nobodyWasForgottenSince?: true };

/** `rapport restore FILE --data FOLDER` */
export const restoreCommand: CommandFile = (program) => {
  withSharedOptions(program.command("restore <file>").description("put a backup into an empty data folder or database"))
    .option("--journal <file>", "the erasure journal: who was forgotten since the backup was made")
    .option("--nobody-was-forgotten-since", "you know that nobody was, and there is no journal")
    .action(async (path: string, options: Options) => {
      const { peekBackup, restoreTarget } = await import("#server/store-choice.ts");
      const { assertRoom, companionWriter, unpackBackup } = await import("#server/backup-file.ts");
      const { lockFolder } = await import("#server/folder-lock.ts");
      const { findJournal, forgetAgain } = await import("#server/restore-journal.ts");
      const manifest = await peekBackup(unpackBackup(path));
      const url = databaseUrl();
      const lock = url === undefined ? lockFolder(options.data, process.pid, Date.now()) : null;
      try {
        const target = restoreTarget({ dataFolder: options.data, databaseUrl: url });
        await assertRoom(target, manifest);
        const nobodySince = options.nobodyWasForgottenSince === true;
        const journal = findJournal(manifest, { backup: path, dataFolder: options.data, given: options.journal, nobodySince, now: Date.now() });
        const writeCompanions = companionWriter(options.data, manifest.files);
        const checked = await target.fill(unpackBackup(path));
        writeCompanions();
        // Before anybody can be asked for, or served.
        const forgotten = await forgetAgain({ dataFolder: options.data, databaseUrl: url }, journal);
        const where = url === undefined ? options.data : "the database";
        if (options.json) {
          // What the backup says of the journal of its own time is not what was just done.
          say(JSON.stringify({ restored: where, ...backupAsJson(checked), forgotten: forgotten.begun }));
          return;
        }
        say(`restored    ${path} → ${where}`);
        tellManifest(checked.manifest);
        if (forgotten.begun > 0) say(`forgotten   ${forgotten.begun} people who had been forgotten since`);
        if (forgotten.left > 0) say(`to forget   ${forgotten.left} people who had been forgotten since: the server does it before it listens`);
        if (journal.told !== null) say(journal.told);
        say("The key that it was sealed with is not in a backup: see that rapport.key, or RAPPORT_KEY, is that of then (rapport key restore).");
        say("Keys are the same as before. Next: rapport doctor, rapport serve.");
      } finally {
        lock?.release();
      }
    });
};
