import { backupAsJson, say, tellManifest } from "./backup-words.ts";
import { type CommandFile, databaseUrl, type SharedOptions, withSharedOptions } from "./program.ts";

/** `rapport restore FILE --data FOLDER` */
export const restoreCommand: CommandFile = (program) => {
  withSharedOptions(program.command("restore <file>").description("put a backup into an empty data folder or database")).action(
    async (path: string, options: SharedOptions) => {
      const { peekBackup, restoreTarget } = await import("#server/compose.ts");
      const { assertRoom, companionWriter, unpackBackup } = await import("#server/backup-file.ts");
      const { lockFolder } = await import("#server/folder-lock.ts");
      const manifest = await peekBackup(unpackBackup(path));
      const url = databaseUrl();
      const lock = url === undefined ? lockFolder(options.data, process.pid, Date.now()) : null;
      try {
        const target = restoreTarget({ dataFolder: options.data, databaseUrl: url });
        await assertRoom(target, manifest);
        const writeCompanions = companionWriter(options.data, manifest.files);
        const checked = await target.fill(unpackBackup(path));
        writeCompanions();
        const where = url === undefined ? options.data : "the database";
        if (options.json) {
          say(JSON.stringify({ restored: where, ...backupAsJson(checked) }));
          return;
        }
        say(`restored    ${path} → ${where}`);
        tellManifest(checked.manifest);
        say("Keys are the same as before. Next: rapport doctor, rapport serve.");
      } finally {
        lock?.release();
      }
    },
  );
};
