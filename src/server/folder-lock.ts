import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ProblemError } from "#domain/problem.ts";

// One server a data folder. The lock is the operating system's, held through SQLite, because Node offers none: it ends
// with the process, however that ends, and no reused process id can be taken for the holder. The note beside it only
// says who holds it.

const lockFile = "server.lock";
const noteFile = "server.json";
/** A server that is just ending may still hold it for a moment. */
const patienceMs = 2_000;
const sqliteBusy = 5;
const sqliteReadOnly = 8;

export type ServerNote = { readonly pid: number; readonly startedAt: string; readonly address: string | null };

export type FolderLock = {
  /** The server before has not ended as it should: it was killed, or the power went. */
  readonly cutOff: boolean;
  /** Where the server can be reached, for whoever asks. */
  note(address: string): void;
  release(): void;
};

/** Null: somebody else holds it. */
function take(dataFolder: string, waitMs: number): DatabaseSync | null {
  let lock: DatabaseSync;
  try {
    if (!existsSync(join(dataFolder, lockFile))) closeSync(openSync(join(dataFolder, lockFile), "a", 0o600));
    lock = new DatabaseSync(join(dataFolder, lockFile));
  } catch (error) {
    throw new ProblemError({ code: "DATA_FOLDER_UNUSABLE", detail: "the data folder cannot be written" }, { cause: error });
  }
  try {
    // Without a journal it leaves no file behind but itself, and nothing is ever written into that.
    lock.exec(`pragma busy_timeout = ${waitMs}; pragma journal_mode = memory; begin exclusive`);
    return lock;
  } catch (error) {
    lock.close();
    const kind = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
    if (kind === sqliteBusy) return null;
    const detail = kind === sqliteReadOnly ? "the data folder cannot be written" : `${lockFile} in the data folder is no lock; it may be removed`;
    throw new ProblemError({ code: "DATA_FOLDER_UNUSABLE", detail }, { cause: error });
  }
}

function readNote(dataFolder: string): ServerNote | null {
  try {
    const note = JSON.parse(readFileSync(join(dataFolder, noteFile), "utf8")) as Partial<ServerNote> | null;
    if (!Number.isSafeInteger(note?.pid)) return null;
    return { pid: note!.pid!, startedAt: String(note!.startedAt ?? ""), address: typeof note!.address === "string" ? note!.address : null };
  } catch {
    return null;
  }
}

/** The server that holds this folder, as far as it has said; null when there is none. */
export function serverOf(dataFolder: string): { readonly note: ServerNote | null } | null {
  if (!existsSync(join(dataFolder, lockFile))) return null;
  let lock: DatabaseSync | null;
  try {
    lock = take(dataFolder, 0);
  } catch {
    return null;
  }
  if (lock === null) return { note: readNote(dataFolder) };
  lock.close();
  return null;
}

/** Throws ProblemError STORE_IN_USE with the process id of the server that has the folder. */
export function lockFolder(dataFolder: string, pid: number, startedAt: number): FolderLock {
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  } catch {
    throw new ProblemError({ code: "DATA_FOLDER_UNUSABLE", detail: "the data folder is a file, or cannot be made" });
  }
  const lock = take(dataFolder, patienceMs);
  if (lock === null) {
    const holder = readNote(dataFolder);
    const who =
      holder === null ? "a process that has not said which" : `process ${holder.pid}${holder.address === null ? "" : ` (${holder.address})`}`;
    throw new ProblemError({ code: "STORE_IN_USE", detail: `${who} has this data folder` });
  }
  const path = join(dataFolder, noteFile);
  const cutOff = existsSync(path);
  const write = (address: string | null) => {
    try {
      writeFileSync(path, `${JSON.stringify({ pid, startedAt: new Date(startedAt).toISOString(), address } satisfies ServerNote)}\n`, {
        mode: 0o600,
      });
    } catch {
      // A full disk: the lock holds without the note.
    }
  };
  write(null);
  let held = true;
  return {
    cutOff,
    note: write,
    release() {
      if (!held) return;
      held = false;
      rmSync(path, { force: true });
      lock.close();
    },
  };
}
