import type { Kysely, Transaction } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import type { FieldCipher, SealKey, SealPlace } from "../ports/field-cipher.ts";
import { isSealed, sealKeyIdOf } from "../ports/field-cipher.ts";
import { chunk } from "./chunk.ts";
import type { Tables } from "./schema.ts";

type Db = Kysely<Tables> | Transaction<Tables>;
/** A field of somebody's: the shop is known where it is sealed. */
export type Field = Pick<SealPlace, "table" | "column"> & { readonly subject: string };

/** Opens and seals with the shop's own key: secrets of the shop. */
export type ShopSeals = {
  seal(field: Field, text: string): string;
  open(field: Field, sealed: string): string;
  /** Whether it was sealed with one of the shop's keys. */
  keeps(sealed: string): boolean;
};

/** Opens and seals with the keys of some people. `open` answers null where the key is gone: it was shredded. */
export type PersonSeals = {
  seal(personId: string, table: string, column: string, text: string): string;
  open(personId: string, table: string, column: string, sealed: string): string | null;
};

export type Sealing = {
  /** Null: this store is in the clear. */
  readonly cipher: FieldCipher | null;
  shop(db: Db, shopId: string): Promise<ShopSeals>;
  /** With fresh keys for those who have none. Within a transaction that writes what is sealed with them. */
  writing(db: Db, shopId: string, personIds: readonly string[]): Promise<PersonSeals>;
  /** With the keys that there are. They are not kept: who is shredded is unreadable from the next call on. */
  reading(db: Db, shopId: string, personIds: readonly string[]): Promise<PersonSeals>;
  /** The key that new keys of people are sealed with; made when there is none. */
  currentKey(db: Db, shopId: string): Promise<SealKey>;
  /** Any key of the shop that still stands in the store. */
  shopKey(db: Db, shopId: string, keyId: string): Promise<SealKey>;
};

const keysAtOnce = 500;
export const shopKeyPlace = (shopId: string, keyId: string): SealPlace => ({ tenant: shopId, table: "vault_keys", column: "sealed", subject: keyId });
export const personKeyPlace = (shopId: string, personId: string): SealPlace => ({
  tenant: shopId,
  table: "person_keys",
  column: "sealed",
  subject: personId,
});

const inClear: PersonSeals = { seal: (_person, _table, _column, text) => text, open: (_person, _table, _column, text) => text };
const shopInClear: ShopSeals = { seal: (_field, text) => text, open: (_field, text) => text, keeps: () => false };
const noKeys = async (): Promise<never> => {
  throw new Error("this store has no keys");
};

/** For a store without a key of the installation: names stay in the clear. */
export const openSealing: Sealing = {
  cipher: null,
  shop: async () => shopInClear,
  writing: async () => inClear,
  reading: async () => inClear,
  currentKey: noKeys,
  shopKey: noKeys,
};

/**
 * The keys of the store: the installation's opens the shops', a shop's those of its people. Shops' keys are kept in memory;
 * which of them is the newest is asked each time, for another process may have changed it.
 */
export function createSealing(cipher: FieldCipher, isPostgres: boolean, now: () => number): Sealing {
  const shopKeys = new Map<string, SealKey>();

  function openShopKey(shopId: string, keyId: string, sealed: string): SealKey {
    const known = shopKeys.get(`${shopId}\n${keyId}`);
    if (known !== undefined) return known;
    const key = cipher.key(Buffer.from(cipher.root.open(shopKeyPlace(shopId, keyId), sealed), "base64url"));
    shopKeys.set(`${shopId}\n${keyId}`, key);
    return key;
  }

  async function currentKey(db: Db, shopId: string): Promise<SealKey> {
    const find = () => {
      const query = db
        .selectFrom("vault_keys")
        .select(["key_id", "sealed"])
        .where("shop_id", "=", shopId)
        .where("kind", "=", "shop")
        .where("retired_at", "is", null)
        .orderBy("created_at", "desc")
        .orderBy("key_id")
        .limit(1);
      // A rotation that would delete this key waits until what is being sealed with it has been written.
      return (isPostgres && db.isTransaction ? query.forShare() : query).executeTakeFirst();
    };
    let row = await find();
    if (row === undefined) {
      await assertRoot(db, cipher);
      const secret = cipher.freshSecret();
      const { keyId } = cipher.key(secret);
      const sealed = cipher.root.seal(shopKeyPlace(shopId, keyId), Buffer.from(secret).toString("base64url"));
      await db
        .insertInto("vault_keys")
        .values({ shop_id: shopId, key_id: keyId, kind: "shop", sealed, public_key: null, created_at: now(), retired_at: null })
        .execute();
      row = await find();
    }
    return openShopKey(shopId, row!.key_id, row!.sealed);
  }

  async function shopKey(db: Db, shopId: string, keyId: string): Promise<SealKey> {
    const known = shopKeys.get(`${shopId}\n${keyId}`);
    if (known !== undefined) return known;
    const row = await db
      .selectFrom("vault_keys")
      .select("sealed")
      .where("shop_id", "=", shopId)
      .where("kind", "=", "shop")
      .where("key_id", "=", keyId)
      .executeTakeFirst();
    if (row === undefined) throw new ProblemError({ code: "SEAL_BROKEN", detail: "a key of the shop is missing" });
    return openShopKey(shopId, keyId, row.sealed);
  }

  async function openPersonKeys(db: Db, shopId: string, rows: readonly { person_id: string; sealed: string }[], into: Map<string, SealKey>) {
    for (const { person_id, sealed } of rows) {
      const wrapping = await shopKey(db, shopId, sealKeyIdOf(sealed));
      into.set(person_id, cipher.key(Buffer.from(wrapping.open(personKeyPlace(shopId, person_id), sealed), "base64url")));
    }
  }

  async function readKeys(db: Db, shopId: string, personIds: readonly string[]): Promise<Map<string, SealKey>> {
    const keys = new Map<string, SealKey>();
    for (const part of chunk([...new Set(personIds)], keysAtOnce)) {
      const rows = await db
        .selectFrom("person_keys")
        .select(["person_id", "sealed"])
        .where("shop_id", "=", shopId)
        .where("person_id", "in", part)
        .execute();
      await openPersonKeys(db, shopId, rows, keys);
    }
    return keys;
  }

  const placeOf = (shopId: string, { table, column, subject }: Field): SealPlace => ({ tenant: shopId, table, column, subject });
  const sealsOver = (shopId: string, keys: ReadonlyMap<string, SealKey>): PersonSeals => ({
    seal(personId, table, column, text) {
      const key = keys.get(personId);
      if (key === undefined) throw new Error("a key was not asked for");
      return key.seal(placeOf(shopId, { table, column, subject: personId }), text);
    },
    open(personId, table, column, sealed) {
      if (!isSealed(sealed)) return sealed;
      const key = keys.get(personId);
      // Sealed with a key that was shredded, before a new one was made.
      if (key === undefined || key.keyId !== sealKeyIdOf(sealed)) return null;
      return key.open(placeOf(shopId, { table, column, subject: personId }), sealed);
    },
  });

  return {
    cipher,
    currentKey,
    shopKey,

    async shop(db, shopId) {
      const current = await currentKey(db, shopId);
      const older = new Map<string, SealKey>([[current.keyId, current]]);
      const rows = await db.selectFrom("vault_keys").select(["key_id", "sealed"]).where("shop_id", "=", shopId).where("kind", "=", "shop").execute();
      for (const { key_id, sealed } of rows) if (!older.has(key_id)) older.set(key_id, openShopKey(shopId, key_id, sealed));
      return {
        keeps: (sealed) => older.has(sealKeyIdOf(sealed)),
        seal: (field, text) => current.seal(placeOf(shopId, field), text),
        open(field, sealed) {
          if (!isSealed(sealed)) return sealed;
          return (older.get(sealKeyIdOf(sealed)) ?? current).open(placeOf(shopId, field), sealed);
        },
      };
    },

    async writing(db, shopId, personIds) {
      const keys = await readKeys(db, shopId, personIds);
      const without = [...new Set(personIds)].filter((personId) => !keys.has(personId));
      if (without.length === 0) return sealsOver(shopId, keys);
      const wrapping = await currentKey(db, shopId);
      for (const part of chunk(without, keysAtOnce)) {
        const rows = part.map((personId) => {
          const secret = cipher.freshSecret();
          keys.set(personId, cipher.key(secret));
          const sealed = wrapping.seal(personKeyPlace(shopId, personId), Buffer.from(secret).toString("base64url"));
          return { shop_id: shopId, person_id: personId, sealed };
        });
        const made = await db
          .insertInto("person_keys")
          .values(rows)
          .onConflict((conflict) => conflict.columns(["shop_id", "person_id"]).doNothing())
          .returning("person_id")
          .execute();
        if (made.length === part.length) continue;
        // Somebody else has met them at the same time: their keys hold.
        const lost = new Set(part);
        for (const { person_id } of made) lost.delete(person_id);
        for (const [personId, key] of await readKeys(db, shopId, [...lost])) keys.set(personId, key);
      }
      return sealsOver(shopId, keys);
    },

    reading: async (db, shopId, personIds) => sealsOver(shopId, await readKeys(db, shopId, personIds)),
  };
}

/** Throws ProblemError VAULT_KEY_MISMATCH when the store has been given another key since it was opened: what is sealed now would be lost. */
export async function assertRoot(db: Db, cipher: FieldCipher): Promise<void> {
  const root = await db.selectFrom("vault_root").select("key_id").executeTakeFirst();
  if (root?.key_id !== cipher.root.keyId)
    throw new ProblemError({ code: "VAULT_KEY_MISMATCH", detail: "the key of the installation was changed: start this process again" });
}

/** The people whose texts are sealed: of the others no key is needed. */
export const sealedAmong = <Row>(rows: readonly Row[], personOf: (row: Row) => string | null, textOf: (row: Row) => string | null): string[] =>
  rows.flatMap((row) => {
    const [person, text] = [personOf(row), textOf(row)];
    return person !== null && text !== null && isSealed(text) ? [person] : [];
  });
