import type { Kysely } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";
import type { PrivacyLink, PrivacyLinkStore, PrivacySession } from "../ports/privacy-link-store.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

type Named = Pick<Tables["privacy_links"], "digest" | "shop_id" | "person_id" | "kind" | "external_id" | "locale" | "embed_origins">;

const toNamed = (row: Named) => ({
  digest: row.digest,
  shopId: row.shop_id as ShopId,
  name: { personId: row.person_id as PersonId, kind: row.kind as PersonNameKind, externalId: row.external_id },
  locale: row.locale,
  embedOrigins: JSON.parse(row.embed_origins) as string[],
});
const toLink = (row: Tables["privacy_links"]): PrivacyLink => ({ ...toNamed(row), createdAt: row.created_at, expiresAt: row.expires_at });
const toSession = (row: Tables["privacy_sessions"]): PrivacySession => ({ ...toNamed(row), startedAt: row.started_at, seenAt: row.seen_at });

export function createPrivacyLinkStore(db: Kysely<Tables>, dialect: Dialect): PrivacyLinkStore {
  async function written<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw dialect.translateError(error);
    }
  }

  return {
    keepLink: ({ digest, shopId, name, locale, embedOrigins, createdAt, expiresAt }) =>
      written(async () => {
        const named = { digest, shop_id: shopId, person_id: name.personId, kind: name.kind, external_id: name.externalId, locale };
        const times = { created_at: createdAt, expires_at: expiresAt };
        await db
          .insertInto("privacy_links")
          .values({ ...named, embed_origins: JSON.stringify(embedOrigins), ...times })
          .execute();
      }),

    async link(digest, now) {
      const row = await db.selectFrom("privacy_links").selectAll().where("digest", "=", digest).where("expires_at", ">", now).executeTakeFirst();
      return row === undefined ? null : toLink(row);
    },

    exchange: (digest, session) =>
      written(() =>
        db.transaction().execute(async (transaction) => {
          const link = await transaction
            .deleteFrom("privacy_links")
            .where("digest", "=", digest)
            .where("expires_at", ">", session.at)
            .returningAll()
            .executeTakeFirst();
          if (link === undefined) return null;
          const { created_at: _created, expires_at: _expires, ...named } = link;
          const row = { ...named, digest: session.digest, started_at: session.at, seen_at: session.at };
          await transaction.insertInto("privacy_sessions").values(row).execute();
          return toSession(row);
        }),
      ),

    async session(digest) {
      const row = await db.selectFrom("privacy_sessions").selectAll().where("digest", "=", digest).executeTakeFirst();
      return row === undefined ? null : toSession(row);
    },

    touch: (digest, { seenAt, locale }) =>
      written(async () => {
        await db
          .updateTable("privacy_sessions")
          .set({ seen_at: seenAt, ...(locale === undefined ? {} : { locale }) })
          .where("digest", "=", digest)
          .execute();
      }),

    end: (digest) =>
      written(async () => {
        await db.deleteFrom("privacy_sessions").where("digest", "=", digest).execute();
      }),

    endOf: (shopId, personIds) =>
      written(async () => {
        let ended = 0;
        for (const part of chunk(personIds, 500)) {
          for (const table of ["privacy_links", "privacy_sessions"] as const) {
            const rows = await db.deleteFrom(table).where("shop_id", "=", shopId).where("person_id", "in", part).returning("digest").execute();
            ended += rows.length;
          }
        }
        return ended;
      }),

    sweep: ({ expiredBefore, seenBefore, startedBefore }) =>
      written(async () => {
        const links = await db.deleteFrom("privacy_links").where("expires_at", "<=", expiredBefore).returning("digest").execute();
        const sessions = await db
          .deleteFrom("privacy_sessions")
          .where((eb) => eb.or([eb("seen_at", "<=", seenBefore), eb("started_at", "<=", startedBefore)]))
          .returning("digest")
          .execute();
        return links.length + sessions.length;
      }),
  };
}
