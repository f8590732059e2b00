import { type Kysely, sql, type Transaction } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { Contact, ContactBasis, SigningKey, VaultStore } from "../ports/vault-store.ts";
import { chunk } from "./chunk.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { openSealing } from "./sealing.ts";
import { createKeyCare } from "./vault-keys.ts";
import { addNames } from "./write-identity.ts";

const atOnce = 500;

/** Keys of shops and people, and how people can be reached. */
export function createVaultStore(db: Kysely<Tables>, dialect: Dialect): VaultStore {
  const sealing = dialect.sealing ?? openSealing;

  async function within<Value>(work: (transaction: Transaction<Tables>) => Promise<Value>): Promise<Value> {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      throw dialect.translateError(error);
    }
  }

  const keysOf = (from: Kysely<Tables>, shopId: ShopId, kind: string) =>
    from.selectFrom("vault_keys").selectAll().where("shop_id", "=", shopId).where("kind", "=", kind).orderBy("created_at", "desc").orderBy("key_id");
  const field = (subject: string) => ({ table: "vault_keys", column: "sealed", subject });

  return {
    ...createKeyCare(db, dialect, sealing),

    async secret(shopId, kind, fresh, at) {
      const find = async (from: Kysely<Tables>) => {
        const row = await keysOf(from, shopId, kind).executeTakeFirst();
        return row === undefined ? null : (await sealing.shop(from, shopId)).open(field(row.key_id), row.sealed);
      };
      const known = await find(db);
      if (known !== null) return known;
      return within(async (transaction) => {
        await dialect.lockLog(transaction, shopId);
        const seals = await sealing.shop(transaction, shopId);
        // One of a kind: whoever comes second finds the first.
        const row = {
          shop_id: shopId,
          key_id: kind,
          kind,
          sealed: seals.seal(field(kind), fresh()),
          public_key: null,
          created_at: at,
          retired_at: null,
        };
        await transaction
          .insertInto("vault_keys")
          .values(row)
          .onConflict((conflict) => conflict.columns(["shop_id", "kind", "key_id"]).doNothing())
          .execute();
        return (await find(transaction))!;
      });
    },

    async signingKeys(shopId) {
      const rows = await keysOf(db, shopId, "sign").execute();
      if (rows.length === 0) return [];
      const seals = await sealing.shop(db, shopId);
      const keys = rows.map(
        (row): SigningKey => ({
          keyId: row.key_id,
          publicKey: row.public_key ?? "{}",
          // Only the newest signs.
          privateKey: row.retired_at === null ? openOrNull(() => seals.open(field(row.key_id), row.sealed)) : null,
          createdAt: row.created_at,
          retiredAt: row.retired_at,
        }),
      );
      return keys.sort((a, b) => Number(a.retiredAt !== null) - Number(b.retiredAt !== null));
    },

    addSigningKey: (shopId, { keyId, publicKey, privateKey, createdAt }, expected) =>
      within(async (transaction) => {
        await dialect.lockLog(transaction, shopId);
        const newest = await keysOf(transaction, shopId, "sign").where("retired_at", "is", null).executeTakeFirst();
        if ((newest?.key_id ?? null) !== expected) return false;
        const seals = await sealing.shop(transaction, shopId);
        await transaction
          .updateTable("vault_keys")
          .set({ retired_at: createdAt })
          .where("shop_id", "=", shopId)
          .where("kind", "=", "sign")
          .where("retired_at", "is", null)
          .execute();
        const sealed = seals.seal(field(keyId), privateKey);
        await transaction
          .insertInto("vault_keys")
          .values({ shop_id: shopId, key_id: keyId, kind: "sign", sealed, public_key: publicKey, created_at: createdAt, retired_at: null })
          .execute();
        return true;
      }),

    putContact: (shopId, { personId, email, phone, basis, changedAt }, digests, name) =>
      within(async (transaction) => {
        await dialect.lockLog(transaction, shopId);
        if (name !== null) await addNames(transaction, dialect, shopId, [name]);
        const seals = await sealing.writing(transaction, shopId, [personId]);
        const sealed = (column: "email" | "phone", text: string | null) => (text === null ? null : seals.seal(personId, "contacts", column, text));
        const row = {
          email: sealed("email", email),
          phone: sealed("phone", phone),
          email_digest: digests.email,
          phone_digest: digests.phone,
          basis,
          changed_at: changedAt,
        };
        await transaction
          .insertInto("contacts")
          .values({ shop_id: shopId, person_id: personId, ...row })
          .onConflict((conflict) => conflict.columns(["shop_id", "person_id"]).doUpdateSet(row))
          .execute();
      }),

    async contacts(shopId, personIds) {
      const found: Contact[] = [];
      for (const part of chunk(personIds, atOnce)) {
        const rows = await db.selectFrom("contacts").selectAll().where("shop_id", "=", shopId).where("person_id", "in", part).execute();
        const seals = await sealing.reading(
          db,
          shopId,
          rows.map((row) => row.person_id),
        );
        for (const row of rows) {
          const open = (column: "email" | "phone") => (row[column] === null ? null : seals.open(row.person_id, "contacts", column, row[column]));
          const [email, phone] = [open("email"), open("phone")];
          if (email === null && phone === null) continue;
          found.push({ personId: row.person_id as PersonId, email, phone, basis: row.basis as ContactBasis, changedAt: row.changed_at });
        }
      }
      return found;
    },

    deleteContacts: (shopId, personIds) =>
      within(async (transaction) => {
        let deleted = 0;
        for (const part of chunk(personIds, atOnce)) {
          const rows = await transaction
            .deleteFrom("contacts")
            .where("shop_id", "=", shopId)
            .where("person_id", "in", part)
            .returning("person_id")
            .execute();
          deleted += rows.length;
        }
        return deleted;
      }),

    async findContacts(shopId, digests) {
      const people = new Set<string>();
      for (const [column, digest] of [["email_digest", digests.email] as const, ["phone_digest", digests.phone] as const]) {
        if (digest === null) continue;
        const rows = await db
          .selectFrom("contacts")
          .select("person_id")
          .where("shop_id", "=", shopId)
          .where(column, "=", digest)
          .orderBy("person_id")
          .execute();
        for (const { person_id } of rows) people.add(person_id);
      }
      return [...people] as PersonId[];
    },

    async shred(shopId, personIds) {
      // What is deleted is overwritten as well: a key that is still readable in a free page is not gone.
      const overwrite = dialect.kind === "sqlite";
      if (overwrite) await sql`pragma secure_delete = on`.execute(db);
      try {
        return await within(async (transaction) => {
          let shredded = 0;
          await dialect.lockLog(transaction, shopId);
          for (const part of chunk(personIds, atOnce)) {
            const rows = await transaction
              .deleteFrom("person_keys")
              .where("shop_id", "=", shopId)
              .where("person_id", "in", part)
              .returning("person_id")
              .execute();
            shredded += rows.length;
            await transaction.deleteFrom("contacts").where("shop_id", "=", shopId).where("person_id", "in", part).execute();
            // A name that cannot be read is none: whoever comes back under it is met anew.
            if (sealing.cipher !== null)
              await transaction
                .updateTable("people")
                .set({ external_id: "", met: 0 })
                .where("shop_id", "=", shopId)
                .where("person_id", "in", part)
                .execute();
          }
          return shredded;
        });
      } finally {
        if (overwrite) {
          // Until then the log of the file holds the page as it was.
          await sql`pragma wal_checkpoint(truncate)`.execute(db).catch(() => {});
        }
      }
    },

    async withKeys(shopId, personIds) {
      const found = new Set<PersonId>();
      for (const part of chunk(personIds, atOnce)) {
        const rows = await db.selectFrom("person_keys").select("person_id").where("shop_id", "=", shopId).where("person_id", "in", part).execute();
        for (const { person_id } of rows) found.add(person_id as PersonId);
      }
      return found;
    },
  };
}

function openOrNull(open: () => string): string | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}
