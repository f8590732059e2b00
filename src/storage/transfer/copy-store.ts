import { ProblemError } from "#domain/problem.ts";
import type { BackupManifest, BackupOptions, BackupShop, RestoreTarget, StoreCare } from "../ports/store-care.ts";
import { streamOf } from "./stream-of.ts";
import { sumTables, type TableSums } from "./sum-tables.ts";

export type CopiedTable = { readonly table: string; readonly rows: number; readonly checksum: string };
export type CopiedStore = {
  readonly manifest: BackupManifest;
  readonly tables: readonly CopiedTable[];
};

/** Where the copy goes: how it is read again, and taken away. */
export type CopyTarget = { look(): StoreCare; discard(): Promise<void> };

/**
 * Moves all of a store into an empty one of either kind, and reads both again to prove that they are equal. The target has
 * all of it or nothing. One that holds what a move has brought that was cut off before the proof is not filled again, but
 * compared. Throws ProblemError RESTORE_TARGET_TAKEN, MIGRATION_UNEQUAL (and has then emptied the target).
 */
export async function copyStore(
  from: StoreCare,
  to: RestoreTarget,
  options: BackupOptions,
  target: CopyTarget,
  onStep: (words: string) => void,
): Promise<CopiedStore> {
  const there = await to.holds();
  if (there !== null) return await compareOnly(from, there, options, target, onStep);
  onStep("copying …");
  await to.fill(streamOf(from, options));
  try {
    onStep("reading both again …");
    const { sums, different } = await compare(from, options, target);
    if (different.length > 0)
      throw new ProblemError({
        code: "MIGRATION_UNEQUAL",
        detail: `these tables differ: ${different.join(", ")}; was the source written meanwhile?`,
      });
    return proven(sums);
  } catch (error) {
    await target.discard();
    throw error;
  }
}

/** Somebody's store is there: it is left as it is, whatever comes out. */
async function compareOnly(
  from: StoreCare,
  there: readonly BackupShop[],
  options: BackupOptions,
  target: CopyTarget,
  onStep: (words: string) => void,
): Promise<CopiedStore> {
  const taken = (detail: string) => new ProblemError({ code: "RESTORE_TARGET_TAKEN", detail });
  const here = (await from.shopFacts(options.now)).map(({ shopId }) => shopId).sort();
  if (JSON.stringify(here) !== JSON.stringify(there.map(({ shopId }) => shopId).sort())) throw taken("migrate-store needs an empty one");
  onStep("these shops have been copied before, but the copy may never have been compared: reading both …");
  const { sums, different } = await compare(from, options, target);
  if (different.length > 0)
    throw taken(
      `the same shops are in it, and are not equal to the source any more (${different.join(", ")}): it, or the source, has been used since`,
    );
  return proven(sums);
}

async function compare(from: StoreCare, options: BackupOptions, target: CopyTarget): Promise<{ sums: TableSums; different: readonly string[] }> {
  const sums = await sumTables(from, options);
  const care = target.look();
  try {
    const { tables: after } = await sumTables(care, options);
    const { tables: before } = sums;
    const different = [...new Set([...before.keys(), ...after.keys()])].filter(
      (table) => before.get(table)?.rows !== after.get(table)?.rows || before.get(table)?.checksum !== after.get(table)?.checksum,
    );
    return { sums, different };
  } finally {
    await care.close();
  }
}

const proven = ({ manifest, tables }: TableSums): CopiedStore => ({
  manifest,
  tables: [...tables].map(([table, sum]) => ({ table, ...sum })).sort((a, b) => (a.table < b.table ? -1 : 1)),
});
