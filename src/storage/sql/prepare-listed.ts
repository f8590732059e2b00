import type { Compilable, CompiledQuery, Kysely, Transaction } from "kysely";
import { chunk } from "./chunk.ts";
import type { Tables } from "./schema.ts";

type Database = Kysely<Tables> | Transaction<Tables>;

/** Ids in one statement. */
const listedAtOnce = 512;

/** Asks about some ids of a shop. */
export type Listed<Row> = (db: Database, shopId: string, ids: readonly string[]) => Promise<readonly Row[]>;

/**
 * A query about a list of ids that is compiled once for each length, for it is asked with every batch of events. `write`
 * binds the shop, then the ids, and nothing else. Always for databases of one kind.
 */
export function prepareListed<Row>(write: (db: Database, shopId: string, ids: readonly string[]) => Compilable<Row>): Listed<Row> {
  const compiled = new Map<number, CompiledQuery<Row>>();
  return async (db, shopId, ids) => {
    const rows: (readonly Row[])[] = [];
    for (const part of chunk(ids, listedAtOnce)) {
      const listed = padded(part);
      let query = compiled.get(listed.length);
      if (query === undefined) {
        query = write(db, shopId, listed).compile();
        compiled.set(listed.length, query);
      }
      rows.push((await db.executeQuery<Row>({ ...query, parameters: [shopId, ...listed] })).rows);
    }
    return rows.length === 1 ? rows[0]! : rows.flat();
  };
}

/** As many as a power of two, the last one repeated: ten lengths there are and no more. */
function padded(ids: readonly string[]): string[] {
  const size = 2 ** Math.ceil(Math.log2(ids.length));
  return [...ids, ...Array.from({ length: size - ids.length }, () => ids.at(-1)!)];
}
