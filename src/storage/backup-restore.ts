import { CompiledQuery, sql } from "kysely";
import { ProblemError } from "#domain/problem.ts";
import { type Cell, damaged, readBackup } from "./backup-format.ts";
import { type Db, setLastKey, tablesOf } from "./backup-tables.ts";
import { shopsIn } from "./backup-write.ts";
import type { BackupManifest, CheckedBackup } from "./ports/store-care.ts";
import { type Dialect, rowsPerStatement } from "./sql/dialect.ts";
import { schemaSteps } from "./sql/migrations.ts";

/** Bytes of models and counts that may wait for the statement that writes them. */
const maxWaitingBytes = 16 * 1024 * 1024;

export type RestoreSteps = {
  /** An empty store whose schema is at this step. */
  readonly prepare: (schemaStep: string) => Promise<void>;
  /** What is done within gets in as a whole or not at all. */
  readonly within: (fill: (db: Db) => Promise<CheckedBackup>) => Promise<CheckedBackup>;
};

/** Puts a backup into an empty store, in the schema that it was written in. Throws ProblemError BACKUP_DAMAGED or STORE_NEWER. */
export async function fillFromBackup(backup: AsyncIterable<Uint8Array>, dialect: Dialect, { prepare, within }: RestoreSteps): Promise<CheckedBackup> {
  const lines = readBackup(backup);
  try {
    const first = await lines.next();
    if (first.done === true || first.value.kind !== "manifest") throw damaged("it does not begin as a backup of Rapport does");
    const { manifest } = first.value;
    if (!schemaSteps.includes(manifest.schemaStep))
      throw new ProblemError({
        code: "STORE_NEWER",
        detail: `the backup was written by Rapport ${manifest.rapport}, in a schema this version does not know`,
      });
    await prepare(manifest.schemaStep);
    return await within((db) => fill(db, dialect, manifest, lines));
  } finally {
    // Closes the file, however it ended.
    await lines.return({ manifest: null as never, sha256: "" }).catch(() => {});
  }
}

async function fill(db: Db, dialect: Dialect, manifest: BackupManifest, lines: ReturnType<typeof readBackup>): Promise<CheckedBackup> {
  const shapes = await tablesOf(db, dialect);
  // An empty store that was opened before has been given a key; what comes belongs to the one it was sealed with.
  if (shapes.has("vault_root")) await db.deleteFrom("vault_root").execute();
  let section: { table: string; columns: readonly string[]; mostRows: number } | null = null;
  let waiting: Cell[] = [];
  let waitingBytes = 0;

  async function flush(): Promise<void> {
    if (section === null || waiting.length === 0) return;
    const { table, columns } = section;
    const text = insertText(dialect, table, columns, waiting.length / columns.length);
    await db.executeQuery(CompiledQuery.raw(text, waiting)).catch((error: unknown) => {
      const translated = dialect.translateError(error);
      if (translated instanceof ProblemError) throw translated;
      throw damaged(`a row of ${table} contradicts another, or is none that the table takes`, error);
    });
    waiting = [];
    waitingBytes = 0;
  }

  for (;;) {
    const next = await lines.next();
    if (next.done === true) {
      await flush();
      for (const [table, last] of Object.entries(manifest.lastKeys)) {
        const key = shapes.get(table)?.growingKey;
        if (key === undefined || key === null) throw damaged(`${table} has no growing key`);
        const { rows } = await sql<{ most: number | null }>`select max(${sql.ref(key)}) as most from ${sql.table(table)}`.execute(db);
        await setLastKey(db, dialect, table, key, Math.max(last, Number(rows[0]?.most ?? 0)));
      }
      // Not what was read, but what is there now.
      const shops = await shopsIn(db);
      if (JSON.stringify(shops) !== JSON.stringify(manifest.shops))
        throw damaged("its manifest names other shops, or other log positions, than it holds");
      return next.value;
    }
    const line = next.value;
    if (line.kind === "table") {
      await flush();
      const shape = shapes.get(line.table);
      if (
        shape === undefined ||
        line.columns.length === 0 ||
        new Set(line.columns).size !== line.columns.length ||
        !line.columns.every((name) => shape.columns.includes(name))
      )
        throw damaged(`the table ${line.table} is not one of its schema`);
      section = { table: line.table, columns: line.columns, mostRows: rowsPerStatement(dialect, line.columns.length) };
    } else if (line.kind === "row") {
      for (const cell of line.cells) {
        waiting.push(cell);
        if (cell instanceof Uint8Array) waitingBytes += cell.length;
      }
      if (waiting.length >= section!.mostRows * section!.columns.length || waitingBytes > maxWaitingBytes) await flush();
    }
  }
}

const texts = new Map<string, string>();

/** Written once for each table and number of rows: there are few. */
function insertText({ kind }: Dialect, table: string, columns: readonly string[], rows: number): string {
  const key = `${kind} ${table} ${columns.join()} ${rows}`;
  let text = texts.get(key);
  if (text === undefined) {
    let place = 0;
    const one = () => (kind === "postgres" ? `$${++place}` : "?");
    const groups = Array.from({ length: rows }, () => `(${columns.map(one).join(", ")})`);
    text = `insert into "${table}" (${columns.map((name) => `"${name}"`).join(", ")}) values ${groups.join(", ")}`;
    texts.set(key, text);
  }
  return text;
}
