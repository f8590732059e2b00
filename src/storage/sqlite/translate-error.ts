import { ProblemError } from "#domain/problem.ts";

// https://www.sqlite.org/rescode.html: the low byte of a code is the kind, the rest tells its variety.
const kinds = { error: 1, busy: 5, locked: 6, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const;
/** The file ends early, or the file system itself says that the bytes are not those that were written. */
const damagedReads = new Set([10 | (2 << 8), 10 | (32 << 8), 10 | (33 << 8)]);
const failedRead = 10 | (1 << 8);

/** The number that SQLite gave the error; null when it is none of SQLite's. */
const codeOf = (error: unknown): number | null =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : null;

export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && ((code & 0xff) === kinds.corrupt || damagedReads.has(code));
}

/** SQLite's own errors as problems of the catalogue; what it leaves untranslated is a bug of ours. */
export function translateError(error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  const code = codeOf(error);
  if (code === null) return error;
  const problem = (code_: ProblemError["problem"]["code"], detail: string) => new ProblemError({ code: code_, detail }, { cause: error });
  if (isDamage(error)) return problem("STORE_DAMAGED", "rapport.sqlite is damaged: a page of it does not hold what it should");
  switch (code & 0xff) {
    case kinds.notADatabase:
      return problem("STORE_DAMAGED", "rapport.sqlite is damaged from its first bytes on, or is no database at all");
    case kinds.full:
      return problem("STORE_FULL", "the disk of the data folder took no more");
    case kinds.ioError:
      if (code === failedRead) return problem("STORE_UNAVAILABLE", "the disk of the data folder cannot be read");
      return problem("STORE_FULL", "the disk of the data folder took no more");
    case kinds.readOnly:
    case kinds.cannotOpen:
      return problem("DATA_FOLDER_UNUSABLE", "the data folder cannot be written");
    case kinds.busy:
    case kinds.locked:
      return problem("STORE_UNAVAILABLE", "another process holds the store");
    case kinds.error:
      if (/^no such (table|column)|has no column named/.test((error as Error).message))
        return problem("STORE_DAMAGED", "rapport.sqlite lacks a table or a column that its schema should have");
      return error;
    default:
      return error;
  }
}
