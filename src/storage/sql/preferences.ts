import type { Kysely } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PreferenceActor, PreferenceChange, PreferenceKind } from "#domain/preference.ts";
import type { PreferenceStore } from "../ports/preference-store.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import { prepareListed } from "./prepare-listed.ts";
import type { Tables } from "./schema.ts";

export function createPreferenceStore(db: Kysely<Tables>, dialect: Dialect): PreferenceStore {
  // Asked with every recommendation for somebody named: compiled once, read in the order of the key.
  const readOf = prepareListed((at, shopId, personIds) =>
    at
      .selectFrom("preferences")
      .select(["person_id", "kind", "key", "value", "at"])
      .where("shop_id", "=", shopId)
      .where("person_id", "in", personIds)
      .orderBy("person_id")
      .orderBy("kind")
      .orderBy("key"),
  );

  return {
    async of(shopId, personIds) {
      if (personIds.length === 0) return [];
      const rows = await readOf(db, shopId, personIds);
      return rows.map(({ person_id, kind, key, value, at }) => ({ personId: person_id as PersonId, kind: kind as PreferenceKind, key, value, at }));
    },

    async any(shopId, kind) {
      const row = await db
        .selectFrom("preferences")
        .select("person_id")
        .where("shop_id", "=", shopId)
        .where("kind", "=", kind)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },

    async change(shopId, changes) {
      if (changes.length === 0) return;
      try {
        await db.transaction().execute(async (transaction) => {
          for (const { personId, action, kind, key, value, at, by } of changes) {
            const row = { shop_id: shopId, person_id: personId, kind, key, value, at };
            await transaction
              .insertInto("preference_changes")
              .values({ ...row, action, said_by: by })
              .execute();
            if (action === "set")
              await transaction
                .insertInto("preferences")
                .values(row)
                .onConflict((conflict) => conflict.columns(["shop_id", "person_id", "kind", "key"]).doUpdateSet({ value, at }))
                .execute();
            if (action === "clear")
              await transaction
                .deleteFrom("preferences")
                .where("shop_id", "=", shopId)
                .where("person_id", "=", personId)
                .where("kind", "=", kind)
                .where("key", "=", key)
                .execute();
          }
        });
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    async changes(shopId: ShopId, personIds: readonly PersonId[]) {
      const found: (PreferenceChange & { seq: number })[] = [];
      for (const part of chunk(personIds, 500)) {
        const rows = await db.selectFrom("preference_changes").selectAll().where("shop_id", "=", shopId).where("person_id", "in", part).execute();
        for (const row of rows)
          found.push({
            seq: row.seq,
            personId: row.person_id as PersonId,
            action: row.action as PreferenceChange["action"],
            kind: row.kind as PreferenceChange["kind"],
            key: row.key,
            value: row.value,
            at: row.at,
            by: row.said_by as PreferenceActor,
          });
      }
      return found.sort((a, b) => a.seq - b.seq).map(({ seq: _, ...change }) => change);
    },
  };
}
