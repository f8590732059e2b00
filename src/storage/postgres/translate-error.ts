import { ProblemError } from "#domain/problem.ts";

/** Nobody listens there, nobody is let in, or whoever was there has gone. */
const unreachable = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "28P01",
  "28000",
  "3D000",
]);
/** Somebody else holds what we need (a lock, a deadlock that we lost), or a statement was stopped: nothing was stored, it can be tried again. */
const held = new Set(["55P03", "40P01", "40001"]);
/** The driver's own words where it gives no code. */
const lost =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|timeout exceeded when trying to connect)/;

/** Turns what the driver throws into problems of the catalogue; what is none of them is a bug and stays what it is. */
export function translateError(error: unknown): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  const problem = (name: "STORE_FULL" | "STORE_UNAVAILABLE", detail: string) => new ProblemError({ code: name, detail }, { cause: error });
  if (code === "53100") return problem("STORE_FULL", "PostgreSQL's disk took no more");
  if (held.has(code)) return problem("STORE_UNAVAILABLE", `PostgreSQL is held by another transaction (${code})`);
  // Class 53: out of memory or connections. 08 and 57: the connection or the server went away, or is only just starting.
  if (/^(53|08|57)/.test(code) || unreachable.has(code)) return problem("STORE_UNAVAILABLE", `PostgreSQL cannot be reached (${code})`);
  if (code === "25006") return problem("STORE_UNAVAILABLE", "PostgreSQL takes no writing: this server is a read-only copy");
  if (code === "" && lost.test(error.message)) return problem("STORE_UNAVAILABLE", "the connection to PostgreSQL was lost");
  return error;
}
