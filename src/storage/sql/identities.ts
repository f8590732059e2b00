import { type Kysely, sql } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";
import type { IdentityStore, NameOf } from "../ports.ts";
import { chunk } from "./chunk.ts";
import type { Tables } from "./schema.ts";

type Cluster = { rootId: PersonId; memberIds: readonly PersonId[] };

export function createIdentityStore(db: Kysely<Tables>): IdentityStore {
  async function clusters(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Cluster>> {
    const found = new Map<PersonId, Cluster>();
    for (const part of chunk(personIds, 500)) {
      const rows = await db
        .selectFrom("people as asked")
        .innerJoin("people as member", (join) => join.onRef("member.shop_id", "=", "asked.shop_id").onRef("member.root_id", "=", "asked.root_id"))
        .select(["asked.person_id as asked", "asked.root_id as root", "member.person_id as member"])
        .where("asked.shop_id", "=", shopId)
        .where("asked.person_id", "in", part)
        .orderBy("member.person_id")
        .execute();
      const members = new Map<string, { rootId: PersonId; memberIds: PersonId[] }>();
      for (const row of rows) {
        let cluster = members.get(row.asked);
        if (cluster === undefined) {
          cluster = { rootId: row.root as PersonId, memberIds: [row.asked as PersonId] };
          members.set(row.asked, cluster);
        }
        if (row.member !== row.asked) cluster.memberIds.push(row.member as PersonId);
      }
      for (const [asked, cluster] of members) found.set(asked as PersonId, cluster);
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
