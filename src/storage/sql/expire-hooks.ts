import { sql, type Transaction } from "kysely";
import type { Tables } from "./schema.ts";

/** `before`: what is older is past its time; null: nothing is. */
export type ExpireWork = {
  readonly db: Transaction<Tables>;
  readonly shopId: string;
  readonly before: { readonly orders: number | null; readonly decisions: number | null };
  readonly limit: number;
};

/** What ends the rows of a table when their time is over. Every table of `subject-tables.ts` has one. */
export type ExpireHook = {
  readonly how: string;
  /** None: they go with something else, which `how` names. */
  readonly expire?: (work: ExpireWork) => Promise<number>;
};

/** Goes with what it hangs on. */
export const goesWith = (how: string): ExpireHook => ({ how });

type When = { readonly at: string; readonly kept: "orders" | "decisions"; readonly key: readonly string[]; readonly only?: ReturnType<typeof sql> };

/** Rows that are older than their class is kept; at most so many at once. */
export function expireRows(table: keyof Tables, how: string, { at, kept, key, only }: When): ExpireHook {
  return {
    how,
    async expire({ db, shopId, before, limit }) {
      const cutoff = before[kept];
      if (cutoff === null) return 0;
      const columns = sql.join(key.map((column) => sql.ref(column)));
      const old = sql`select ${columns} from ${sql.table(table)} as old where shop_id = ${shopId} and ${sql.ref(at)} < ${cutoff}
        ${only === undefined ? sql`` : sql`and ${only}`} limit ${limit}`;
      const result = await sql`delete from ${sql.table(table)} where shop_id = ${shopId} and (${columns}) in (${old})`.execute(db);
      return Number(result.numAffectedRows ?? 0);
    },
  };
}

/** Nothing of theirs is kept under that name any more. */
export const isGone = sql`not exists (select 1 from people where people.shop_id = old.shop_id and people.person_id = old.person_id)`;
/** Nothing they did is kept under that name any more. */
export const hasDoneNothing = sql`not exists (select 1 from log where log.shop_id = old.shop_id and log.person_id = old.person_id and log.kind = 'event')
  and not exists (select 1 from order_records as o where o.shop_id = old.shop_id and o.person_id = old.person_id)`;
export const isClosed = sql`state in ('done', 'fulfilled', 'denied', 'revoked', 'expired')`;
