import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import { type InsertLog, logColumns, messageIdOf } from "./log-row.ts";
import { prepareRaw } from "./raw-rows.ts";

export const insertLogInto = `insert into log (${logColumns.join(", ")}) values`;
export const unlessKnown = "on conflict (shop_id, message_id) do nothing";

/** Statements of few lengths, so that those of full length are compiled once. */
const rowsAtOnce = 100;

/** Many rows a statement: for a database at the other end of a wire. */
export function insertLogTogether(dialect: Pick<Dialect, "kind">): InsertLog {
  const insert = prepareRaw<{ readonly seq: number; readonly message_id: string }>(
    dialect,
    logColumns.length,
    (places) => `${insertLogInto} ${places} ${unlessKnown} returning seq, message_id`,
  );
  return async (transaction, rows) => {
    const seqByMessage = new Map<string, number>();
    for (const part of chunk(rows, rowsAtOnce))
      for (const { seq, message_id } of await insert(transaction, part.flat())) seqByMessage.set(message_id, seq);
    return rows.map((row) => {
      const messageId = messageIdOf(row);
      const seq = seqByMessage.get(messageId) ?? null;
      // Of two rows of one message the first was written.
      seqByMessage.delete(messageId);
      return seq;
    });
  };
}
