import { type Check, error, ok } from "./checkup.ts";

export const checkServer: Check = {
  name: "server",
  run: ({ server, databaseUrl }) => {
    if (databaseUrl !== undefined) return [ok("with PostgreSQL, ask each server's /health")];
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
