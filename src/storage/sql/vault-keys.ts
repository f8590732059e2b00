import { type Kysely, sql, type Transaction } from "kysely";
import type { PersonId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import { isSealed, sealKeyIdOf, sealMark } from "../ports/field-cipher.ts";
import type { VaultStore } from "../ports/vault-store.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { emptyTexts, personFields, shopFields } from "./sealed-fields.ts";
import { assertRoot, personKeyPlace, type Sealing, shopKeyPlace } from "./sealing.ts";

type KeyCare = Pick<VaultStore, "beginRotation" | "rotateSome" | "finishRotation" | "changeRoot" | "health" | "rootKeyId">;

const opened = (use: () => unknown): boolean => {
  try {
    use();
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
};

/** New keys for old ones, and whether all of them open. */
export function createKeyCare(db: Kysely<Tables>, dialect: Dialect, sealing: Sealing): KeyCare {
  async function within<Value>(work: (transaction: Transaction<Tables>) => Promise<Value>): Promise<Value> {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      throw dialect.translateError(error);
    }
  }
  const cipherOrRefuse = () => {
    if (sealing.cipher === null) throw new Error("this store has no keys");
    return sealing.cipher;
  };
  const shopKeysOf = (from: Kysely<Tables>, shopId: string) =>
    from.selectFrom("vault_keys").selectAll().where("shop_id", "=", shopId).where("kind", "=", "shop").orderBy("created_at").orderBy("key_id");

  /** What the shop sealed with an older key, sealed with the newest. */
  async function resealSecrets(transaction: Transaction<Tables>, shopId: string): Promise<number> {
    const seals = await sealing.shop(transaction, shopId);
    const { keyId } = await sealing.currentKey(transaction, shopId);
    let resealed = 0;
    for (const { table, column, subject } of shopFields) {
      const { rows } = await sql<{ subject: string; text: string; kind: string | null }>`
        select ${sql.ref(subject)} as subject, ${sql.ref(column)} as text, ${table === "vault_keys" ? sql.ref("kind") : sql`null`} as kind
        from ${sql.table(table)} where shop_id = ${shopId}`.execute(transaction);
      for (const row of rows) {
        if (row.kind === "shop" || !isSealed(row.text) || sealKeyIdOf(row.text) === keyId) continue;
        const field = { table, column, subject: row.subject };
        const text = seals.seal(field, seals.open(field, row.text));
        await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${text}
          where shop_id = ${shopId} and ${sql.ref(subject)} = ${row.subject} and ${sql.ref(column)} = ${row.text}`.execute(transaction);
        resealed++;
      }
    }
    const messages = await transaction
      .selectFrom("webhook_messages")
      .innerJoin("webhook_endpoints", "webhook_endpoints.endpoint_id", "webhook_messages.endpoint_id")
      .select(["webhook_messages.endpoint_id", "message_id", "body"])
      .where("shop_id", "=", shopId)
      .where("body", "like", `${sealMark}%`)
      .execute();
    for (const { endpoint_id, message_id, body } of messages) {
      // Others are sealed with the key of whom they are about.
      if (!seals.keeps(body) || sealKeyIdOf(body) === keyId) continue;
      const field = { table: "webhook_messages", column: "body", subject: `${endpoint_id}/${message_id}` };
      await transaction
        .updateTable("webhook_messages")
        .set({ body: seals.seal(field, seals.open(field, body)) })
        .where("endpoint_id", "=", endpoint_id)
        .where("message_id", "=", message_id)
        .where("body", "=", body)
        .execute();
      resealed++;
    }
    return resealed;
  }

  return {
    rootKeyId: async () => (await db.selectFrom("vault_root").select("key_id").executeTakeFirst())?.key_id ?? null,

    beginRotation: (shopId, at) =>
      within(async (transaction) => {
        const cipher = cipherOrRefuse();
        await dialect.lockLog(transaction, shopId);
        await assertRoot(transaction, cipher);
        await sealing.currentKey(transaction, shopId);
        const keys = await shopKeysOf(transaction, shopId).execute();
        // One that was begun is finished before another is.
        if (keys.some(({ retired_at }) => retired_at !== null)) return;
        const secret = cipher.freshSecret();
        const { keyId } = cipher.key(secret);
        const sealed = cipher.root.seal(shopKeyPlace(shopId, keyId), Buffer.from(secret).toString("base64url"));
        await transaction
          .updateTable("vault_keys")
          .set({ retired_at: at })
          .where("shop_id", "=", shopId)
          .where("kind", "=", "shop")
          .where("retired_at", "is", null)
          .execute();
        await transaction
          .insertInto("vault_keys")
          .values({ shop_id: shopId, key_id: keyId, kind: "shop", sealed, public_key: null, created_at: at, retired_at: null })
          .execute();
      }),

    rotateSome: (shopId, after, limit) =>
      within(async (transaction) => {
        const cipher = cipherOrRefuse();
        await dialect.lockLog(transaction, shopId);
        const current = await sealing.currentKey(transaction, shopId);
        let query = transaction.selectFrom("person_keys").select(["person_id", "sealed"]).where("shop_id", "=", shopId);
        if (after !== null) query = query.where("person_id", ">", after);
        const rows = await query.orderBy("person_id").limit(limit).execute();
        const stale = rows.filter(({ sealed }) => sealKeyIdOf(sealed) !== current.keyId);
        const changes: { personId: string; before: string; after: string }[] = [];
        for (const { person_id, sealed } of stale) {
          const place = personKeyPlace(shopId, person_id);
          const secret = (await sealing.shopKey(transaction, shopId, sealKeyIdOf(sealed))).open(place, sealed);
          // A text that opens is a key; anything else must not take its place.
          cipher.key(Buffer.from(secret, "base64url"));
          changes.push({ personId: person_id, before: sealed, after: current.seal(place, secret) });
        }
        for (let start = 0; start < changes.length; start += 100) {
          const values = sql.join(changes.slice(start, start + 100).map((one) => sql`(${one.personId}, ${one.after}, ${one.before})`));
          // Only where the key is still there as it was read: one that was shredded meanwhile stays away.
          await sql`update person_keys set sealed = news.column2 from (values ${values}) as news
            where person_keys.shop_id = ${shopId} and person_keys.person_id = news.column1 and person_keys.sealed = news.column3`.execute(
            transaction,
          );
        }
        return { rewrapped: changes.length, next: rows.length < limit ? null : (rows.at(-1)!.person_id as PersonId) };
      }),

    finishRotation: (shopId) =>
      within(async (transaction) => {
        await dialect.lockLog(transaction, shopId);
        const current = await sealing.currentKey(transaction, shopId);
        await resealSecrets(transaction, shopId);
        // On PostgreSQL this waits for whoever is sealing with an older key just now.
        let older = transaction.selectFrom("vault_keys").select("key_id").where("shop_id", "=", shopId).where("kind", "=", "shop");
        older = older.where("key_id", "<>", current.keyId);
        const keyIds = (await (dialect.kind === "postgres" ? older.forUpdate() : older).execute()).map(({ key_id }) => key_id);
        if (keyIds.length === 0) return true;
        const left = await sql<{ n: number }>`select count(*) as n from person_keys where shop_id = ${shopId}
          and sealed not like ${`${sealMark}_.${current.keyId}.%`}`.execute(transaction);
        if (Number(left.rows[0]?.n) > 0) return false;
        await transaction.deleteFrom("vault_keys").where("shop_id", "=", shopId).where("kind", "=", "shop").where("key_id", "in", keyIds).execute();
        return true;
      }),

    changeRoot: (next) =>
      within(async (transaction) => {
        const cipher = cipherOrRefuse();
        // First of all: whoever makes a key for a shop meanwhile waits for this row, or is seen below.
        await transaction.updateTable("vault_root").set({ key_id: next.root.keyId }).execute();
        const rows = await transaction.selectFrom("vault_keys").selectAll().where("kind", "=", "shop").execute();
        for (const { shop_id, key_id, sealed } of rows) {
          const place = shopKeyPlace(shop_id, key_id);
          await transaction
            .updateTable("vault_keys")
            .set({ sealed: next.root.seal(place, cipher.root.open(place, sealed)) })
            .where("shop_id", "=", shop_id)
            .where("kind", "=", "shop")
            .where("key_id", "=", key_id)
            .execute();
        }
        return rows.length;
      }),

    async health(sample) {
      const { cipher } = sealing;
      const keys = await db.selectFrom("vault_keys").selectAll().where("kind", "=", "shop").execute();
      const unreadable = new Set(
        cipher === null
          ? []
          : keys.filter((key) => !opened(() => cipher.root.open(shopKeyPlace(key.shop_id, key.key_id), key.sealed))).map((key) => key.shop_id),
      );
      const [people, shops] = [
        await db.selectFrom("person_keys").select(sql<number>`count(*)`.as("n")).executeTakeFirstOrThrow(),
        await db.selectFrom("shops").select(sql<number>`count(*)`.as("n")).executeTakeFirstOrThrow(),
      ];
      const shopIds = [...new Set(keys.map((key) => key.shop_id))];
      let [tried, unreadablePeople] = [0, 0];
      for (const shopId of shopIds) {
        if (cipher === null || unreadable.has(shopId)) continue;
        // From both ends: the order is that of a hash, so this is a sample like any other.
        const some = (direction: "asc" | "desc") =>
          db
            .selectFrom("person_keys")
            .selectAll()
            .where("shop_id", "=", shopId)
            .orderBy("person_id", direction)
            .limit(Math.ceil(sample / 2))
            .execute();
        const rows = new Map([...(await some("asc")), ...(await some("desc"))].map((row) => [row.person_id, row]));
        for (const { person_id, sealed } of rows.values()) {
          tried++;
          const wrapping = await sealing.shopKey(db, shopId, sealKeyIdOf(sealed)).catch(() => null);
          if (wrapping === null || !opened(() => wrapping.open(personKeyPlace(shopId, person_id), sealed))) unreadablePeople++;
        }
      }
      let inTheClear = 0;
      for (const { table, column } of [...shopFields, ...personFields]) {
        const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}
          where ${sql.ref(column)} not in (${sql.join(emptyTexts)}) and ${sql.ref(column)} not like ${`${sealMark}%`}`.execute(db);
        inTheClear += Number(rows[0]?.n);
      }
      return {
        rootKeyId: cipher?.root.keyId ?? null,
        shops: Number(shops.n),
        shopKeys: keys.length,
        personKeys: Number(people.n),
        inTheClear,
        unreadableShops: unreadable.size,
        tried,
        unreadablePeople,
        unfinished: new Set(keys.filter(({ retired_at }) => retired_at !== null).map(({ shop_id }) => shop_id)).size,
      };
    },
  };
}
