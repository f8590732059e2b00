import { type Kysely, sql } from "kysely";
import type { ItemId, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { GorseFeedbackFilter, GorseFeedbackKey, GorseFeedbackRow, GorseStore } from "../ports/gorse-store.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import { feedbackFromRow, feedbackToRow, userFromRow, userToRow } from "./gorse-rows.ts";
import type { Tables } from "./schema.ts";
import { isWorthSealing } from "./sealed-fields.ts";
import { createGorseTexts } from "./sealed-gorse.ts";
import { isTakenBackWhole } from "./taken-back.ts";

const keyColumns = ["shop_id", "feedback_type", "user_id", "item_id"] as const;
const keysPerRead = 300;

const happenedBy = (until: number) => sql<boolean>`(at is null or at <= ${until})`;

export function createGorseStore(db: Kysely<Tables>, dialect: Dialect): GorseStore {
  const texts = createGorseTexts(dialect.sealing);
  const translated = <Value>(work: Promise<Value>): Promise<Value> =>
    work.catch((error: unknown) => {
      throw dialect.translateError(error);
    });
  const usersOf = (shopId: ShopId) => db.selectFrom("gorse_users").selectAll().where("shop_id", "=", shopId);
  const feedbackOf = (shopId: ShopId) => db.selectFrom("gorse_feedback").where("shop_id", "=", shopId);
  // A list of rows and not a chain of "or": over those, SQLite would walk through all of the shop's feedback.
  const isAnyOf = (keys: readonly GorseFeedbackKey[]) =>
    sql<boolean>`(feedback_type, user_id, item_id) in (values ${sql.join(keys.map((key) => sql`(${key.feedbackType}, ${key.userId}, ${key.itemId})`))})`;

  /** Of one person or one item there is little: SQLite must not walk through the shop's feedback to have it in order. */
  function ofOne(shopId: ShopId, { feedbackTypes, personId, itemId, until }: GorseFeedbackFilter) {
    let query = feedbackOf(shopId).selectAll();
    if (personId !== undefined) query = query.where("person_id", "=", personId);
    if (itemId !== undefined) query = query.where("item_id", "=", itemId);
    // A text put together is in no index.
    if (feedbackTypes !== undefined) query = query.where(sql`feedback_type || ''`, "in", feedbackTypes);
    if (until !== undefined) query = query.where(happenedBy(until));
    return query.orderBy(sql`feedback_type || ''`).orderBy(sql`user_id || ''`).orderBy(sql`item_id || ''`);
  }

  function ofAll(shopId: ShopId, { feedbackTypes, until }: GorseFeedbackFilter) {
    let query = feedbackOf(shopId).selectAll();
    if (feedbackTypes !== undefined) query = query.where("feedback_type", "in", feedbackTypes);
    if (until !== undefined) query = query.where(happenedBy(until));
    return query.orderBy("feedback_type").orderBy("user_id").orderBy("item_id");
  }

  return {
    async putUsers(shopId, users) {
      const known = [...new Map(users.map((user) => [user.userId, userToRow(shopId, user)])).values()];
      await translated(
        db.transaction().execute(async (transaction) => {
          await dialect.lockLog(transaction, shopId);
          const rows = await texts.seal(transaction, shopId, "gorse_users", known);
          for (const part of chunk(rows, rowsPerStatement(dialect, 5))) {
            await transaction
              .insertInto("gorse_users")
              .values(part)
              .onConflict((conflict) =>
                conflict
                  .columns(["shop_id", "user_id"])
                  .doUpdateSet((set) => ({ labels: set.ref("excluded.labels"), comment: set.ref("excluded.comment") })),
              )
              .execute();
          }
        }),
      );
    },

    async addMissingUsers(shopId, users) {
      const named = [...new Map(users.map((user) => [user.userId, userToRow(shopId, user)])).values()];
      const speaks = named.some(({ labels, comment }) => isWorthSealing(labels) || isWorthSealing(comment));
      const rows = !speaks
        ? named
        : await translated(
            db.transaction().execute(async (transaction) => {
              await dialect.lockLog(transaction, shopId);
              return texts.seal(transaction, shopId, "gorse_users", named);
            }),
          );
      for (const part of chunk(rows, rowsPerStatement(dialect, 5))) {
        await translated(
          db
            .insertInto("gorse_users")
            .values(part)
            .onConflict((conflict) => conflict.columns(["shop_id", "user_id"]).doNothing())
            .execute(),
        );
      }
    },

    async user(shopId, personId) {
      const row = await usersOf(shopId).where("person_id", "=", personId).executeTakeFirst();
      return row === undefined ? null : userFromRow((await texts.open(db, shopId, "gorse_users", [row]))[0]!);
    },

    async users(shopId, after, limit) {
      let query = usersOf(shopId);
      if (after !== null) query = query.where("user_id", ">", after);
      return (await texts.open(db, shopId, "gorse_users", await query.orderBy("user_id").limit(limit).execute())).map(userFromRow);
    },

    async deleteUser(shopId, personId) {
      await translated(db.deleteFrom("gorse_users").where("shop_id", "=", shopId).where("person_id", "=", personId).execute());
    },

    async putFeedback(shopId, feedback) {
      await translated(
        db.transaction().execute(async (transaction) => {
          await dialect.lockLog(transaction, shopId);
          for (const part of chunk(feedback, rowsPerStatement(dialect, 14))) {
            const rows = part.map((one) => feedbackToRow(shopId, one));
            await transaction
              .insertInto("gorse_feedback")
              .values([...(await texts.seal(transaction, shopId, "gorse_feedback", rows))])
              .onConflict((conflict) =>
                conflict.columns(keyColumns).doUpdateSet((set) => ({
                  value: set.ref("excluded.value"),
                  at: set.ref("excluded.at"),
                  at_nanos: set.ref("excluded.at_nanos"),
                  updated_at: set.ref("excluded.updated_at"),
                  updated_nanos: set.ref("excluded.updated_nanos"),
                  labels: set.ref("excluded.labels"),
                  comment: set.ref("excluded.comment"),
                  message_ids: set.ref("excluded.message_ids"),
                  revision: set.ref("excluded.revision"),
                })),
              )
              .execute();
          }
        }),
      );
    },

    async feedbackAt(shopId, keys) {
      const found: GorseFeedbackRow[] = [];
      for (const part of chunk(keys, keysPerRead)) {
        const rows = await feedbackOf(shopId).selectAll().where(isAnyOf(part)).execute();
        found.push(...(await texts.open(db, shopId, "gorse_feedback", rows)).map(feedbackFromRow));
      }
      return found;
    },

    async feedback(shopId, filter, page) {
      let query = filter.personId === undefined && filter.itemId === undefined ? ofAll(shopId, filter) : ofOne(shopId, filter);
      if (page !== undefined) {
        const { after } = page;
        if (after !== null)
          query = query.where(sql<boolean>`(feedback_type, user_id, item_id) > (${after.feedbackType}, ${after.userId}, ${after.itemId})`);
        query = query.limit(page.limit);
      }
      return (await texts.open(db, shopId, "gorse_feedback", await query.execute())).map(feedbackFromRow);
    },

    async deleteFeedback(shopId, keys) {
      for (const part of chunk(keys, keysPerRead)) {
        await translated(db.deleteFrom("gorse_feedback").where("shop_id", "=", shopId).where(isAnyOf(part)).execute());
      }
    },

    async itemsOf(shopId, personId, until) {
      const rows = await feedbackOf(shopId).select("item_id").distinct().where("person_id", "=", personId).where(happenedBy(until)).execute();
      return rows.map((row) => row.item_id as ItemId);
    },

    async peopleOf(shopId, itemIds, perItem) {
      const found: { itemId: ItemId; personId: PersonId }[] = [];
      for (const itemId of itemIds) {
        const rows = await feedbackOf(shopId)
          .select("person_id")
          .where("item_id", "=", itemId)
          .groupBy("person_id")
          .orderBy(sql`max(at)`, "desc")
          .orderBy("person_id")
          .limit(perItem)
          .execute();
        for (const row of rows) found.push({ itemId, personId: row.person_id as PersonId });
      }
      return found;
    },

    async itemCounts(shopId, personIds) {
      const counts = new Map<PersonId, number>();
      for (const part of chunk(personIds, 500)) {
        const rows = await feedbackOf(shopId)
          .select(["person_id", sql<number>`count(distinct item_id)`.as("items")])
          .where("person_id", "in", part)
          .groupBy("person_id")
          .execute();
        for (const row of rows) counts.set(row.person_id as PersonId, Number(row.items));
      }
      return counts;
    },

    async takenBack(shopId, messageIds) {
      const found = new Set<MessageId>();
      for (const part of chunk(messageIds, 500)) {
        const rows = await db
          .selectFrom("log")
          .select("log.message_id")
          .where("log.shop_id", "=", shopId)
          .where("log.message_id", "in", part)
          .where(({ or, exists, selectFrom }) =>
            or([
              exists(
                selectFrom("retractions")
                  .select("retractions.seq")
                  .whereRef("retractions.shop_id", "=", "log.shop_id")
                  .whereRef("retractions.person_id", "=", "log.person_id")
                  .whereRef("retractions.target_seq", "=", "log.seq"),
              ),
              isTakenBackWhole(),
            ]),
          )
          .execute();
        for (const row of rows) found.add(row.message_id as MessageId);
      }
      return found;
    },

    async removeItem(shopId, itemId) {
      await translated(
        db.transaction().execute(async (transaction) => {
          const { numDeletedRows } = await transaction
            .deleteFrom("items")
            .where("shop_id", "=", shopId)
            .where("item_id", "=", itemId)
            .executeTakeFirstOrThrow();
          if (numDeletedRows === 0n) return;
          await transaction.updateTable("catalogue_revisions").set({ revision: sql`revision + 1` }).where("shop_id", "=", shopId).execute();
        }),
      );
    },
  };
}
