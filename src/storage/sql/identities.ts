import { type Kysely, sql } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";
import type { IdentityStore, NameOf } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { linkColumns, readLinks } from "./identity-graph.ts";
import type { Tables } from "./schema.ts";

type Cluster = { rootId: PersonId; memberIds: readonly PersonId[] };

export function createIdentityStore(db: Kysely<Tables>): IdentityStore {
  const ofShop = (shopId: ShopId) => db.selectFrom("people").where("shop_id", "=", shopId);

  async function clusters(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Cluster>> {
    const found = new Map<PersonId, Cluster>();
    for (const part of chunk(personIds, 500)) {
      const asked = await ofShop(shopId).select(["person_id", "root_id"]).where("person_id", "in", part).execute();
      if (asked.length === 0) continue;
      // Two look-ups by index, sorted here: as one join, or ordered there, SQLite walks through everybody in the shop.
      const roots = [...new Set(asked.map((row) => row.root_id))];
      const members = new Map<string, PersonId[]>();
      for (const row of await ofShop(shopId).select(["person_id", "root_id"]).where("root_id", "in", roots).execute()) {
        const known = members.get(row.root_id);
        if (known === undefined) members.set(row.root_id, [row.person_id as PersonId]);
        else known.push(row.person_id as PersonId);
      }
      for (const row of asked) {
        const personId = row.person_id as PersonId;
        const others = (members.get(row.root_id) ?? []).filter((memberId) => memberId !== personId).sort();
        found.set(personId, { rootId: row.root_id as PersonId, memberIds: [personId, ...others] });
      }
    }
    return found;
  }

  const toName = (row: Tables["people"]): NameOf => ({
    personId: row.person_id as PersonId,
    kind: row.kind as PersonNameKind,
    externalId: row.external_id,
  });

  return {
    clusters,
    async linksOf(shopId, deviceIds) {
      return Map.groupBy(await readLinks(db, shopId, ["person_id"], deviceIds), ({ personId }) => personId);
    },
    linksAmong: (shopId, personIds) => readLinks(db, shopId, linkColumns, personIds),
    async namesOf(shopId, personIds) {
      const names = new Map<PersonId, NameOf>();
      for (const part of chunk(personIds, 500)) {
        for (const row of await ofShop(shopId).selectAll().where("person_id", "in", part).execute())
          names.set(row.person_id as PersonId, toName(row));
      }
      return names;
    },
    async cluster(shopId, personId) {
      return (await clusters(shopId, [personId])).get(personId) ?? null;
    },
    async nameOf(shopId, personId) {
      const row = await db.selectFrom("people").selectAll().where("shop_id", "=", shopId).where("person_id", "=", personId).executeTakeFirst();
      return row === undefined ? null : toName(row);
    },
    async list(shopId, kind, limit) {
      const rows = await db
        .selectFrom("people")
        .selectAll()
        .where("shop_id", "=", shopId)
        .where("kind", "=", kind)
        .where("met", "=", 1)
        .orderBy("external_id")
        .limit(limit)
        .execute();
      return rows.map(toName);
    },
    async count(shopId) {
      const row = await db
        .selectFrom("people")
        .select(sql<number>`count(distinct root_id)`.as("people"))
        .where("shop_id", "=", shopId)
        .executeTakeFirstOrThrow();
      return Number(row.people);
    },
  };
}
