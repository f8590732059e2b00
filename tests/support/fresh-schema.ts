import pg from "pg";

/** Where a PostgreSQL server for tests listens; undefined where there is none. */
export const postgresUrl: string | undefined = process.env.RAPPORT_TEST_POSTGRES_URL || undefined;

/** A schema of its own inside the test database, and the address that leads into it. */
export async function freshSchema(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const schema = `rapport_whole_${process.pid}_${Math.floor(performance.now() * 1000)}`;
  async function run(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement);
    await client.end();
  }
  await run(`create schema ${schema}`);
  const address = new URL(url);
  address.searchParams.set("options", `-c search_path=${schema}`);
  return { url: address.href, drop: () => run(`drop schema ${schema} cascade`) };
}
