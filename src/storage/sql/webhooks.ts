import { type Kysely, sql, type Transaction } from "kysely";
import type { PersonId } from "#domain/ids.ts";
import type { Delivery, NewMessage, WebhookStore } from "../ports/webhook-store.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { createMessageBodies } from "./sealed-messages.ts";
import { createWebhookEndpoints, inDialect } from "./webhook-endpoints.ts";
import { readLogNews } from "./webhook-news.ts";

const count = sql<number>`count(*)`;

/** Nobody waits longer for the next attempt, nor holds a message longer than the one who asks; what seems to was written before the clock was set back. */
const longestWaitMs = 48 * 3_600_000;
const toleranceMs = 60_000;
const isDueAt = (now: number) =>
  sql<boolean>`(due_at <= ${now} or due_at > ${now + longestWaitMs} or (attempts = 0 and due_at > ${now + toleranceMs}))`;
const isFreeAt = (now: number, until: number) => sql<boolean>`(leased_until <= ${now} or leased_until > ${until + toleranceMs})`;

/** Endpoints, their queues and what became of each message. */
export function createWebhookStore(db: Kysely<Tables>, dialect: Dialect): WebhookStore {
  const bodies = createMessageBodies(dialect.sealing);
  const ofEndpoint = (endpointId: string) => db.selectFrom("webhook_messages").where("endpoint_id", "=", endpointId);

  async function insert(on: Kysely<Tables> | Transaction<Tables>, endpointId: string, messages: readonly NewMessage[], at: number): Promise<number> {
    const seal = await bodies.sealer(on, endpointId, messages);
    const rows = messages.map(({ messageId, type, body, personId }) => ({
      endpoint_id: endpointId,
      message_id: messageId,
      type,
      body: seal(messageId, personId, body),
      person_id: personId,
      created_at: at,
      state: "waiting",
      attempts: 0,
      due_at: at,
      leased_until: 0,
      lease: null,
      finished_at: null,
      status: null,
      error: null,
    }));
    let inserted = 0;
    for (const part of chunk(rows, rowsPerStatement(dialect, 14))) {
      const written = await on
        .insertInto("webhook_messages")
        .values(part)
        .onConflict((conflict) => conflict.columns(["endpoint_id", "message_id"]).doNothing())
        .returning("message_id")
        .execute();
      inserted += written.length;
    }
    return inserted;
  }

  async function waiting(endpointId: string): Promise<number> {
    const row = await ofEndpoint(endpointId).select(count.as("messages")).where("state", "=", "waiting").executeTakeFirstOrThrow();
    return Number(row.messages);
  }

  const held = (message: { endpointId: string; messageId: string; lease: string }) =>
    db
      .updateTable("webhook_messages")
      .where("endpoint_id", "=", message.endpointId)
      .where("message_id", "=", message.messageId)
      .where("state", "=", "waiting")
      .where("lease", "=", message.lease);

  const translated = <Value>(work: () => Promise<Value>) => inDialect(dialect, work);

  return {
    ...createWebhookEndpoints(db, dialect),
    news: (shopId, after, limit) => readLogNews(db, dialect, shopId, after, limit),

    advance: (endpointId, expected, cursor, messages, at) =>
      translated(() =>
        db.transaction().execute(async (transaction) => {
          const moved = await transaction
            .updateTable("webhook_endpoints")
            .set({ cursor })
            .where("endpoint_id", "=", endpointId)
            .where("cursor", "=", expected)
            .returning("endpoint_id")
            .execute();
          if (moved.length === 0) return false;
          await insert(transaction, endpointId, messages, at);
          return true;
        }),
      ),

    enqueue: (endpointId, message, at) =>
      translated(() => db.transaction().execute(async (transaction) => (await insert(transaction, endpointId, [message], at)) === 1)),

    waiting,

    claim: (endpointId, { now, until, lease, limit }) =>
      translated(async () => {
        const due = await ofEndpoint(endpointId)
          .select(["message_id", "leased_until"])
          .where("state", "=", "waiting")
          .where(isDueAt(now))
          .where(isFreeAt(now, until))
          .orderBy("due_at")
          .orderBy("message_id")
          .limit(limit)
          .execute();
        const claimed = [];
        for (const row of due) {
          // Only from the lease that was seen: of several processes one gets it.
          const taken = await db
            .updateTable("webhook_messages")
            .set({ lease, leased_until: until })
            .where("endpoint_id", "=", endpointId)
            .where("message_id", "=", row.message_id)
            .where("state", "=", "waiting")
            .where("leased_until", "=", row.leased_until)
            .returning(["message_id", "type", "body", "person_id", "attempts"])
            .executeTakeFirst();
          if (taken === undefined) continue;
          const { message_id, type, person_id, attempts } = taken;
          const body = await bodies.open(db, endpointId, message_id, person_id, taken.body);
          if (body === null) {
            // It named somebody who was forgotten since, and cannot be told any more.
            await held({ endpointId, messageId: message_id, lease })
              .set({ state: "failed", finished_at: now, status: null, error: "forgotten", body: "", person_id: null, lease: null })
              .execute();
            continue;
          }
          claimed.push({ endpointId, messageId: message_id, type, body, personId: person_id as PersonId | null, attempts, lease });
        }
        return claimed;
      }),

    async delivered(message, { at, status, error }) {
      const change = { state: "delivered", attempts: message.attempts + 1, finished_at: at, status, error, body: "", person_id: null, lease: null };
      await translated(() => held(message).set(change).execute());
    },

    missed: (message, { at, status, error }, dueAt) =>
      translated(async () => {
        const attempts = message.attempts + 1;
        const change = dueAt === null ? { state: "failed", finished_at: at } : { due_at: dueAt, leased_until: 0 };
        const rows = await held(message)
          .set({ ...change, attempts, status, error, lease: null })
          .returning("message_id")
          .execute();
        return rows.length === 1;
      }),

    async release(message) {
      await translated(() => held(message).set({ lease: null, leased_until: 0 }).execute());
    },

    async deliveries(endpointId, limit) {
      const rows = await ofEndpoint(endpointId).selectAll().orderBy("created_at", "desc").orderBy("message_id").limit(limit).execute();
      return rows.map((row) => ({
        messageId: row.message_id,
        type: row.type,
        state: row.state as Delivery["state"],
        attempts: row.attempts,
        createdAt: row.created_at,
        dueAt: row.state === "waiting" ? row.due_at : null,
        finishedAt: row.finished_at,
        status: row.status,
        error: row.error,
      }));
    },

    resend: (endpointId, at) =>
      translated(async () => {
        const change = { state: "waiting", attempts: 0, due_at: at, leased_until: 0, lease: null, finished_at: null };
        const rows = await db
          .updateTable("webhook_messages")
          .set(change)
          .where("endpoint_id", "=", endpointId)
          .where("state", "=", "failed")
          .returning("message_id")
          .execute();
        return rows.length;
      }),

    forgetFinished: (before) =>
      translated(async () => {
        const rows = await db
          .deleteFrom("webhook_messages")
          .where("state", "<>", "waiting")
          .where("finished_at", "<", before)
          .returning("message_id")
          .execute();
        return rows.length;
      }),
  };
}
