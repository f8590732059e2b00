import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { SaidName } from "../ports/forget-store.ts";
import { chunk } from "./chunk.ts";
import type { Tables } from "./schema.ts";

/** Whose rows, and which entries of the log about them are another's as well (a device that has changed hands) and stay. */
export type EraseWork = {
  readonly db: Kysely<Tables> | Transaction<Tables>;
  readonly shopId: string;
  readonly personIds: readonly string[];
  readonly names: readonly SaidName[];
  readonly keptSeqs: readonly number[];
};

/** What forgetting somebody does to one table. Every table of `subject-tables.ts` has one. */
export type ForgetHook = {
  /** How many rows. Doing it again does nothing. */
  erase(work: EraseWork): Promise<number>;
  /** Rows that still name them. */
  remains(work: EraseWork): Promise<number>;
};

const atOnce = 500;

async function each(work: EraseWork, statement: (ids: RawBuilder<unknown>) => RawBuilder<unknown>): Promise<number> {
  let rows = 0;
  for (const part of chunk(work.personIds, atOnce)) {
    const result = await statement(sql.join(part)).execute(work.db);
    const [first] = result.rows as { n?: number }[];
    rows += first?.n === undefined ? Number(result.numAffectedRows ?? 0) : Number(first.n);
  }
  return rows;
}

const ofShop = (shopId: string, table: keyof Tables) =>
  table === "webhook_messages" ? sql`endpoint_id in (select endpoint_id from webhook_endpoints where shop_id = ${shopId})` : sql`shop_id = ${shopId}`;

/** All rows of the table that name them. */
export function eraseRows(table: keyof Tables, column = "person_id"): ForgetHook {
  const where = (work: EraseWork, ids: RawBuilder<unknown>) => sql`${ofShop(work.shopId, table)} and ${sql.ref(column)} in (${ids})`;
  return {
    erase: (work) => each(work, (ids) => sql`delete from ${sql.table(table)} where ${where(work, ids)}`),
    remains: (work) => each(work, (ids) => sql`select count(*) as n from ${sql.table(table)} where ${where(work, ids)}`),
  };
}

/**
 * Requests stay, as proof that they were seen to; whom they were about does not. What was asked to be forgotten is answered by this;
 * whatever else was open can be answered no more.
 */
const requestRows = eraseRows("rights_requests");
export const closeRequests: ForgetHook = {
  ...requestRows,
  erase: (work) =>
    each(
      work,
      (ids) => sql`update rights_requests set person_id = null, reference = null, open_key = null, detail = null, words = null, steps = '[]',
        reason = case when state in ('open', 'in_progress') and kind not in ('erasure', 'erase-customer') then 'forgotten' else reason end,
        state = case when state not in ('open', 'in_progress') or (kind = 'erasure' and erasure_id is not null) then state
          when kind in ('erasure', 'erase-customer') then 'fulfilled' else 'denied' end
        where shop_id = ${work.shopId} and person_id in (${ids})`,
    ),
};

/** Not those entries that are another person's as well. */
const notKept = (work: EraseWork, column: string) =>
  work.keptSeqs.length === 0 ? sql`1 = 1` : sql`${sql.ref(column)} not in (${sql.join(work.keptSeqs)})`;

export const eraseEntries: ForgetHook = {
  async erase(work) {
    await each(
      work,
      (ids) => sql`delete from dead_letters where shop_id = ${work.shopId} and seq in
        (select seq from log where shop_id = ${work.shopId} and person_id in (${ids}))`,
    );
    return each(work, (ids) => sql`delete from log where shop_id = ${work.shopId} and person_id in (${ids}) and ${notKept(work, "seq")}`);
  },
  remains: (work) =>
    each(work, (ids) => sql`select count(*) as n from log where shop_id = ${work.shopId} and person_id in (${ids}) and ${notKept(work, "seq")}`),
};

const linkColumns = ["person_id", "base_id", "root_id", "session_id"] as const;

/** A link names up to four. */
export const eraseLinks: ForgetHook = {
  async erase(work) {
    let rows = 0;
    for (const column of linkColumns) {
      const named = (ids: RawBuilder<unknown>) => sql`shop_id = ${work.shopId} and ${sql.ref(column)} in (${ids}) and ${notKept(work, "seq")}`;
      // The entries of the log that said so, and that undid it.
      await each(
        work,
        (ids) => sql`delete from log where shop_id = ${work.shopId} and kind in ('link', 'cut', 'unlink') and seq in
          (select seq from identity_links where ${named(ids)} union select undone_seq from identity_links where ${named(ids)} and undone_seq is not null)`,
      );
      rows += await each(work, (ids) => sql`delete from identity_links where ${named(ids)}`);
    }
    return rows;
  },
  async remains(work) {
    let rows = 0;
    for (const column of linkColumns)
      rows += await each(
        work,
        (ids) =>
          sql`select count(*) as n from identity_links where shop_id = ${work.shopId} and ${sql.ref(column)} in (${ids}) and ${notKept(work, "seq")}`,
      );
    return rows;
  },
};

/** Every text in a message's body, however deep. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) yield* textsIn(inner);
}

/** Messages that wait name people in their bodies, too: two accounts that became one. */
async function waitingAbout(work: EraseWork): Promise<readonly { endpoint_id: string; message_id: string }[]> {
  if (work.names.length === 0) return [];
  const names = new Set(work.names.map(({ externalId }) => externalId));
  const rows = await work.db
    .selectFrom("webhook_messages")
    .innerJoin("webhook_endpoints", "webhook_endpoints.endpoint_id", "webhook_messages.endpoint_id")
    .select(["webhook_messages.endpoint_id", "webhook_messages.message_id", "webhook_messages.body"])
    .where("webhook_endpoints.shop_id", "=", work.shopId)
    .where("webhook_messages.body", "like", "{%")
    .where("webhook_messages.type", "in", ["consent.changed", "identity.merged", "identity.unmerged"])
    .execute();
  return rows.filter(({ body }) => {
    try {
      return [...textsIn(JSON.parse(body))].some((text) => names.has(text));
    } catch {
      return false;
    }
  });
}

const messagesById = eraseRows("webhook_messages");
export const eraseMessages: ForgetHook = {
  async erase(work) {
    const about = await waitingAbout(work);
    for (const { endpoint_id, message_id } of about)
      await work.db.deleteFrom("webhook_messages").where("endpoint_id", "=", endpoint_id).where("message_id", "=", message_id).execute();
    return about.length + (await messagesById.erase(work));
  },
  remains: async (work) => (await waitingAbout(work)).length + (await messagesById.remains(work)),
};

/** The vault does it, in a step of its own, and says so. */
export const shredKeys: ForgetHook = eraseRows("person_keys");
