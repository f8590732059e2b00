import { type Kysely, sql } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { IdentityStore, NameOf } from "../ports.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import { linkColumns, readLinks } from "./identity-graph.ts";
import type { Tables } from "./schema.ts";
import { readNames } from "./sealed-names.ts";

type Cluster = { rootId: PersonId; memberIds: readonly PersonId[] };

/** So many sealed names are opened to be put in order; of more, some are shown, the same ones each time. */
const mostPutInOrder = 5_000;

export function createIdentityStore(db: Kysely<Tables>, dialect: Pick<Dialect, "sealing"> = {}): IdentityStore {
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

  return {
    clusters,
    async linksOf(shopId, deviceIds) {
      return Map.groupBy(await readLinks(db, shopId, ["person_id"], deviceIds), ({ personId }) => personId);
    },
    linksAmong: (shopId, personIds) => readLinks(db, shopId, linkColumns, personIds),
    async namesOf(shopId, personIds) {
      const names = new Map<PersonId, NameOf>();
      for (const part of chunk(personIds, 500)) {
        const rows = await ofShop(shopId).selectAll().where("person_id", "in", part).execute();
        for (const name of await readNames(db, dialect, shopId, rows)) names.set(name.personId, name);
      }
      return names;
    },
    async cluster(shopId, personId) {
      return (await clusters(shopId, [personId])).get(personId) ?? null;
    },
    async nameOf(shopId, personId) {
      const row = await db.selectFrom("people").selectAll().where("shop_id", "=", shopId).where("person_id", "=", personId).executeTakeFirst();
      return row === undefined ? null : ((await readNames(db, dialect, shopId, [row]))[0] ?? null);
    },
    async list(shopId, kind, limit) {
      // Sealed names have no order in the database; that of person ids is at least the same each time.
      const rows = await db
        .selectFrom("people")
        .selectAll()
        .where("shop_id", "=", shopId)
        .where("kind", "=", kind)
        .where("met", "=", 1)
        .orderBy("person_id")
        .limit(mostPutInOrder + 1)
        .execute();
      const some = rows.length > mostPutInOrder ? rows.slice(0, limit) : rows;
      const names = await readNames(db, dialect, shopId, some);
      return names.sort((a, b) => (a.externalId < b.externalId ? -1 : a.externalId > b.externalId ? 1 : 0)).slice(0, limit);
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
