import { stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { type Check, error, type Finding, megabytes, ok, warning } from "./checkup.ts";

/** Under this a batch may find no room. */
const leastFree = 100e6;
const weeksAhead = 4;
/** SQLite starts the log anew at a few megabytes, unless somebody reads for long or writes without a pause. */
const largeWal = 256e6;

export const checkDisk: Check = {
  name: "disk",
  run: async ({ dataFolder, databaseUrl, facts, shops }) => {
    if (databaseUrl !== undefined) return [ok(`${megabytes(facts?.bytes ?? 0)} in PostgreSQL; its disk is looked after there`)];
    const disk = await statfs(dataFolder).catch(() => null);
    if (disk === null) return [];
    const free = disk.bavail * disk.bsize;
    const findings: Finding[] = [];
    const wal = (await stat(join(dataFolder, "rapport.sqlite-wal")).catch(() => null))?.size ?? 0;
    if (wal > largeWal)
      findings.push(
        warning(
          `rapport.sqlite-wal has grown to ${megabytes(wal)}`,
          "Something has been reading for long: a backup, or a program that has the file open. Restart the server when it is done.",
        ),
      );
    const entries = shops.reduce((sum, shop) => sum + shop.entries, 0);
    const lastWeek = shops.reduce((sum, shop) => sum + shop.receivedLastWeek, 0);
    // What a week brings, at the bytes that an entry has cost so far.
    const growth = entries === 0 ? 0 : ((facts?.bytes ?? 0) / entries) * lastWeek;
    const room = `${megabytes(free)} are free`;
    if (free < leastFree)
      findings.push(error(`${room} on the disk of the data folder`, "Free space or enlarge the disk now: soon nothing more will be stored."));
    else if (growth > 0 && free < weeksAhead * growth)
      findings.push(
        warning(`${room}, and the last week brought about ${megabytes(growth)}`, `That is less than ${weeksAhead} weeks' room: enlarge the disk.`),
      );
    if (findings.length > 0) return findings;
    return [ok(`${room}; the last week brought about ${megabytes(growth)}; rapport.sqlite-wal has ${megabytes(wal)}`)];
  },
};
