import { type Check, error, type Finding, ok, plural, warning } from "./checkup.ts";

/** Of one more server: those for requests, for learning, for leading. */
const roomForOne = 25;

/** How PostgreSQL is set: an acknowledgement is worth what its commit is worth. */
export const checkDatabase: Check = {
  name: "database",
  run: ({ databaseUrl, facts }) => {
    const database = facts?.database;
    if (databaseUrl === undefined || database == null) return [];
    const { connections } = database;
    const findings: Finding[] = [];
    if (database.isCopy)
      findings.push(
        error("it is a read-only copy of another: nothing can be stored", "Give the address of the one that is written to in RAPPORT_DATABASE_URL."),
      );
    if (!database.fsync)
      findings.push(
        error(
          "fsync is off: at a power cut it loses what was acknowledged, and may be damaged",
          "Set fsync = on in postgresql.conf, and reload PostgreSQL.",
        ),
      );
    if (!database.waitsForDisk)
      findings.push(
        error(
          "synchronous_commit is off: a crash loses what was acknowledged in the last moment",
          "Set it on: alter database NAME set synchronous_commit = on; then restart the servers.",
        ),
      );
    if (!database.fullPageWrites)
      findings.push(
        warning("full_page_writes is off: a power cut may leave half a page", "Set it on, unless the file system writes pages as a whole."),
      );
    if (database.sharesSessions)
      findings.push(
        error(
          "a pooler in between gives statements of one connection to different sessions: two servers may lead at once",
          "Set the pooler to session pooling, or connect without it.",
        ),
      );
    if (database.encoding !== "UTF8")
      findings.push(
        error(`its encoding is ${database.encoding}: not every text can be stored`, "Make a database with encoding 'UTF8', and move there."),
      );
    if (connections.most - connections.used < roomForOne)
      findings.push(
        warning(
          `${connections.used} of ${connections.most} connections are taken`,
          `A server opens up to ${roomForOne}: raise max_connections before you start another.`,
        ),
      );
    if (database.heldOpen > 0)
      findings.push(
        warning(
          `${plural(database.heldOpen, "transaction")} have been open for more than ten minutes`,
          "What was deleted cannot be cleared away meanwhile: see pg_stat_activity; a backup ends by itself.",
        ),
      );
    if (findings.length > 0) return findings;
    return [ok(`PostgreSQL ${database.version}, commits wait for its disk, ${connections.used} of ${connections.most} connections are taken`)];
  },
};
