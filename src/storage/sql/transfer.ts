import { type Kysely, sql } from "kysely";
import type { LoggedEvent } from "#domain/event.ts";
import type { ItemId, LogSeq, MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";
import { forgettingPrefix } from "../ports/forget-store.ts";
import type { StoredDecision, StoredEntry, StoredHand, StoredName, TransferStore } from "../ports/transfer-store.ts";
import type { LogEntry } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import { describedColumns } from "./item-columns.ts";
import { raiseRevision } from "./raise-revision.ts";
import { restoreEntries } from "./restore-entries.ts";
import { decisionFromRow, eventFromRow, itemFromRow, itemToRow, undecided } from "./rows.ts";
import type { Tables } from "./schema.ts";
import { openNames } from "./sealed-names.ts";
import { isTakenBackWhole } from "./taken-back.ts";

type Detail = Record<string, unknown>;
type NameRow = Pick<Tables["people"], "person_id" | "kind" | "external_id" | "root_id">;

const namesPerRead = 2_000;

/** A shop's data as a whole, page by page. */
export function createTransferStore(db: Kysely<Tables>, dialect: Dialect): TransferStore {
  async function decisionsAt(shopId: ShopId, seqs: readonly number[], people: readonly string[]): Promise<ReadonlyMap<number, StoredDecision>> {
    const found = new Map<number, StoredDecision>();
    const wanted = new Set(seqs);
    if (wanted.size === 0) return found;
    const [least, most] = [Math.min(...seqs), Math.max(...seqs)];
    for (const part of chunk([...new Set(people)], rowsPerStatement(dialect, 1))) {
      const rows = await db
        .selectFrom("consents")
        .selectAll()
        .where("shop_id", "=", shopId)
        .where("person_id", "in", part)
        .where("seq", ">=", least)
        .where("seq", "<=", most)
        .execute();
      for (const row of rows) {
        if (!wanted.has(row.seq)) continue;
        const { personId: _, ...decision } = decisionFromRow(row);
        found.set(row.seq, { ...decision, granted: row.granted === undecided ? null : decision.granted, own: row.own === 1 });
      }
    }
    return found;
  }

  async function linksAt(shopId: ShopId, seqs: readonly number[]): Promise<ReadonlyMap<number, Tables["identity_links"]>> {
    const found = new Map<number, Tables["identity_links"]>();
    for (const part of chunk(seqs, rowsPerStatement(dialect, 1)))
      for (const row of await db.selectFrom("identity_links").selectAll().where("shop_id", "=", shopId).where("seq", "in", part).execute())
        found.set(row.seq, row);
    return found;
  }

  async function messagesAt(seqs: readonly number[]): Promise<ReadonlyMap<number, MessageId>> {
    const found = new Map<number, MessageId>();
    for (const part of chunk([...new Set(seqs)], rowsPerStatement(dialect, 1)))
      for (const row of await db.selectFrom("log").select(["seq", "message_id"]).where("seq", "in", part).execute())
        found.set(row.seq, row.message_id as MessageId);
    return found;
  }

  /** Sealed names have no order in the database, so all of them are put in order here: a shop's names fit into memory. */
  async function namesInOrder(shopId: ShopId): Promise<NameRow[]> {
    const found: NameRow[] = [];
    for (let after = ""; ; ) {
      const rows = await db
        .selectFrom("people")
        .select(["person_id", "kind", "external_id", "root_id"])
        .where("shop_id", "=", shopId)
        .where("person_id", ">", after)
        .orderBy("person_id")
        .limit(namesPerRead)
        .execute();
      const open = await openNames(db, dialect, shopId, rows);
      for (const row of rows) {
        const name = open(row);
        if (name !== null) found.push({ ...row, external_id: name });
      }
      if (rows.length < namesPerRead) break;
      after = rows.at(-1)!.person_id;
    }
    const before = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    return found.sort((a, b) => before(a.kind, b.kind) || before(a.external_id, b.external_id) || before(a.person_id, b.person_id));
  }

  async function describeNames(shopId: ShopId, rows: readonly NameRow[]): Promise<readonly StoredName[]> {
    const seen = new Map<string, { first: number; last: number; events: number }>();
    for (const part of chunk(rows, rowsPerStatement(dialect, 1))) {
      const times = await db
        .selectFrom("log")
        .select([
          "person_id",
          sql<number>`min(occurred_at)`.as("first"),
          sql<number>`max(occurred_at)`.as("last"),
          sql<number>`count(case when kind = 'event' then 1 end)`.as("events"),
        ])
        .where("shop_id", "=", shopId)
        .where(
          "person_id",
          "in",
          part.map((row) => row.person_id),
        )
        .groupBy("person_id")
        .execute();
      for (const { person_id, first, last, events } of times)
        seen.set(person_id, { first: Number(first), last: Number(last), events: Number(events) });
    }
    return rows.map((row) => ({
      personId: row.person_id as PersonId,
      kind: row.kind as PersonNameKind,
      externalId: row.external_id,
      rootId: row.root_id as PersonId,
      firstSeenAt: seen.get(row.person_id)?.first ?? null,
      lastSeenAt: seen.get(row.person_id)?.last ?? null,
      events: seen.get(row.person_id)?.events ?? 0,
    }));
  }

  return {
    async entries(shopId, after, upTo, limit, personIds) {
      // Of whoever is being forgotten right now, what they did is no longer there.
      let query = db
        .selectFrom("log")
        .selectAll()
        .where("shop_id", "=", shopId)
        .where(({ not, and, eb }) => not(and([eb("kind", "=", "event"), isTakenBackWhole()])))
        .where(({ not, and, eb }) => not(and([eb("kind", "=", "retract"), eb("message_id", "like", `${forgettingPrefix}%`)])))
        .orderBy("seq");
      if (personIds === undefined) query = query.where("seq", ">", after).where("seq", "<=", upTo).limit(limit);
      // First where they stand: the plus keeps the databases from going through the whole log for one person.
      else
        query = query.where("seq", "in", ({ selectFrom }) =>
          selectFrom("log as own")
            .select("own.seq")
            .where("own.shop_id", "=", shopId)
            .where("own.person_id", "in", personIds.length === 0 ? [""] : personIds)
            .where(sql`+own.seq`, ">", after)
            .where(sql`+own.seq`, "<=", upTo)
            .orderBy(sql`+own.seq`)
            .limit(limit),
        );
      const rows = await query.execute();
      const details = new Map(rows.flatMap((row) => (row.detail === null ? [] : [[row.seq, JSON.parse(row.detail) as Detail] as const])));
      const consents = rows.filter(({ kind }) => kind === "consent");
      const decisions = await decisionsAt(
        shopId,
        consents.map(({ seq }) => seq),
        consents.map(({ person_id }) => person_id),
      );
      const links = await linksAt(
        shopId,
        rows.flatMap(({ kind, seq }) => (kind === "link" ? [seq] : [])),
      );
      const causes = await messagesAt([...details.values()].flatMap(({ follows }) => (typeof follows === "number" ? [follows] : [])));
      return rows.map((row): StoredEntry => {
        const detail = details.get(row.seq) ?? null;
        const link = links.get(row.seq);
        const event = row.kind === "event" ? eventIn(row) : null;
        return {
          ...(event ?? noEvent(row)),
          damaged: row.kind === "event" && event === null,
          seq: row.seq as LogSeq,
          kind: row.kind as LogEntry["kind"],
          detail,
          decision: decisions.get(row.seq) ?? null,
          follows: causes.get(Number(detail?.follows)) ?? null,
          holds: row.kind !== "link" || link !== undefined,
          baseId: ((link?.base_id ?? detail?.base) as PersonId | undefined) ?? null,
          rootId: ((link?.root_id ?? detail?.root) as PersonId | undefined) ?? null,
        };
      });
    },

    async *names(shopId, limit) {
      const order = await namesInOrder(shopId);
      for (const part of chunk(order, limit)) yield await describeNames(shopId, part);
    },

    async handsOf(shopId, deviceId) {
      const rows = await db
        .selectFrom("log")
        .select(["kind", "detail", "occurred_at"])
        .where("shop_id", "=", shopId)
        .where("person_id", "=", deviceId)
        .where("kind", "in", ["link", "cut"])
        .where("detail", "is not", null)
        .execute();
      return rows.flatMap((row): StoredHand[] => {
        const { base, root, session } = JSON.parse(row.detail!) as Partial<Record<"base" | "root" | "session", PersonId | null>>;
        if (row.kind === "cut") return base == null ? [] : [{ kind: "let-go", baseId: base, at: row.occurred_at }];
        return base == null || root == null || session == null ? [] : [{ kind: "hands", sessionId: session, baseId: base, rootId: root }];
      });
    },

    async items(shopId, after, limit) {
      let query = db
        .selectFrom("items")
        .leftJoin("feeds", "feeds.feed_id", "items.feed_id")
        .selectAll("items")
        .select("feeds.name as feed_name")
        .where("items.shop_id", "=", shopId);
      if (after !== null) query = query.where("item_id", ">", after as ItemId);
      const rows = await query.orderBy("item_id").limit(limit).execute();
      return rows.map((row) => ({ item: itemFromRow(row), feed: row.feed_name }));
    },

    async restore(shopId, entries) {
      try {
        return await db.transaction().execute((transaction) => restoreEntries(transaction, dialect, shopId, entries));
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    async restoreItems(shopId, given) {
      if (given.length === 0) return;
      try {
        await db.transaction().execute(async (transaction) => {
          const feeds = await transaction.selectFrom("feeds").select(["feed_id", "name"]).where("shop_id", "=", shopId).execute();
          const feedIds = new Map(feeds.map(({ feed_id, name }) => [name, feed_id]));
          const rows = new Map(
            given.map(({ item, feed }) => [item.itemId, { ...itemToRow(shopId, item), feed_id: feed === null ? null : (feedIds.get(feed) ?? null) }]),
          );
          const columns = [...describedColumns, "feed_id", "created_at", "updated_at"] as const;
          for (const part of chunk([...rows.values()], rowsPerStatement(dialect, 19))) {
            await transaction
              .insertInto("items")
              .values(part)
              .onConflict((conflict) =>
                conflict
                  .columns(["shop_id", "item_id"])
                  .doUpdateSet((set) => Object.fromEntries(columns.map((name) => [name, set.ref(`excluded.${name}` as "excluded.title")]))),
              )
              .execute();
          }
          await raiseRevision(transaction, shopId);
        });
      } catch (error) {
        throw dialect.translateError(error);
      }
    },
  };
}

type LogRow = Omit<Tables["log"], "seq"> & { seq: number };

/** Null: the row was damaged. */
function eventIn(row: LogRow): LoggedEvent | null {
  try {
    return eventFromRow(row);
  } catch {
    return null;
  }
}

function noEvent(row: LogRow) {
  return {
    personId: row.person_id as PersonId,
    messageId: row.message_id as MessageId,
    name: row.name,
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
    type: null,
    lines: [],
    orderId: null,
    sessionId: null,
    recommendationId: null,
    currency: null,
    refused: [],
    impression: null,
  };
}
