import { type Expression, type Kysely, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import { type HistoryWindow, type Visit, visitGapMs, visitLimitMs } from "#domain/data-use.ts";
import type { Tables } from "./schema.ts";

export type LogQuery = SelectQueryBuilder<Tables, "log", object>;

/** Narrows a query over somebody's events to what the level names. `acts` is all their events that the leave is about. */
export function withinWindow<Query extends LogQuery>(db: Kysely<Tables>, query: Query, acts: LogQuery, { level, visit }: HistoryWindow): Query {
  const ofVisit = visit.sessionId === null ? sinceLastGap(db, acts, visit) : inSession(visit);
  const named = level === "visit" ? ofVisit : sql<SqlBool>`(${ofVisit} or log.type in ('purchase', 'return'))`;
  return query.where(named) as Query;
}

const inSession = ({ sessionId, now }: Visit): Expression<SqlBool> =>
  sql<SqlBool>`(log.session_id = ${sessionId} and log.occurred_at >= ${now - visitLimitMs})`;

/**
 * Each act with how long after it the next one was (or now); what lies at or before the last too long one is of another visit. A
 * clock that runs ahead is taken for now. What the shop showed is no act.
 */
function sinceLastGap(db: Kysely<Tables>, acts: LogQuery, { now }: Visit): Expression<SqlBool> {
  const next = sql`lag(log.occurred_at, 1, ${sql.lit(now)}) over (order by log.occurred_at desc, log.seq desc)`;
  const timed = acts
    .clearSelect()
    .select(["log.occurred_at as act_at", sql<number>`case when ${next} > ${sql.lit(now)} then ${sql.lit(now)} else ${next} end`.as("next_at")])
    .where("log.type", "<>", "impression")
    .where("log.occurred_at", ">=", now - visitLimitMs);
  const lastGap = db
    .selectFrom(timed.as("timed"))
    .select(sql<number | null>`max(timed.act_at)`.as("gap_at"))
    .where(sql<SqlBool>`timed.next_at - timed.act_at > ${sql.lit(visitGapMs)}`);
  const earliest = now - visitLimitMs;
  return sql<SqlBool>`(log.occurred_at >= ${earliest} and log.occurred_at > coalesce(${lastGap}, ${sql.lit(earliest - 1)}))`;
}
