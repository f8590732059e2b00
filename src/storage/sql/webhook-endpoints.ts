import { type Kysely, type Selectable, sql } from "kysely";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import type { WebhookEndpoint, WebhookSecret, WebhookStop, WebhookStore } from "../ports/webhook-store.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { openSealing, type ShopSeals } from "./sealing.ts";

const count = sql<number>`count(*)`;

const secretsField = (endpointId: string) => ({ table: "webhook_endpoints", column: "secrets", subject: endpointId });

function toEndpoint(row: Selectable<Tables["webhook_endpoints"]>, seals: ShopSeals): WebhookEndpoint {
  return {
    endpointId: row.endpoint_id,
    shopId: row.shop_id as ShopId,
    url: row.url,
    types: JSON.parse(row.types) as string[],
    secrets: JSON.parse(seals.open(secretsField(row.endpoint_id), row.secrets)) as WebhookSecret[],
    createdAt: row.created_at,
    stopped: row.stopped as WebhookStop | null,
    failingSince: row.failing_since,
    lastSuccessAt: row.last_success_at,
    pausedUntil: row.paused_until,
    cursor: row.cursor as LogSeq,
  };
}

/** Does what it is told, and tells the database's own errors as problems of the catalogue. */
export async function inDialect<Value>(dialect: Dialect, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw dialect.translateError(error);
  }
}

type Endpoints = Pick<
  WebhookStore,
  "add" | "get" | "list" | "active" | "remove" | "setSecrets" | "setStopped" | "noteSuccess" | "noteFailure" | "tally"
>;

/** Who is told of what, and how that goes. */
export function createWebhookEndpoints(db: Kysely<Tables>, dialect: Dialect): Endpoints {
  const endpoints = () => db.selectFrom("webhook_endpoints");
  const translated = <Value>(work: () => Promise<Value>) => inDialect(dialect, work);
  const sealing = dialect.sealing ?? openSealing;
  async function toEndpoints(rows: readonly Selectable<Tables["webhook_endpoints"]>[]): Promise<WebhookEndpoint[]> {
    const seals = new Map<string, ShopSeals>();
    for (const { shop_id: shopId } of rows) if (!seals.has(shopId)) seals.set(shopId, await sealing.shop(db, shopId));
    return rows.map((row) => toEndpoint(row, seals.get(row.shop_id)!));
  }

  return {
    add: (endpoint, most) =>
      translated(() =>
        db.transaction().execute(async (transaction) => {
          await dialect.lockLog(transaction, endpoint.shopId);
          const row = await transaction
            .selectFrom("webhook_endpoints")
            .select(count.as("endpoints"))
            .where("shop_id", "=", endpoint.shopId)
            .executeTakeFirstOrThrow();
          if (Number(row.endpoints) >= most) return false;
          await transaction
            .insertInto("webhook_endpoints")
            .values({
              endpoint_id: endpoint.endpointId,
              shop_id: endpoint.shopId,
              url: endpoint.url,
              types: JSON.stringify(endpoint.types),
              secrets: (await sealing.shop(transaction, endpoint.shopId)).seal(secretsField(endpoint.endpointId), JSON.stringify(endpoint.secrets)),
              created_at: endpoint.createdAt,
              stopped: endpoint.stopped,
              failing_since: endpoint.failingSince,
              last_success_at: endpoint.lastSuccessAt,
              paused_until: endpoint.pausedUntil,
              cursor: endpoint.cursor,
            })
            .execute();
          return true;
        }),
      ),

    async get(shopId, endpointId) {
      const row = await endpoints().selectAll().where("shop_id", "=", shopId).where("endpoint_id", "=", endpointId).executeTakeFirst();
      return row === undefined ? null : (await toEndpoints([row]))[0]!;
    },

    async list(shopId) {
      const rows = await endpoints().selectAll().where("shop_id", "=", shopId).orderBy("created_at").orderBy("endpoint_id").execute();
      return toEndpoints(rows);
    },

    async active() {
      const rows = await endpoints().selectAll().where("stopped", "is", null).orderBy("endpoint_id").execute();
      return toEndpoints(rows);
    },

    remove: (shopId, endpointId) =>
      translated(() =>
        db.transaction().execute(async (transaction) => {
          const removed = await transaction
            .deleteFrom("webhook_endpoints")
            .where("shop_id", "=", shopId)
            .where("endpoint_id", "=", endpointId)
            .returning("endpoint_id")
            .execute();
          if (removed.length === 0) return false;
          await transaction.deleteFrom("webhook_messages").where("endpoint_id", "=", endpointId).execute();
          return true;
        }),
      ),

    async setSecrets(endpointId, secrets) {
      const row = await endpoints().select("shop_id").where("endpoint_id", "=", endpointId).executeTakeFirst();
      if (row === undefined) return;
      await translated(() =>
        db.transaction().execute(async (transaction) => {
          await dialect.lockLog(transaction, row.shop_id as ShopId);
          const text = (await sealing.shop(transaction, row.shop_id)).seal(secretsField(endpointId), JSON.stringify(secrets));
          await transaction.updateTable("webhook_endpoints").set({ secrets: text }).where("endpoint_id", "=", endpointId).execute();
        }),
      );
    },

    async setStopped(endpointId, stopped) {
      const change = stopped === null ? { stopped, failing_since: null, paused_until: 0 } : { stopped };
      await translated(() => db.updateTable("webhook_endpoints").set(change).where("endpoint_id", "=", endpointId).execute());
    },

    async noteSuccess(endpointId, at) {
      const change = { failing_since: null, last_success_at: at, paused_until: 0 };
      await translated(() => db.updateTable("webhook_endpoints").set(change).where("endpoint_id", "=", endpointId).execute());
    },

    async noteFailure(endpointId, at, pausedUntil) {
      await translated(() =>
        db
          .updateTable("webhook_endpoints")
          .set({ failing_since: sql<number>`coalesce(failing_since, ${at})`, paused_until: pausedUntil })
          .where("endpoint_id", "=", endpointId)
          .execute(),
      );
    },

    async tally() {
      const row = await endpoints()
        .select([
          count.as("endpoints"),
          sql<number>`count(case when stopped is null and failing_since is not null then 1 end)`.as("failing"),
          sql<number>`count(stopped)`.as("stopped"),
        ])
        .executeTakeFirstOrThrow();
      // By endpoint, because so the index finds them among all that has arrived.
      const queue = await db
        .selectFrom("webhook_messages")
        .select(count.as("messages"))
        .where("endpoint_id", "in", endpoints().select("endpoint_id"))
        .where("state", "=", "waiting")
        .executeTakeFirstOrThrow();
      return { endpoints: Number(row.endpoints), failing: Number(row.failing), stopped: Number(row.stopped), waiting: Number(queue.messages) };
    },
  };
}
