import { type Kysely, sql } from "kysely";
import type { Allowed, Use } from "#domain/allowed.ts";
import { assertMinted } from "#domain/assert-minted.ts";
import type { EventType, LoggedEvent } from "#domain/event.ts";
import { firstSeq, type ItemId, type LogSeq, type OrderId, type PersonId, type RecommendationId, type ShopId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";
import type { EventLog, EventTally, HistoryOptions, LogEntry, LogRef, MaskedEvent, OrderEvent } from "../ports.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import { withinWindow } from "./history-window.ts";
import { linesFromText, readableEvents } from "./rows.ts";
import type { Tables } from "./schema.ts";
import { openNames } from "./sealed-names.ts";
import { everything, isTakenBackWhole } from "./taken-back.ts";

/** None where the row was damaged. */
function itemIdsIn(lines: string): ItemId[] {
  try {
    return linesFromText(lines).map(({ itemId }) => itemId);
  } catch {
    return [];
  }
}

const originOf = sql<string>`case when substr(message_id, 1, 8) = 'outcome:' then 'outcome' when substr(message_id, 1, 6) = 'order:' then 'order'
  when substr(message_id, 1, 7) = 'return:' then 'return' else '' end`;

/** The reading side of the log; appends go through the group commit. */
export function createLogReader(db: Kysely<Tables>, dialect: Pick<Dialect, "sealing"> = {}): Omit<EventLog, "append"> {
  function eventsOf(allowed: Allowed<Use>, personIds: readonly PersonId[], options: Omit<HistoryOptions, "limit">) {
    let query = db
      .selectFrom("log")
      .where("shop_id", "=", allowed.shopId)
      .where("person_id", "in", personIds)
      .where("kind", "=", "event")
      .where("refused", "not like", `%,${allowed.purpose},%`);
    // The plus keeps the databases from going through the whole log up to there, instead of through these people's entries.
    if (options.upTo !== undefined) query = query.where(sql`+seq`, "<=", options.upTo);
    // A list made once, not a look-up per event: most people have taken nothing back.
    query = query.where("seq", "not in", ({ selectFrom }) => {
      const retracted = selectFrom("retractions").select("target_seq").where("shop_id", "=", allowed.shopId).where("person_id", "in", personIds);
      return options.upTo === undefined ? retracted : retracted.where("retractions.seq", "<=", options.upTo);
    });
    query = query.where(({ not }) => not(isTakenBackWhole(options.upTo)));
    // What was put aside stays aside until it is taken back in, for everybody alike.
    query = query.where("seq", "not in", ({ selectFrom }) =>
      selectFrom("dead_letters").select("dead_letters.seq").where("dead_letters.shop_id", "=", allowed.shopId),
    );
    // What the person does not want used for them; everything else may still use it.
    if (allowed.purpose === "personalize")
      query = query.where("message_id", "not in", ({ selectFrom }) =>
        selectFrom("preferences")
          .select("preferences.key")
          .where("preferences.shop_id", "=", allowed.shopId)
          .where("preferences.person_id", "in", personIds)
          .where("preferences.kind", "=", "unused"),
      );
    if (allowed.window !== null) query = withinWindow(db, query, query, allowed.window);
    if (options.types !== undefined) query = query.where("type", "in", options.types);
    if (options.messageIds !== undefined) query = query.where("message_id", "in", options.messageIds);
    if (options.since !== undefined) query = query.where("occurred_at", ">=", options.since);
    return query;
  }

  return {
    async refs(shopId: ShopId, after: LogSeq, limit: number): Promise<readonly LogRef[]> {
      const rows = await db
        .selectFrom("log")
        .select(["seq", "kind", "person_id", "type"])
        .where("shop_id", "=", shopId)
        .where("seq", ">", after)
        .orderBy("seq")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        seq: row.seq as LogSeq,
        kind: row.kind as LogEntry["kind"],
        personId: row.person_id as PersonId,
        type: row.type as EventType | null,
      }));
    },

    async countAfter(shopId: ShopId, after: LogSeq): Promise<number> {
      const row = await db
        .selectFrom("log")
        .select(sql<number>`count(*)`.as("entries"))
        .where("shop_id", "=", shopId)
        .where("seq", ">", after)
        .executeTakeFirstOrThrow();
      return Number(row.entries);
    },

    async head(shopId: ShopId): Promise<LogSeq> {
      const row = await db.selectFrom("log").select("seq").where("shop_id", "=", shopId).orderBy("seq", "desc").limit(1).executeTakeFirst();
      return (row?.seq ?? firstSeq) as LogSeq;
    },

    async history(allowed: Allowed<Use>, options: HistoryOptions): Promise<readonly LoggedEvent[]> {
      assertMinted(allowed);
      const rows = await eventsOf(allowed, allowed.personIds, options)
        .selectAll()
        .orderBy("occurred_at", "desc")
        .orderBy("seq", "desc")
        .limit(options.limit)
        .execute();
      return readableEvents(rows.reverse());
    },

    async histories(allowed: readonly Allowed<Use>[], options): Promise<ReadonlyMap<PersonId, readonly LoggedEvent[]>> {
      const grouped = new Map<PersonId, LoggedEvent[]>();
      for (const part of chunk(allowed, 500)) {
        for (const leave of part) assertMinted(leave);
        const leave = part[0]!;
        if (part.some((other) => other.shopId !== leave.shopId || other.purpose !== leave.purpose || other.window !== null)) {
          throw new Error("histories of several shops, purposes or windows were asked for at once");
        }
        const personIds = part.flatMap((one) => one.personIds);
        const rows = await eventsOf(leave, personIds, options).selectAll().orderBy("occurred_at").orderBy("seq").execute();
        for (const event of readableEvents(rows, options.onDamaged)) {
          const events = grouped.get(event.personId);
          if (events === undefined) grouped.set(event.personId, [event]);
          else events.push(event);
        }
      }
      return grouped;
    },

    async tally(allowed: Allowed<Use>): Promise<readonly EventTally[]> {
      assertMinted(allowed);
      const rows = await eventsOf(allowed, allowed.personIds, {})
        .select([
          "type",
          originOf.as("origin"),
          sql<number>`count(*)`.as("count"),
          sql<number>`min(occurred_at)`.as("from"),
          sql<number>`max(occurred_at)`.as("to"),
        ])
        .groupBy(["type", originOf])
        .orderBy(sql`count(*)`, "desc")
        .orderBy("type")
        .orderBy(originOf)
        .execute();
      return rows.map(({ type, origin, count, from, to }) => ({
        type: type as EventType,
        origin: origin === "" ? null : (origin as "outcome"),
        count: Number(count),
        from: Number(from),
        to: Number(to),
      }));
    },

    async recent(shopId: ShopId, limit: number): Promise<readonly MaskedEvent[]> {
      const rows = await db.selectFrom("log").selectAll().where("shop_id", "=", shopId).orderBy("seq", "desc").limit(limit).execute();
      return rows.map((row) => ({
        seq: row.seq as LogSeq,
        kind: row.kind as LogEntry["kind"],
        personTag: row.person_id.slice(0, 6),
        type: row.type as EventType | null,
        name: row.name,
        occurredAt: row.occurred_at,
        receivedAt: row.received_at,
        itemIds: itemIdsIn(row.lines),
      }));
    },

    async recommendationOf(shopId: ShopId, recommendationId: RecommendationId) {
      const row = await db
        .selectFrom("log")
        .select(["person_id", "lines"])
        .where("shop_id", "=", shopId)
        .where("recommendation_id", "=", recommendationId)
        .where("type", "=", "impression")
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return null;
      return { personId: row.person_id as PersonId, itemIds: itemIdsIn(row.lines) };
    },

    async ordersToldTwice(shopId: ShopId, orderIds: readonly OrderId[]): Promise<readonly OrderEvent[]> {
      const found: OrderEvent[] = [];
      for (const part of chunk(orderIds, 500)) {
        const orders = db.selectFrom("log").where("log.shop_id", "=", shopId).where("kind", "=", "event").where("type", "in", ["purchase", "return"]);
        const twice = await orders
          .select("order_id")
          .where("order_id", "in", part)
          .groupBy("order_id")
          .having(sql<number>`count(*)`, ">", 1)
          .execute();
        if (twice.length === 0) continue;
        const told = twice.flatMap(({ order_id }) => order_id ?? []);
        const rows = await orders.selectAll().where("order_id", "in", told).orderBy("seq").execute();
        const personIds = [...new Set(rows.map((row) => row.person_id))];
        const people = await db.selectFrom("people").selectAll().where("shop_id", "=", shopId).where("person_id", "in", personIds).execute();
        const personOf = new Map(people.map((person) => [person.person_id, person]));
        const nameOf = await openNames(db, dialect, shopId, people);
        const retractions = await db
          .selectFrom("retractions")
          .select(["target_seq", "person_id", "seq"])
          .where("shop_id", "=", shopId)
          .where("person_id", "in", personIds)
          .execute();
        const retracted = new Set(retractions.map(({ target_seq }) => target_seq));
        const whole = new Map(retractions.filter(({ target_seq }) => target_seq === everything).map(({ person_id, seq }) => [person_id, seq]));
        for (const { personId, seq, ...event } of readableEvents(rows)) {
          const person = personOf.get(personId)!;
          const name = { personId, kind: person.kind as PersonNameKind, externalId: nameOf(person) ?? "" };
          found.push({
            orderId: event.orderId!,
            name,
            rootId: person.root_id as PersonId,
            event,
            retracted: retracted.has(seq) || seq < (whole.get(personId) ?? 0),
          });
        }
      }
      return found;
    },

    async size(shopId: ShopId) {
      const row = await db
        .selectFrom("log")
        .select([
          sql<number>`count(*)`.as("entries"),
          sql<number>`count(case when kind = 'event' then 1 end)`.as("events"),
          sql<number | null>`min(case when kind = 'event' then occurred_at end)`.as("from"),
          sql<number | null>`max(case when kind = 'event' then occurred_at end)`.as("to"),
        ])
        .where("shop_id", "=", shopId)
        .executeTakeFirstOrThrow();
      return row;
    },
  };
}
