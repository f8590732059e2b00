import type { Kysely, Selectable } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { ShopPlatform } from "#domain/shop-platform.ts";
import type {
  Restriction,
  RightsChange,
  RightsRequest,
  RightsRequestKind,
  RightsRequestStore,
  RightsSource,
  RightsState,
  RightsStep,
} from "../ports/rights-request-store.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

type Row = Selectable<Tables["rights_requests"]>;
const open: readonly RightsState[] = ["open", "in_progress"];
const idsAtOnce = 500;

const fromRow = (row: Row): RightsRequest => ({
  requestId: row.request_id,
  shopId: row.shop_id as ShopId,
  kind: row.kind as RightsRequestKind,
  platform: row.platform === "" ? null : (row.platform as ShopPlatform),
  personId: row.person_id as PersonId | null,
  reference: row.reference,
  at: row.at,
  dueAt: row.due_at,
  state: row.state as RightsState,
  regime: row.regime,
  source: row.source as RightsSource,
  verifiedAt: row.verified_at,
  verifiedBy: row.verified_by,
  extendedAt: row.extended_at,
  closedAt: row.closed_at,
  erasureId: row.erasure_id,
  reason: row.reason,
  words: row.words,
  detail: row.detail === null ? null : (JSON.parse(row.detail) as string[]),
  steps: JSON.parse(row.steps) as RightsStep[],
});

/** Only what is said changes. */
function toColumns(change: RightsChange): Record<string, string | number | null> {
  const { state, dueAt, verifiedAt, verifiedBy, extendedAt, closedAt, erasureId, reason, words, detail, steps } = change;
  const columns = {
    state,
    due_at: dueAt,
    verified_at: verifiedAt,
    verified_by: verifiedBy,
    extended_at: extendedAt,
    closed_at: closedAt,
    erasure_id: erasureId,
    reason,
    words,
    detail: detail === undefined || detail === null ? detail : JSON.stringify(detail),
    steps: steps === undefined ? undefined : JSON.stringify(steps),
    open_key: state !== undefined && !open.includes(state) ? null : undefined,
  };
  return Object.fromEntries(Object.entries(columns).filter((entry): entry is [string, string | number | null] => entry[1] !== undefined));
}

export function createRightsRequestStore(db: Kysely<Tables>, dialect: Dialect): RightsRequestStore {
  async function written<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw dialect.translateError(error);
    }
  }

  return {
    add: ({ requestId, shopId, kind, platform, personId, reference, at, dueAt, state, openKey, regime, source, ...rest }) =>
      written(async () => {
        const core = { request_id: requestId, shop_id: shopId, kind, platform: platform ?? "", person_id: personId, reference, at, due_at: dueAt };
        const added = await db
          .insertInto("rights_requests")
          .values({ ...core, state, regime: regime ?? "", source: source ?? "platform", open_key: openKey ?? null, ...toColumns(rest) })
          .onConflict((conflict) => conflict.doNothing())
          .returning("request_id")
          .execute();
        return added.length > 0;
      }),

    async get(shopId, requestId) {
      const row = await db
        .selectFrom("rights_requests")
        .selectAll()
        .where("shop_id", "=", shopId)
        .where("request_id", "=", requestId)
        .executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },

    async openWith(shopId, openKey) {
      const row = await db.selectFrom("rights_requests").selectAll().where("shop_id", "=", shopId).where("open_key", "=", openKey).executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },

    async list(shopId, { states, kinds, personIds, limit, after } = {}) {
      let query = db.selectFrom("rights_requests").selectAll().where("shop_id", "=", shopId).orderBy("due_at").orderBy("request_id");
      if (states !== undefined) query = query.where("state", "in", states.length === 0 ? [""] : states);
      if (kinds !== undefined) query = query.where("kind", "in", kinds.length === 0 ? [""] : kinds);
      if (personIds !== undefined) query = query.where("person_id", "in", personIds.length === 0 ? [""] : personIds.slice(0, idsAtOnce));
      if (limit !== undefined) query = query.limit(limit);
      if (after !== undefined)
        query = query.where((eb) =>
          eb.or([eb("due_at", ">", after.dueAt), eb.and([eb("due_at", "=", after.dueAt), eb("request_id", ">", after.requestId)])]),
        );
      return (await query.execute()).map(fromRow);
    },

    change: ({ shopId, requestId, state, steps }, change) =>
      written(async () => {
        const changed = await db
          .updateTable("rights_requests")
          .set(toColumns(change))
          .where("shop_id", "=", shopId)
          .where("request_id", "=", requestId)
          .where("state", "=", state)
          .where("steps", "=", JSON.stringify(steps))
          .returning("request_id")
          .execute();
        return changed.length > 0;
      }),

    async openClocks(shopId) {
      const all = db.selectFrom("rights_requests").select(["shop_id", "request_id", "kind", "state", "at", "due_at"]).where("state", "in", open);
      const rows = await (shopId === undefined ? all : all.where("shop_id", "=", shopId)).execute();
      return rows.map((row) => ({
        shopId: row.shop_id as ShopId,
        requestId: row.request_id,
        kind: row.kind as RightsRequestKind,
        state: row.state as RightsState,
        at: row.at,
        dueAt: row.due_at,
      }));
    },

    async tally() {
      const rows = await db
        .selectFrom("rights_requests")
        .select(({ fn }) => ["state", fn.countAll<number>().as("n")])
        .groupBy("state")
        .execute();
      return new Map(rows.map(({ state, n }) => [state as RightsState, Number(n)]));
    },

    restrict: (shopId, { personId, requestId, at, learning }) =>
      written(async () => {
        await db
          .insertInto("restrictions")
          .values({ shop_id: shopId, person_id: personId, request_id: requestId, at, learning })
          .onConflict((conflict) => conflict.columns(["shop_id", "person_id"]).doUpdateSet({ request_id: requestId, learning }))
          .execute();
      }),

    lift: (shopId, personIds) =>
      written(async () => {
        for (const part of chunk(personIds, idsAtOnce))
          await db.deleteFrom("restrictions").where("shop_id", "=", shopId).where("person_id", "in", part).execute();
      }),

    async restrictionsOf(shopId, personIds) {
      const found: Restriction[] = [];
      for (const part of chunk(personIds, idsAtOnce))
        for (const row of await db.selectFrom("restrictions").selectAll().where("shop_id", "=", shopId).where("person_id", "in", part).execute())
          found.push({ personId: row.person_id as PersonId, requestId: row.request_id, at: row.at, learning: row.learning });
      return found;
    },

    async anyRestricted(shopId) {
      return (await db.selectFrom("restrictions").select("person_id").where("shop_id", "=", shopId).limit(1).executeTakeFirst()) !== undefined;
    },
  };
}
