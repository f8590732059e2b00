import { refuse } from "#domain/problem.ts";

/** What the database says of a file's content; anything else it says is a mistake of ours. */
const ofTheFile = /^(Invalid Input|IO|Conversion|Serialization|Out of Range|TransactionContext|Not implemented|Invalid) Error/i;

/** A file that broke while it was read. The database's own words may quote the file's cells, so they are not repeated. */
export function refuseDamaged(error: unknown): ReturnType<typeof refuse> {
  const words = error instanceof Error ? error.message : "";
  if (!ofTheFile.test(words)) throw error;
  return refuse("FILE_UNREADABLE", "the file is damaged, or breaks off before its end; export it again");
}
