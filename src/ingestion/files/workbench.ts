import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue, type JS } from "@duckdb/node-api";
import { ProblemError } from "#domain/problem.ts";

/** A throw-away database in a temporary folder: it sorts and joins what does not fit into memory. */
export type Workbench = {
  /** Only this user can look into it; gone when the import ends. */
  readonly folder: string;
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly (readonly JS[])[]>;
  /** Chunks of rows, column by column, fetched one after the other. Nothing else may run until it is read to its end. */
  stream(sql: string): AsyncIterable<readonly (readonly DuckDBValue[])[]>;
  columnsOf(relation: string): Promise<readonly TableColumn[]>;
};

export type TableColumn = { readonly name: string; readonly type: string };

/** Beyond this, the database writes to its temporary folder. */
const memoryLimit = "256MB";

/** Sets up a workbench, lets `work` use it, and clears it away whatever happens. */
export async function withWorkbench<Value>(parent: string | undefined, work: (bench: Workbench) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(join(parent ?? tmpdir(), "rapport-import-"));
  try {
    const instance = await DuckDBInstance.create(join(folder, "rows.duckdb"), {
      memory_limit: memoryLimit,
      temp_directory: join(folder, "spill"),
      threads: "2",
      // Give memory back early: without these, the process keeps several times the limit.
      allocator_flush_threshold: "16MB",
      allocator_bulk_deallocation_flush_threshold: "16MB",
      // Nothing is fetched from anywhere: all that is needed is compiled in.
      autoinstall_known_extensions: "false",
    });
    try {
      const connection = await instance.connect();
      await connection.run("SET TimeZone = 'UTC'");
      return await work(benchOn(connection, folder));
    } finally {
      instance.closeSync();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function benchOn(connection: DuckDBConnection, folder: string): Workbench {
  const rows = async (sql: string) => (await connection.runAndReadAll(sql).catch(tellIfFull)).getRowsJS();
  return {
    folder,
    rows,
    run: async (sql) => void (await connection.run(sql).catch(tellIfFull)),
    stream: async function* (sql) {
      try {
        for await (const chunk of await connection.stream(sql)) yield chunk.getColumns();
      } catch (error) {
        tellIfFull(error);
      }
    },
    columnsOf: async (relation) => {
      const described = await rows(`DESCRIBE SELECT * FROM ${relation}`);
      return described.map(([name, type]) => ({ name: String(name), type: String(type) }));
    },
  };
}

/** A full disk or too little memory is nobody's mistake: it becomes a problem that the caller is told. */
function tellIfFull(error: unknown): never {
  const words = error instanceof Error ? error.message : "";
  if (/No space left|max_temp_directory_size|disk full/i.test(words)) {
    throw new ProblemError({ code: "STORE_FULL", detail: "the disk of the temporary folder is full; make room" }, { cause: error });
  }
  if (words.startsWith("Out of Memory Error")) {
    throw new ProblemError(
      { code: "FILE_UNREADABLE", detail: "the file is too large to be sorted at once; split it, for instance by month" },
      { cause: error },
    );
  }
  throw error;
}

/** A text as SQL writes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A column or table as SQL writes it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
