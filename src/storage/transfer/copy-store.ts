import { ProblemError } from "#domain/problem.ts";
import type { BackupManifest, BackupOptions, RestoreTarget, StoreCare } from "../ports/store-care.ts";
import { streamOf } from "./stream-of.ts";
import { sumTables } from "./sum-tables.ts";

export type CopiedTable = { readonly table: string; readonly rows: number; readonly checksum: string };
export type CopiedStore = {
  readonly manifest: BackupManifest;
  readonly tables: readonly CopiedTable[];
};

/**
 * Moves all of a store into an empty one of either kind, and reads both again to prove that they are equal. The target has
 * all of it or nothing. Throws ProblemError RESTORE_TARGET_TAKEN, MIGRATION_UNEQUAL (and has then emptied the target).
 */
export async function copyStore(
  from: StoreCare,
  to: RestoreTarget,
  options: BackupOptions,
  target: { look(): StoreCare; discard(): Promise<void> },
  onStep: (words: string) => void,
): Promise<CopiedStore> {
  if ((await to.holds()) !== null) throw new ProblemError({ code: "RESTORE_TARGET_TAKEN", detail: "migrate-store needs an empty one" });
  onStep("copying …");
  const { manifest } = await to.fill(streamOf(from, options));
  try {
    onStep("reading both again …");
    const before = await sumTables(from, options);
    const care = target.look();
    try {
      const after = await sumTables(care, options);
      const different = [...new Set([...before.keys(), ...after.keys()])].filter(
        (table) => before.get(table)?.rows !== after.get(table)?.rows || before.get(table)?.checksum !== after.get(table)?.checksum,
      );
      if (different.length > 0)
        throw new ProblemError({
          code: "MIGRATION_UNEQUAL",
          detail: `these tables differ: ${different.join(", ")}; was the source written meanwhile?`,
        });
      return { manifest, tables: [...before].map(([table, sum]) => ({ table, ...sum })).sort((a, b) => (a.table < b.table ? -1 : 1)) };
    } finally {
      await care.close();
    }
  } catch (error) {
    await target.discard();
    throw error;
  }
}
