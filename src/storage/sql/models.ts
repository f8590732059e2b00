import { type Kysely, sql, type Transaction } from "kysely";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import type { ModelStore } from "../ports.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

/** Older versions are only bytes on a disk: one is kept to go back to. */
const versionsKept = 2;

export function createModelStore(db: Kysely<Tables>, dialect: Dialect): ModelStore {
  const newest = (shopId: ShopId, name: string) =>
    db.selectFrom("models").where("shop_id", "=", shopId).where("name", "=", name).orderBy("version", "desc").limit(1);

  return {
    async publish(shopId, model) {
      try {
        return await db.transaction().execute(async (transaction) => {
          await dialect.lockLog(transaction, shopId);
          const overtaken = await newerThan(transaction, shopId, model);
          if (overtaken !== null) return overtaken;
          const { version } = await transaction
            .insertInto("models")
            .columns(["shop_id", "name", "version", "built_at", "seq", "card", "artefact"])
            .expression((select) =>
              select
                .selectFrom("models")
                .select([
                  sql<string>`${shopId}`.as("shop_id"),
                  sql<string>`${model.name}`.as("name"),
                  sql<number>`coalesce(max(version), 0) + 1`.as("version"),
                  sql<number>`cast(${model.builtAt} as ${sql.raw(dialect.bigInteger)})`.as("built_at"),
                  sql<number>`cast(${model.seq} as ${sql.raw(dialect.bigInteger)})`.as("seq"),
                  sql<string>`${JSON.stringify(model.card)}`.as("card"),
                  sql<Uint8Array>`cast(${model.artefact} as ${sql.raw(dialect.bytes)})`.as("artefact"),
                ])
                .where("shop_id", "=", shopId)
                .where("name", "=", model.name),
            )
            .returning("version")
            .executeTakeFirstOrThrow();
          await transaction
            .deleteFrom("models")
            .where("shop_id", "=", shopId)
            .where("name", "=", model.name)
            .where("version", "<=", version - versionsKept)
            .execute();
          return version;
        });
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    async latest(shopId, name) {
      const row = await newest(shopId, name).selectAll().executeTakeFirst();
      if (row === undefined) return null;
      const { version, built_at, card, artefact } = row;
      return { name, version, builtAt: built_at, seq: row.seq as LogSeq, card: JSON.parse(card) as unknown, artefact };
    },

    async latestVersion(shopId, name) {
      return (await newest(shopId, name).select("version").executeTakeFirst())?.version ?? 0;
    },

    async cards(shopId) {
      const rows = await db
        .selectFrom("models")
        .select(["name", "version", "built_at", "seq", "card"])
        .where("shop_id", "=", shopId)
        .orderBy("name")
        .orderBy("version")
        .execute();
      const latest = new Map(rows.map((row) => [row.name, row]));
      return [...latest.values()].map((row) => ({
        name: row.name,
        version: row.version,
        builtAt: row.built_at,
        seq: row.seq as LogSeq,
        card: JSON.parse(row.card) as unknown,
      }));
    },
  };
}

/**
 * The version that is published already and knows more of the log: whoever was replaced while it was learning (its process
 * hung, its network was cut) comes too late. A log that has been cut back to what this model knows is no reason.
 */
async function newerThan(
  transaction: Transaction<Tables>,
  shopId: ShopId,
  model: { readonly name: string; readonly seq: LogSeq },
): Promise<number | null> {
  const newest = await transaction
    .selectFrom("models")
    .select(["version", "seq"])
    .where("shop_id", "=", shopId)
    .where("name", "=", model.name)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  if (newest === undefined || newest.seq <= model.seq) return null;
  const unknown = await transaction
    .selectFrom("log")
    .select("seq")
    .where("shop_id", "=", shopId)
    .where("seq", ">", model.seq)
    .limit(1)
    .executeTakeFirst();
  return unknown === undefined ? null : newest.version;
}
