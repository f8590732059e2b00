import type { Transaction } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { LogEntry, NameOf } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, perDialect, rowsPerStatement } from "./dialect.ts";
import { prepareListed } from "./prepare-listed.ts";
import type { Tables } from "./schema.ts";
import { sealNames } from "./sealed-names.ts";

const readMet = perDialect(() =>
  prepareListed<{ readonly person_id: string }>((db, shopId, personIds) =>
    db
      .selectFrom("people")
      .select("person_id")
      .where("shop_id", "=", shopId)
      .where("person_id", "in", personIds)
      .where(({ eb, lit }) => eb("met", "=", lit(1))),
  ),
);

/** Enters the names that somebody was met under for the first time. */
export async function writeNames(
  transaction: Transaction<Tables>,
  dialect: Dialect,
  shopId: ShopId,
  fresh: readonly { readonly entry: LogEntry }[],
): Promise<void> {
  const names = new Map<PersonId, NameOf>();
  for (const { entry } of fresh) {
    // Who is only named by a link has not been met.
    if (entry.kind === "consent" && entry.lapses !== undefined) continue;
    if ((entry.kind === "event" || entry.kind === "consent") && entry.name !== null) names.set(entry.name.personId, entry.name);
  }
  // Nearly all have been met before, and to look is cheaper than to write.
  for (const { person_id } of await readMet(dialect)(transaction, shopId, [...names.keys()])) names.delete(person_id as PersonId);
  const rows = [...names.values()].map((name) => ({
    shop_id: shopId,
    person_id: name.personId,
    kind: name.kind,
    external_id: name.externalId,
    root_id: name.personId,
    met: 1,
  }));
  for (const part of chunk(await sealNames(transaction, dialect, rows), rowsPerStatement(dialect, 6))) {
    await transaction
      .insertInto("people")
      .values(part)
      // Who was forgotten and comes back has no name any more.
      .onConflict((conflict) =>
        conflict
          .columns(["shop_id", "person_id"])
          .doUpdateSet((set) => ({ met: 1, external_id: set.ref("excluded.external_id") }))
          .where("people.met", "=", 0),
      )
      .execute();
  }
}
