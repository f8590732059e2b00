import type { Transaction } from "kysely";
import type { ShopId } from "#domain/ids.ts";
import { chunk } from "./chunk.ts";
import type { Tables } from "./schema.ts";

// What goes with events that are past their time.

/** Rows that one statement names. */
export const atOnce = 500;

/** Answers which entries had taken them back. */
export async function deleteEvents(
  transaction: Transaction<Tables>,
  shopId: ShopId,
  people: readonly string[],
  seqs: readonly number[],
): Promise<Set<number>> {
  const retractors = new Set<number>();
  for (const part of chunk(seqs, atOnce)) {
    await transaction.deleteFrom("log").where("shop_id", "=", shopId).where("seq", "in", part).execute();
    await transaction.deleteFrom("dead_letters").where("shop_id", "=", shopId).where("seq", "in", part).execute();
    for (const few of chunk(people, atOnce)) {
      const rows = await transaction
        .deleteFrom("retractions")
        .where("shop_id", "=", shopId)
        .where("person_id", "in", few)
        .where("target_seq", "in", part)
        .returning("seq")
        .execute();
      for (const { seq } of rows) retractors.add(seq);
    }
  }
  return retractors;
}

/** Entries that have nothing left which they take back, and that everybody has heard of. */
export async function withoutTargets(
  transaction: Transaction<Tables>,
  shopId: ShopId,
  people: readonly string[],
  retractors: ReadonlySet<number>,
  saved: number,
): Promise<number[]> {
  const empty = new Set([...retractors].filter((seq) => seq <= saved));
  for (const part of chunk(people, atOnce)) {
    const rows = await transaction.selectFrom("retractions").select("seq").where("shop_id", "=", shopId).where("person_id", "in", part).execute();
    for (const { seq } of rows) empty.delete(seq);
  }
  return [...empty];
}

/** What a Gorse client reads back, as soon as nothing of it is left in the log. */
export async function forgetFeedback(transaction: Transaction<Tables>, shopId: ShopId, people: readonly string[]): Promise<number> {
  let forgotten = 0;
  for (const part of chunk(people, atOnce)) {
    const rows = await transaction
      .selectFrom("gorse_feedback")
      .select(["feedback_type", "user_id", "item_id", "message_ids"])
      .where("shop_id", "=", shopId)
      .where("person_id", "in", part)
      .where("message_ids", "!=", "[]")
      .execute();
    const idsOf = new Map(rows.map((row) => [row, JSON.parse(row.message_ids) as string[]]));
    const alive = new Set<string>();
    for (const some of chunk([...new Set([...idsOf.values()].flat())], atOnce)) {
      const found = await transaction.selectFrom("log").select("message_id").where("shop_id", "=", shopId).where("message_id", "in", some).execute();
      for (const { message_id } of found) alive.add(message_id);
    }
    for (const [row, ids] of idsOf) {
      if (ids.some((id) => alive.has(id))) continue;
      await transaction
        .deleteFrom("gorse_feedback")
        .where("shop_id", "=", shopId)
        .where("feedback_type", "=", row.feedback_type)
        .where("user_id", "=", row.user_id)
        .where("item_id", "=", row.item_id)
        .execute();
      forgotten++;
    }
  }
  return forgotten;
}

/** Names under which nothing is left. */
export async function forgetPeople(transaction: Transaction<Tables>, shopId: ShopId, people: readonly string[]): Promise<number> {
  let forgotten = 0;
  for (const part of chunk(people, atOnce)) {
    const used = new Set<string>();
    for (const table of ["log", "consents", "order_records", "gorse_users", "gorse_feedback", "rights_requests", "contacts"] as const) {
      const rows = await transaction
        .selectFrom(table)
        .select("person_id")
        .distinct()
        .where("shop_id", "=", shopId)
        .where("person_id", "in", part)
        .execute();
      for (const { person_id } of rows) if (person_id !== null) used.add(person_id);
    }
    for (const column of ["person_id", "base_id", "root_id", "session_id"] as const) {
      const rows = await transaction
        .selectFrom("identity_links")
        .select(`${column} as id`)
        .where("shop_id", "=", shopId)
        .where(column, "in", part)
        .execute();
      for (const { id } of rows) if (id !== null) used.add(id);
    }
    const unused = part.filter((personId) => !used.has(personId));
    if (unused.length === 0) continue;
    await transaction.deleteFrom("people").where("shop_id", "=", shopId).where("person_id", "in", unused).execute();
    // They are sealed with the key that goes with it.
    await transaction.deleteFrom("audit_openings").where("shop_id", "=", shopId).where("person_id", "in", unused).execute();
    await transaction.deleteFrom("person_keys").where("shop_id", "=", shopId).where("person_id", "in", unused).execute();
    forgotten += unused.length;
  }
  return forgotten;
}
