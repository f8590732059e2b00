import { type Kysely, type Selectable, sql, type Transaction } from "kysely";
import type { Feed, FeedRun } from "#domain/feed.ts";
import type { ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { FeedRunKey, FeedStore, RunEnd } from "../ports/feed-store.ts";
import type { Dialect } from "./dialect.ts";
import { describedColumns } from "./item-columns.ts";
import { raiseRevision } from "./raise-revision.ts";
import type { Tables } from "./schema.ts";
import { createStage } from "./stage-rows.ts";

/** Rows of a run that are cleared away at a time: others want to write too. */
const clearedAtOnce = 5_000;

function feedFromRow(row: Selectable<Tables["feeds"]>): Feed {
  return {
    feedId: row.feed_id,
    shopId: row.shop_id as ShopId,
    name: row.name,
    location: row.location,
    everyMs: row.every_ms,
    complete: row.complete === 1,
    createdAt: row.created_at,
    etag: row.etag,
    lastModified: row.last_modified,
    staleAt: row.stale_at,
    lastRun: row.last_run === null ? null : (JSON.parse(row.last_run) as FeedRun),
  };
}

const endColumns = ({ run, etag, lastModified, staleAt }: RunEnd) => ({
  last_run: JSON.stringify(run),
  etag,
  last_modified: lastModified,
  stale_at: staleAt,
});

export function createFeedStore(db: Kysely<Tables>, dialect: Dialect): FeedStore {
  const translated = <Value>(promise: Promise<Value>): Promise<Value> =>
    promise.catch((error: unknown) => {
      throw dialect.translateError(error);
    });

  const stage = createStage(dialect);

  /** Holds the feed's row, so that no other run begins meanwhile. */
  async function holdRun(transaction: Transaction<Tables>, { feedId, token }: FeedRunKey, change: Partial<Tables["feeds"]>): Promise<void> {
    const held = await transaction
      .updateTable("feeds")
      .set(change)
      .where("feed_id", "=", feedId)
      .where("run_token", "=", token)
      .returning("feed_id")
      .execute();
    if (held.length === 0) throw new ProblemError({ code: "FEED_OVERTAKEN", detail: "a newer run of this feed has begun, or the feed was removed" });
  }

  async function clear(token: string): Promise<void> {
    for (;;) {
      const some = db.selectFrom("feed_rows").select("item_id").where("run_token", "=", token).limit(clearedAtOnce);
      const gone = await db.deleteFrom("feed_rows").where("run_token", "=", token).where("item_id", "in", some).executeTakeFirst();
      if (Number(gone.numDeletedRows) < clearedAtOnce) return;
    }
  }

  /** Items that belong to the feed, and those of them that the run has not met. */
  const missingOf = ({ feedId, token }: FeedRunKey) =>
    sql<boolean>`items.feed_id = ${feedId} and not exists (select 1 from feed_rows where feed_rows.run_token = ${token} and feed_rows.item_id = items.item_id)`;

  return {
    put: (feed) =>
      translated(
        db
          .insertInto("feeds")
          .values({
            feed_id: feed.feedId,
            shop_id: feed.shopId,
            name: feed.name,
            location: feed.location,
            every_ms: feed.everyMs,
            complete: feed.complete ? 1 : 0,
            created_at: feed.createdAt,
          })
          .onConflict((conflict) =>
            conflict.columns(["shop_id", "name"]).doUpdateSet((set) => ({
              // What another place said of its version means nothing here.
              etag: sql<string | null>`case when feeds.location = excluded.location then feeds.etag end`,
              last_modified: sql<string | null>`case when feeds.location = excluded.location then feeds.last_modified end`,
              location: set.ref("excluded.location"),
              every_ms: set.ref("excluded.every_ms"),
              complete: set.ref("excluded.complete"),
            })),
          )
          .returningAll()
          .executeTakeFirstOrThrow()
          .then(feedFromRow),
      ),

    async byName(shopId, name) {
      const row = await db.selectFrom("feeds").selectAll().where("shop_id", "=", shopId).where("name", "=", name).executeTakeFirst();
      return row === undefined ? null : feedFromRow(row);
    },

    async list(shopId) {
      const all = db.selectFrom("feeds").selectAll();
      const rows = await (shopId === null ? all : all.where("shop_id", "=", shopId)).orderBy("name").orderBy("feed_id").execute();
      return rows.map(feedFromRow);
    },

    async remove(shopId, feedId) {
      const gone = await translated(
        db.transaction().execute(async (transaction) => {
          const removed = await transaction
            .deleteFrom("feeds")
            .where("shop_id", "=", shopId)
            .where("feed_id", "=", feedId)
            .returning("run_token")
            .executeTakeFirst();
          if (removed !== undefined) await transaction.updateTable("items").set({ feed_id: null }).where("feed_id", "=", feedId).execute();
          return removed;
        }),
      );
      if (gone?.run_token) await translated(clear(gone.run_token));
      return gone !== undefined;
    },

    async begin({ feedId, token }, at, quietMs) {
      const before = await db.selectFrom("feeds").select(["run_token", "run_heard_at"]).where("feed_id", "=", feedId).executeTakeFirst();
      if (before === undefined) return false;
      if (quietMs !== null && before.run_token !== null && Math.abs(at - (before.run_heard_at ?? 0)) < quietMs) return false;
      const taken = await translated(
        db
          .updateTable("feeds")
          .set({ run_token: token, run_heard_at: at })
          .where("feed_id", "=", feedId)
          .where("run_token", before.run_token === null ? "is" : "=", before.run_token)
          .returning("feed_id")
          .execute(),
      );
      if (taken.length > 0 && before.run_token !== null) await translated(clear(before.run_token));
      return taken.length > 0;
    },

    stage: (run, rows, at) =>
      translated(
        db.transaction().execute(async (transaction) => {
          await holdRun(transaction, run, { run_heard_at: at });
          return await stage(transaction, run, rows);
        }),
      ),

    async weigh(run) {
      const row = await db
        .selectFrom("items")
        .where("feed_id", "=", run.feedId)
        .select(sql<number>`count(*)`.as("owned"))
        .select(sql<number>`coalesce(sum(case when ${missingOf(run)} then 1 else 0 end), 0)`.as("missing"))
        .executeTakeFirstOrThrow();
      return { owned: Number(row.owned), missing: Number(row.missing) };
    },

    async apply(run, complete, at, end) {
      const applied = await translated(
        db.transaction().execute(async (transaction) => {
          await holdRun(transaction, run, { run_token: null, run_heard_at: null });
          const owner = run.owns ? run.feedId : null;
          const news = sql.join(describedColumns.map((name) => sql.ref(name)));
          const replaced = sql.join(
            [...describedColumns, "feed_id", "updated_at"].map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`),
          );
          const written = await sql`
            insert into items (shop_id, item_id, ${news}, created_at, updated_at, feed_id)
            select ${run.shopId}, item_id, ${news}, cast(${at} as ${sql.raw(dialect.bigInteger)}), cast(${at} as ${sql.raw(dialect.bigInteger)}), cast(${owner} as text)
            from feed_rows where run_token = ${run.token} and is_news = 1 order by item_id
            on conflict (shop_id, item_id) do update set ${replaced}`.execute(transaction);
          let removed = 0;
          if (complete) {
            const gone = await transaction
              .updateTable("items")
              .set({ available: 0, feed_id: null, updated_at: at })
              .where("feed_id", "=", run.feedId)
              .where(missingOf(run))
              .executeTakeFirst();
            removed = Number(gone.numUpdatedRows);
          }
          if (Number(written.numAffectedRows ?? 0) + removed > 0) await raiseRevision(transaction, run.shopId);
          await transaction
            .updateTable("feeds")
            .set(endColumns(end(removed)))
            .where("feed_id", "=", run.feedId)
            .execute();
          return { removed };
        }),
      );
      await translated(clear(run.token));
      return applied;
    },

    async abandon(run, end) {
      await translated(
        db
          .updateTable("feeds")
          .set({ run_token: null, run_heard_at: null, ...(end !== null && endColumns(end)) })
          .where("feed_id", "=", run.feedId)
          .where("run_token", "=", run.token)
          .execute(),
      );
      await translated(clear(run.token));
    },
  };
}
