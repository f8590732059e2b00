import { CompiledQuery, type Kysely, type Transaction } from "kysely";
import type { ShopId } from "#domain/ids.ts";
import { digestOf, forgettingPrefix, nameKey, type SaidName, type Suppression } from "../ports/forget-store.ts";
import type { LogEntry } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, perDialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { openSealing } from "./sealing.ts";

const atOnce = 500;
/** By installation: two stores of one process may hold shops of the same id. */
const keys = new WeakMap<Dialect, Map<string, string>>();

/** The key that forgotten names are known again by; null where nobody was ever forgotten. */
export async function suppressionKey(db: Kysely<Tables>, dialect: Dialect, shopId: ShopId): Promise<string | null> {
  let known = keys.get(dialect);
  if (known === undefined) {
    known = new Map();
    keys.set(dialect, known);
  }
  const key = known.get(shopId);
  if (key !== undefined) return key;
  const row = await db
    .selectFrom("vault_keys")
    .select(["key_id", "sealed"])
    .where("shop_id", "=", shopId)
    .where("kind", "=", "suppression")
    .orderBy("created_at")
    .executeTakeFirst();
  if (row === undefined) return null;
  const seals = await (dialect.sealing ?? openSealing).shop(db, shopId);
  const opened = seals.open({ table: "vault_keys", column: "sealed", subject: row.key_id }, row.sealed);
  if (dialect.sealing !== undefined) known.set(shopId, opened);
  return opened;
}

const anybody = perDialect((dialect) => `select 1 as one from suppressions where shop_id = ${dialect.kind === "postgres" ? "$1" : "?"} limit 1`);

/** Most shops have forgotten nobody: one look, compiled once, answers for them. */
async function isAnybody(db: Kysely<Tables>, dialect: Dialect, shopId: ShopId): Promise<boolean> {
  return (await db.executeQuery(CompiledQuery.raw(anybody(dialect), [shopId]))).rows.length > 0;
}

export async function findSuppressed(
  db: Kysely<Tables>,
  dialect: Dialect,
  shopId: ShopId,
  names: readonly SaidName[],
): Promise<ReadonlyMap<string, Suppression>> {
  const found = new Map<string, Suppression>();
  if (names.length === 0 || !(await isAnybody(db, dialect, shopId))) return found;
  const key = await suppressionKey(db, dialect, shopId);
  if (key === null) return found;
  const keyOf = new Map(names.map((name) => [digestOf(key, name).digest, nameKey(name)]));
  for (const part of chunk([...keyOf.keys()], atOnce)) {
    const rows = await db
      .selectFrom("suppressions")
      .leftJoin("erasures", "erasures.erasure_id", "suppressions.erasure_id")
      .select(["suppressions.digest", "suppressions.erasure_id", "suppressions.at", "erasures.state"])
      .where("suppressions.shop_id", "=", shopId)
      .where("suppressions.digest", "in", part)
      .execute();
    for (const { digest, erasure_id, at, state } of rows)
      found.set(keyOf.get(digest)!, { erasureId: erasure_id, at, done: state === null || state === "done" });
  }
  return found;
}

function namesIn(entry: LogEntry): readonly SaidName[] {
  switch (entry.kind) {
    case "event":
      return [entry.name];
    case "consent":
      return entry.name === null ? [] : [entry.name];
    case "retract":
      return entry.messageId.startsWith(forgettingPrefix) ? [] : [entry.name];
    case "link":
      return [entry.name, entry.root];
    case "cut":
      return [entry.name];
    case "unlink":
      return [entry.name];
  }
}

/**
 * `late`, and with them the entries about somebody who was forgotten. Asked with the log locked: whoever wrote before the
 * forgetting began is deleted by it, whoever comes after meets it here, and nobody slips through between the two.
 */
export async function withForgotten(
  late: ReadonlySet<LogEntry>,
  transaction: Transaction<Tables>,
  dialect: Dialect,
  shopId: ShopId,
  entries: readonly LogEntry[],
): Promise<ReadonlySet<LogEntry>> {
  if (!(await isAnybody(transaction, dialect, shopId))) return late;
  const names = new Map(entries.flatMap((entry) => namesIn(entry).map((name) => [nameKey(name), name] as const)));
  const suppressed = await findSuppressed(transaction, dialect, shopId, [...names.values()]);
  if (suppressed.size === 0) return late;
  return new Set([...late, ...entries.filter((entry) => namesIn(entry).some((name) => suppressed.has(nameKey(name))))]);
}
