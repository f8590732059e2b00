import type { DatabaseFacts } from "#storage/ports/store-care.ts";
import { type Check, error, type Finding, ok, warning } from "./checkup.ts";

/** Several servers on one database settle among themselves who leads. */
function ofDatabase(servers: DatabaseFacts["servers"] | undefined): Finding[] {
  if (servers === undefined) return [];
  if (servers.leading) return [ok("one leads on this database, and learns; ask each server's /health")];
  if (servers.sessions === 0) return [ok("none is running on this database")];
  return [
    warning(
      "something is connected to this database, but no server leads: nothing is learnt, and no webhook is sent",
      "It is an import or the like, or a server that is just starting. If it stays so, look into the servers' logs.",
    ),
  ];
}

export const checkServer: Check = {
  name: "server",
  run: ({ server, databaseUrl, facts }) => {
    if (databaseUrl !== undefined) return ofDatabase(facts?.database?.servers);
    if (server === null) return [ok("none is running on this folder")];
    const who = server.note === null ? "a process that has not said which" : `process ${server.note.pid}`;
    // It is starting, or it is on another machine that shares this folder.
    if (server.note?.address == null) return [ok(`${who} has the folder, and has not said yet where it listens`)];
    if (server.health === null)
      return [
        error(`${who} has the folder, and does not answer at ${server.note.address}`, "Look into its log; if it hangs, end it and start it again."),
      ];
    if (server.health.status !== "ok")
      return [error(`${who} at ${server.note.address} says that it is ${server.health.status}`, "The checks below say why; its log says more.")];
    return [ok(`${who} at ${server.note.address}, since ${server.note.startedAt}`)];
  },
};
