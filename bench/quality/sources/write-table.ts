import { DuckDBInstance } from "@duckdb/node-api";

/** Writes what a query gives to a file: CSV with a header, or JSON lines. */
export async function writeTable(query: string, file: string, format: "csv" | "json"): Promise<string> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    await connection.run(`COPY (${query}) TO '${file}' (FORMAT ${format}${format === "csv" ? ", HEADER" : ""})`);
    return file;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
