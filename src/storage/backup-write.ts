import { sql } from "kysely";
import type { LogSeq, ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import { type Cell, createSealer, encodeRow, formatVersion } from "./backup-format.ts";
import { type Db, lastKey, ourTables, passingTables, readRows, shopFilter, stepsTaken, type TableShape, tablesOf } from "./backup-tables.ts";
import type { BackupManifest, BackupOptions, BackupShop, CheckedBackup } from "./ports/store-care.ts";
import type { Dialect } from "./sql/dialect.ts";
import { schemaSteps } from "./sql/migrations.ts";

const all = sql`1 = 1`;
/** Handed on together: a line is a hundred bytes, and each hand-over is waited for. */
const charactersPerTake = 256 * 1024;

/** The shops of a store, with how far their logs go. */
export async function shopsIn(db: Db): Promise<readonly BackupShop[]> {
  const shops = await db.selectFrom("shops").select(["shop_id", "name", "currency"]).orderBy("created_at").orderBy("shop_id").execute();
  const found: BackupShop[] = [];
  for (const { shop_id, name, currency } of shops) {
    const last = await db.selectFrom("log").select("seq").where("shop_id", "=", shop_id).orderBy("seq", "desc").limit(1).executeTakeFirst();
    found.push({ shopId: shop_id as ShopId, name, currency, head: (last?.seq ?? 0) as LogSeq });
  }
  return found;
}

export const shopNamed = async (db: Db, name: string): Promise<BackupShop | null> => (await shopsIn(db)).find((shop) => shop.name === name) ?? null;

/** The last schema step of a store. Throws ProblemError STORE_NEWER when this version does not know it, STORE_FOREIGN when it is no store. */
export async function stepOf(db: Db, dialect: Dialect): Promise<string> {
  const steps = await stepsTaken(db, dialect);
  if (steps === null || steps.length === 0) throw new ProblemError({ code: "STORE_FOREIGN", detail: "there is no Rapport store in this database" });
  if (steps.some((step) => !schemaSteps.includes(step)))
    throw new ProblemError({ code: "STORE_NEWER", detail: "the store holds a schema step this version does not know" });
  if (steps.some((step, at) => step !== schemaSteps[at]))
    throw new ProblemError({ code: "STORE_DAMAGED", detail: "the store has later schema steps but lacks an earlier one" });
  return steps.at(-1)!;
}

/** Writes the backup of a store inside one transaction, so that it is what one moment saw. */
export async function writeBackup(db: Db, dialect: Dialect, options: BackupOptions, take: (text: string) => Promise<void>): Promise<CheckedBackup> {
  const schemaStep = await stepOf(db, dialect);
  const ours = await ourTables(schemaStep);
  const there = await tablesOf(db, dialect);
  const shopId = options.shop?.shopId ?? null;
  const parts: { table: string; shape: TableShape; where: NonNullable<ReturnType<typeof shopFilter>> }[] = [];
  const rows: Record<string, number> = {};
  const lastKeys: Record<string, number> = {};
  for (const table of ours.keys()) {
    if (passingTables.has(table)) continue;
    const shape = there.get(table);
    if (shape === undefined) throw new ProblemError({ code: "STORE_DAMAGED", detail: `the table ${table} is missing` });
    const where = shopId === null ? all : shopFilter(table, shape.columns, shopId);
    if (where === null) continue;
    const { rows: counted } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)} where ${where}`.execute(db);
    rows[table] = Number(counted[0]!.n);
    if (shape.growingKey !== null) lastKeys[table] = await lastKey(db, dialect, table, shape.growingKey);
    parts.push({ table, shape, where });
  }
  const shops = await shopsIn(db);
  const manifest: BackupManifest = {
    format: "rapport-backup",
    formatVersion,
    rapport: options.rapport,
    createdAt: new Date(options.now).toISOString(),
    from: dialect.kind,
    schemaStep,
    shops: shopId === null ? shops : shops.filter((shop) => shop.shopId === shopId),
    whole: shopId === null || shops.length === 1,
    rows,
    lastKeys,
    files: options.files,
    ...(options.forgotten === undefined ? {} : { forgotten: options.forgotten }),
  };

  const sealer = createSealer();
  let waiting = "";
  async function put(text: string): Promise<void> {
    waiting += text;
    if (waiting.length < charactersPerTake) return;
    sealer.add(waiting);
    await take(waiting);
    waiting = "";
  }
  await put(`${JSON.stringify(manifest)}\n`);
  for (const { table, shape, where } of parts) {
    await put(`${JSON.stringify({ table, columns: shape.columns })}\n`);
    for await (const some of readRows(db, dialect, table, where))
      for (const row of some) await put(encodeRow(shape.columns.map((column) => row[column] as Cell)));
  }
  sealer.add(waiting);
  await take(waiting);
  const { line, sha256 } = sealer.seal();
  await take(line);
  return { manifest, sha256 };
}
