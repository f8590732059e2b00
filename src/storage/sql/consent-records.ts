import type { Kysely } from "kysely";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { ConsentRecordStore, DueDecision, NoticeRow, RecordedDecision } from "../ports/consent-record-store.ts";
import { chunk } from "./chunk.ts";
import { createContactSuppressions } from "./contact-suppressions.ts";
import type { Dialect } from "./dialect.ts";
import { decisionFromRow, undecided } from "./rows.ts";
import type { Tables } from "./schema.ts";

function noticeFromRow(row: Tables["notices"]): NoticeRow {
  return {
    shopId: row.shop_id as ShopId,
    name: row.name,
    version: row.version,
    hash: row.hash,
    body: row.body,
    material: JSON.parse(row.material) as Purpose[],
    publishedAt: row.published_at,
    applied: row.applied === 1,
  };
}

/** Decisions as proof, policies and notices. */
export function createConsentRecordStore(db: Kysely<Tables>, dialect: Dialect): ConsentRecordStore {
  const translated = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      throw dialect.translateError(error);
    }
  };
  /** Decisions that no later one of the same name has replaced. */
  const inForce = (shopId: ShopId) =>
    db
      .selectFrom("consents as decision")
      .where("decision.shop_id", "=", shopId)
      .where("decision.seq", "=", (select) =>
        select
          .selectFrom("consents as later")
          .select((max) => max.fn.max("later.seq").as("seq"))
          .whereRef("later.shop_id", "=", "decision.shop_id")
          .whereRef("later.person_id", "=", "decision.person_id")
          .whereRef("later.purpose", "=", "decision.purpose"),
      );
  const due = (rows: readonly { person_id: string; purpose: string }[]): DueDecision[] =>
    rows.map(({ person_id, purpose }) => ({ personId: person_id as PersonId, purpose: purpose as Purpose }));

  return {
    ...createContactSuppressions(db, dialect),

    async history(shopId, personIds) {
      const found: RecordedDecision[] = [];
      for (const part of chunk(personIds, 500)) {
        const rows = await db.selectFrom("consents").selectAll().where("shop_id", "=", shopId).where("person_id", "in", part).execute();
        for (const row of rows)
          found.push({
            seq: row.seq as LogSeq,
            decision: decisionFromRow(row),
            state: row.granted === undecided ? "over" : row.granted === 1 ? "given" : "refused",
            own: row.own === 1,
          });
      }
      return found.sort((a, b) => a.seq - b.seq);
    },

    async expired(shopId, at, limit) {
      const rows = await inForce(shopId)
        .select(["decision.person_id", "decision.purpose"])
        .where("decision.expires_at", "<=", at)
        .where("decision.granted", "=", 1)
        .orderBy("decision.expires_at")
        .limit(limit)
        .execute();
      return due(rows);
    },

    async grantedBefore(shopId, purpose, before, limit) {
      const rows = await inForce(shopId)
        .select(["decision.person_id", "decision.purpose"])
        .where("decision.purpose", "=", purpose)
        .where("decision.granted", "=", 1)
        .where("decision.at", "<=", before)
        .orderBy("decision.person_id")
        .limit(limit)
        .execute();
      return due(rows);
    },

    async onPurpose(shopId, purpose, after, limit) {
      let query = inForce(shopId).selectAll("decision").where("decision.purpose", "=", purpose).where("decision.granted", "!=", undecided);
      if (after !== null) query = query.where("decision.person_id", ">", after);
      const rows = await query.orderBy("decision.person_id").limit(limit).execute();
      return rows.map((row) => decisionFromRow(row));
    },

    async policy(shopId) {
      const row = await db.selectFrom("shop_policies").selectAll().where("shop_id", "=", shopId).executeTakeFirst();
      if (row === undefined) return null;
      return { packs: JSON.parse(row.packs) as string[], overrides: JSON.parse(row.overrides) as unknown, changedAt: row.changed_at };
    },

    setPolicy: (shopId, policy) =>
      translated(async () => {
        const values = { packs: JSON.stringify(policy.packs), overrides: JSON.stringify(policy.overrides), changed_at: policy.changedAt };
        await db
          .insertInto("shop_policies")
          .values({ shop_id: shopId, ...values })
          .onConflict((conflict) => conflict.column("shop_id").doUpdateSet(values))
          .execute();
      }),

    addNotice: (notice) =>
      translated(async () => {
        const added = await db
          .insertInto("notices")
          .values({
            shop_id: notice.shopId,
            name: notice.name,
            version: notice.version,
            hash: notice.hash,
            body: notice.body,
            material: JSON.stringify(notice.material),
            published_at: notice.publishedAt,
            applied: notice.applied ? 1 : 0,
          })
          .onConflict((conflict) => conflict.columns(["shop_id", "name", "version"]).doNothing())
          .returning("version")
          .execute();
        return added.length > 0;
      }),

    markApplied: ({ shopId, name, version }) =>
      translated(async () => {
        await db
          .updateTable("notices")
          .set({ applied: 1 })
          .where("shop_id", "=", shopId)
          .where("name", "=", name)
          .where("version", "=", version)
          .execute();
      }),

    async notices(shopId) {
      const rows = await db.selectFrom("notices").selectAll().where("shop_id", "=", shopId).orderBy("name").orderBy("version").execute();
      return rows.map(noticeFromRow);
    },

    async noticeByHash(hash) {
      const row = await db.selectFrom("notices").selectAll().where("hash", "=", hash).orderBy("published_at").limit(1).executeTakeFirst();
      return row === undefined ? null : noticeFromRow(row);
    },
  };
}
