import { createHash } from "node:crypto";
import { type Cell, readBackup } from "../backup-format.ts";
import type { BackupManifest, BackupOptions, StoreCare } from "../ports/store-care.ts";
import { streamOf } from "./stream-of.ts";

/** Rows of a table and a checksum over them that does not depend on their order, nor on the database they are in. */
export type TableSum = { readonly rows: number; readonly checksum: string };
export type TableSums = { readonly manifest: BackupManifest; readonly tables: ReadonlyMap<string, TableSum> };

const lanes = 8;

/** Reads a store to its end, as one moment saw it, and sums what is in it. */
export async function sumTables(care: StoreCare, options: BackupOptions): Promise<TableSums> {
  const sums = new Map<string, { rows: number; lanes: Uint32Array }>();
  let manifest: BackupManifest | null = null;
  let order: readonly number[] = [];
  let sum = { rows: 0, lanes: new Uint32Array(lanes) };
  for await (const line of readBackup(streamOf(care, options))) {
    if (line.kind === "manifest") manifest = line.manifest;
    else if (line.kind === "table") {
      sum = { rows: 0, lanes: new Uint32Array(lanes) };
      sums.set(line.table, sum);
      const { columns } = line;
      // In one database a column may stand elsewhere than in the other.
      order = [...columns.keys()].sort((a, b) => (columns[a]! < columns[b]! ? -1 : 1));
    } else if (line.kind === "row") {
      const digest = createHash("sha256")
        .update(JSON.stringify(order.map((at) => plain(line.cells[at]!))))
        .digest();
      // A sum, not an exclusive or: two rows that are equal must not cancel each other out.
      for (let lane = 0; lane < lanes; lane++) sum.lanes[lane]! += digest.readUInt32LE(4 * lane);
      sum.rows++;
    }
  }
  const tables = new Map([...sums].map(([table, { rows, lanes: found }]) => [table, { rows, checksum: Buffer.from(found.buffer).toString("hex") }]));
  return { manifest: manifest!, tables };
}

/** PostgreSQL keeps no U+0000 in a text. */
function plain(cell: Cell): unknown {
  if (cell instanceof Uint8Array) return { sha256: createHash("sha256").update(cell).digest("hex") };
  return typeof cell === "string" ? cell.replaceAll("\u0000", "") : cell;
}
