import { type Kysely, sql } from "kysely";
import type { SizeStore, StoreSize, TableSize } from "../ports/size-store.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";

export function createSizeStore(db: Kysely<Tables>, dialect: Dialect): SizeStore {
  async function rowsOf(table: string): Promise<number> {
    const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(table)}`.execute(db);
    return Number(rows[0]!.rows);
  }

  async function sqliteSize(): Promise<StoreSize> {
    const { rows: names } = await sql<{ name: string; tbl_name: string; type: string }>`
      select name, tbl_name, type from sqlite_master where type in ('table', 'index')`.execute(db);
    const { rows: pages } = await sql<{ name: string; bytes: number }>`select name, pgsize as bytes from dbstat where aggregate = true`.execute(db);
    const bytesOf = new Map(pages.map(({ name, bytes }) => [name, Number(bytes)]));
    const one = async (pragma: string) =>
      Number(Object.values((await sql<Record<string, number>>`${sql.raw(`pragma ${pragma}`)}`.execute(db)).rows[0]!)[0]);
    const [pageSize, pageCount, free] = [await one("page_size"), await one("page_count"), await one("freelist_count")];
    const tables: TableSize[] = [];
    for (const { name } of names.filter(
      ({ name: table, type }) => type === "table" && !table.startsWith("sqlite_") && !table.startsWith("kysely_"),
    )) {
      const indexes = names.filter(({ tbl_name, type }) => type === "index" && tbl_name === name);
      const indexBytes = indexes.reduce((sum, index) => sum + (bytesOf.get(index.name) ?? 0), 0);
      tables.push({ table: name, rows: await rowsOf(name), bytes: (bytesOf.get(name) ?? 0) + indexBytes, indexBytes });
    }
    return { kind: "sqlite", bytes: pageSize * pageCount, freeBytes: pageSize * free, tables };
  }

  async function postgresSize(): Promise<StoreSize> {
    const { rows } = await sql<{ name: string; bytes: number; index_bytes: number }>`
      select c.relname as name, pg_total_relation_size(c.oid) as bytes, pg_indexes_size(c.oid) as index_bytes
      from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and c.relname not like 'kysely%'`.execute(db);
    const tables: TableSize[] = [];
    for (const { name, bytes, index_bytes } of rows)
      tables.push({ table: name, rows: await rowsOf(name), bytes: Number(bytes), indexBytes: Number(index_bytes) });
    return { kind: "postgres", bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0), freeBytes: 0, tables };
  }

  return {
    async size() {
      try {
        const found = dialect.kind === "sqlite" ? await sqliteSize() : await postgresSize();
        return { ...found, tables: found.tables.toSorted((a, b) => b.bytes - a.bytes || (a.table < b.table ? -1 : 1)) };
      } catch (error) {
        throw dialect.translateError(error);
      }
    },
  };
}
