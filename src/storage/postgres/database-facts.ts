import { type Kysely, sql } from "kysely";
import type { DatabaseFacts } from "../ports/store-care.ts";
import type { Tables } from "../sql/schema.ts";

type Settings = {
  version: string;
  encoding: string;
  fsync: string;
  full_page_writes: string;
  synchronous_commit: string;
  is_copy: boolean;
  max_connections: number;
  reserved: number;
};
type Sessions = { used: number; servers: number; leading: number; held_open: number };

/** How the database is set, and who is connected to it. */
export async function readDatabaseFacts(db: Kysely<Tables>): Promise<DatabaseFacts> {
  const { rows: settings } = await sql<Settings>`
    select current_setting('server_version') as version, current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
      current_setting('full_page_writes') as full_page_writes, current_setting('synchronous_commit') as synchronous_commit,
      pg_is_in_recovery() as is_copy, current_setting('max_connections')::int as max_connections,
      current_setting('superuser_reserved_connections')::int as reserved`.execute(db);
  // Others' sessions are hidden from who is no superuser, but for that they are there, and for those of one's own user.
  const { rows: sessions } = await sql<Sessions>`
    select count(*) filter (where backend_type = 'client backend')::int as used,
      count(*) filter (where application_name = 'rapport' and datname = current_database() and pid <> pg_backend_pid())::int as servers,
      count(*) filter (where application_name = 'rapport leader' and datname = current_database()
        and pid in (select pid from pg_locks where locktype = 'advisory' and granted))::int as leading,
      count(*) filter (where datname = current_database() and pid <> pg_backend_pid() and xact_start < now() - interval '10 minutes')::int as held_open
    from pg_stat_activity`.execute(db);
  const pids = await db.connection().execute(async (one) => {
    const pid = async () => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(one)).rows[0]!.pid;
    return [await pid(), await pid(), await pid()];
  });
  const set = settings[0]!;
  const seen = sessions[0]!;
  return {
    version: set.version,
    encoding: set.encoding,
    fsync: set.fsync === "on",
    fullPageWrites: set.full_page_writes === "on",
    waitsForDisk: set.synchronous_commit !== "off",
    isCopy: set.is_copy,
    sharesSessions: new Set(pids).size > 1,
    connections: { used: seen.used, most: set.max_connections - set.reserved },
    servers: { sessions: seen.servers, leading: seen.leading > 0 },
    heldOpen: seen.held_open,
  };
}
