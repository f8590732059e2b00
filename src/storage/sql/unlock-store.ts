import { type Kysely, sql } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import { type OpenVault, sealKeyIdOf } from "../ports/field-cipher.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { sealRowsInClear } from "./seal-rows-in-clear.ts";
import { sealedUpto } from "./sealed-fields.ts";
import { createSealing } from "./sealing.ts";

/** The key of the installation that the shops' keys are sealed with; null where there are none. */
async function rootOf(db: Kysely<Tables>): Promise<string | null> {
  const root = await db.selectFrom("vault_root").select("key_id").executeTakeFirst();
  // Where the two differ the keys tell the truth: that is what has to be opened. A shop restored from a backup brings its own.
  const key = await db.selectFrom("vault_keys").select("sealed").where("kind", "=", "shop").limit(1).executeTakeFirst();
  return key === undefined ? (root?.key_id ?? null) : sealKeyIdOf(key.sealed);
}

/** A dialect that seals. Notes which key the store belongs to, and seals what was written before there was one. */
export async function unlockStore(db: Kysely<Tables>, dialect: Dialect, openVault: OpenVault): Promise<Dialect> {
  const cipher = await openVault(await rootOf(db));
  await db
    .insertInto("vault_root")
    .values({ id: "root", key_id: cipher.root.keyId, sealed_upto: 0 })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
  // Of two processes that came first to an empty store one has lost, and may hold another key.
  if ((await rootOf(db)) !== cipher.root.keyId)
    throw new ProblemError({ code: "VAULT_KEY_MISMATCH", detail: "another process has given this store its key just now" });
  const unlocked: Dialect = { ...dialect, sealing: createSealing(cipher, dialect.kind === "postgres", Date.now) };
  const { key_id, sealed_upto } = await db.selectFrom("vault_root").selectAll().executeTakeFirstOrThrow();
  if (key_id !== cipher.root.keyId) await db.updateTable("vault_root").set({ key_id: cipher.root.keyId }).execute();
  if (sealed_upto >= sealedUpto) return unlocked;
  const sealed = await sealRowsInClear(db, unlocked);
  // What was in the clear is still in the free pages and in the log of the file.
  if (sealed > 0 && dialect.kind === "sqlite") {
    await sql`vacuum`.execute(db);
    await sql`pragma wal_checkpoint(truncate)`.execute(db);
  } else if (sealed > 0) await sql`vacuum`.execute(db).catch(() => {});
  await db.updateTable("vault_root").set({ sealed_upto: sealedUpto }).execute();
  return unlocked;
}
