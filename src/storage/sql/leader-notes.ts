import type { Kysely } from "kysely";
import type { Leadership } from "../ports/leadership.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

const name = "jobs";

/** What the leader tells the others, in a row of its own. */
export function createLeaderNotes(db: Kysely<Tables>, dialect: Dialect): Pick<Leadership, "note" | "lastNote"> {
  return {
    async note({ instance, since, cursors }) {
      const row = { instance, since, cursors: JSON.stringify(cursors) };
      try {
        await db
          .insertInto("leaders")
          .values({ name, ...row })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
          .execute();
      } catch (error) {
        throw dialect.translateError(error);
      }
    },
    async lastNote() {
      const row = await db.selectFrom("leaders").selectAll().where("name", "=", name).executeTakeFirst();
      return row === undefined ? null : { instance: row.instance, since: row.since, cursors: JSON.parse(row.cursors) };
    },
  };
}
