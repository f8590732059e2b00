import { type Kysely, sql, type Transaction } from "kysely";
import { sealMark } from "../ports/field-cipher.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { columnOf, emptyTexts, personFields, shopFields } from "./sealed-fields.ts";

const atOnce = 500;
type Row = Readonly<Record<string, string>>;

/**
 * Seals names and secrets that were written before the store had keys. Some at a time, each in a transaction: cut off, it
 * goes on where it was. Answers how many there were.
 */
export async function sealRowsInClear(db: Kysely<Tables>, dialect: Dialect): Promise<number> {
  const sealing = dialect.sealing!;
  const inClear = (column: string) => sql`${sql.ref(column)} not in (${sql.join(emptyTexts)}) and ${sql.ref(column)} not like ${`${sealMark}%`}`;
  let sealed = 0;

  for (const { table, column, subject } of shopFields) {
    const { rows } = await sql<Row>`select shop_id, ${sql.ref(subject)} as subject, ${sql.ref(column)} as text
      from ${sql.table(table)} where ${inClear(column)}`.execute(db);
    for (const row of rows)
      await db.transaction().execute(async (transaction) => {
        await dialect.lockLog(transaction, row.shop_id as never);
        const seals = await sealing.shop(transaction, row.shop_id!);
        const text = seals.seal({ table, column, subject: row.subject! }, row.text!);
        await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${text}
          where shop_id = ${row.shop_id} and ${sql.ref(subject)} = ${row.subject} and ${sql.ref(column)} = ${row.text}`.execute(transaction);
        sealed++;
      });
  }

  const shops = await db.selectFrom("shops").select("shop_id").execute();
  for (const { shop_id: shopId } of shops)
    for (const { table, column, within } of personFields) {
      for (let after = ""; ; ) {
        const { rows } = await sql<Row>`select ${sql.join(["person_id", column, ...within].map((name) => sql.ref(name)))} from ${sql.table(table)}
          where shop_id = ${shopId} and person_id >= ${after} and ${inClear(column)} order by person_id limit ${atOnce}`.execute(db);
        if (rows.length === 0) break;
        await db.transaction().execute((transaction) => sealSome(transaction, dialect, shopId, { table, column, within }, rows));
        sealed += rows.length;
        after = rows.at(-1)!.person_id!;
      }
    }
  return sealed;
}

async function sealSome(
  transaction: Transaction<Tables>,
  dialect: Dialect,
  shopId: string,
  { table, column, within }: (typeof personFields)[number],
  rows: readonly Row[],
): Promise<void> {
  await dialect.lockLog(transaction, shopId as never);
  const seals = await dialect.sealing!.writing(
    transaction,
    shopId,
    rows.map((row) => row.person_id!),
  );
  for (const row of rows) {
    const name = columnOf(
      column,
      within.map((other) => row[other]!),
    );
    const text = seals.seal(row.person_id!, table, name, row[column]!);
    const same = within.map((other) => sql`and ${sql.ref(other)} = ${row[other]}`);
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${text} where shop_id = ${shopId} and person_id = ${row.person_id}
      and ${sql.ref(column)} = ${row[column]} ${sql.join(same, sql` `)}`.execute(transaction);
  }
}
