import { type SqlBool, sql } from "kysely";
import type { LogSeq } from "#domain/ids.ts";

/** In place of an event's position: everything of the person that stands before the entry. No event stands there. */
export const everything = 0;

/** Of a row of the log: everything of its person was taken back after it (by an entry up to `upTo`). One look by key a row. */
export const isTakenBackWhole = (upTo?: LogSeq) =>
  sql<SqlBool>`exists (select 1 from retractions as whole where whole.shop_id = log.shop_id and whole.person_id = log.person_id
    and whole.target_seq = ${sql.lit(everything)} and whole.seq > log.seq${upTo === undefined ? sql`` : sql` and whole.seq <= ${upTo}`})`;
