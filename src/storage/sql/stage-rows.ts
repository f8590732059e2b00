import type { Transaction } from "kysely";
import type { FeedRunKey, StagedFate, StagedRow } from "../ports/feed-store.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import { describedColumns } from "./item-columns.ts";
import { prepareRaw } from "./raw-rows.ts";
import { itemToRow } from "./rows.ts";
import type { Tables } from "./schema.ts";

type KnownRow = Pick<Tables["items"], "item_id" | "feed_id" | (typeof describedColumns)[number]>;
type Stage = (transaction: Transaction<Tables>, run: FeedRunKey, rows: readonly StagedRow[]) => Promise<StagedFate[]>;

const keys = ["run_token", "item_id", "is_news"];
const described = describedColumns.map((name) => `"${name}"`).join(", ");
/** Rows written by one statement. */
const atOnce = 100;

/** Compares rows with the catalogue and lays them aside; in full only where they say something new. */
export function createStage(dialect: Dialect): Stage {
  const insertInto = (columns: readonly string[]) =>
    prepareRaw<{ item_id: string }>(
      dialect,
      columns.length,
      (places) =>
        `insert into feed_rows (${columns.map((name) => `"${name}"`).join(", ")}) values ${places} on conflict (run_token, item_id) do nothing returning item_id`,
    );
  const [insertNews, insertMet] = [insertInto([...keys, ...describedColumns]), insertInto(keys)];
  // The shop is bound with each id, so that all places are alike.
  const select = prepareRaw<KnownRow>(
    dialect,
    2,
    (places) => `select "item_id", "feed_id", ${described} from items where (shop_id, item_id) in (values ${places})`,
  );

  return async function stage(transaction, run, rows) {
    const known = new Map<string, KnownRow>();
    for (const part of chunk(rows, atOnce)) {
      const found = await select(
        transaction,
        part.flatMap(({ itemId }) => [run.shopId, itemId]),
      );
      for (const row of found) known.set(row.item_id, row);
    }
    const foreign = await scheduledFeeds(transaction, run, known);
    const first = new Set<string>();
    const news: (string | number | null)[][] = [];
    const met: (string | number)[][] = [];
    const fates = rows.map(({ itemId, item }): StagedFate => {
      if (first.has(itemId)) return "repeated";
      first.add(itemId);
      const before = known.get(itemId);
      const row = item === null ? null : itemToRow(run.shopId, item);
      const isForeign = before?.feed_id != null && foreign.has(before.feed_id);
      const isSame =
        before !== undefined &&
        row !== null &&
        (!run.owns || before.feed_id === run.feedId) &&
        describedColumns.every((name) => before[name] === row[name]);
      const isNews = row !== null && !isForeign && !isSame;
      if (isNews) news.push([run.token, itemId, 1, ...describedColumns.map((name) => row[name])]);
      else met.push([run.token, itemId, 0]);
      if (row === null) return "seen";
      if (isForeign) return "foreign";
      if (isSame) return "unchanged";
      return before === undefined ? "added" : "changed";
    });
    const laid = new Set<string>();
    for (const part of chunk(news, atOnce)) for (const { item_id: itemId } of await insertNews(transaction, part.flat())) laid.add(itemId);
    for (const part of chunk(met, atOnce)) for (const { item_id: itemId } of await insertMet(transaction, part.flat())) laid.add(itemId);
    return fates.map((fate, at) => (laid.has(rows[at]!.itemId) ? fate : "repeated"));
  };
}

/** Feeds on a schedule that look after some of these items. A file read by hand takes over from another read by hand. */
async function scheduledFeeds(transaction: Transaction<Tables>, run: FeedRunKey, known: ReadonlyMap<string, KnownRow>): Promise<ReadonlySet<string>> {
  if (!run.owns) return new Set();
  const others = new Set([...known.values()].flatMap(({ feed_id: feedId }) => (feedId === null || feedId === run.feedId ? [] : [feedId])));
  if (others.size === 0) return others;
  const found = await transaction
    .selectFrom("feeds")
    .select("feed_id")
    .where("feed_id", "in", [...others])
    .where("every_ms", "is not", null)
    .execute();
  return new Set(found.map(({ feed_id: feedId }) => feedId));
}
