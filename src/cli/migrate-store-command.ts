import type { CommandFile } from "./program.ts";

type Options = { readonly from: string; readonly to: string; readonly json?: true };

/** `rapport migrate-store --from FOLDER|postgres://… --to FOLDER|postgres://…` */
export const migrateStoreCommand: CommandFile = (program) => {
  program
    .command("migrate-store")
    .description("move everything from a data folder to a PostgreSQL database or back, and prove that both are equal")
    .requiredOption("--from <place>", "a data folder, or postgres://…; no server may be running on it")
    .requiredOption("--to <place>", "a data folder, or postgres://…; there may be no shop in it yet")
    .option("--json", "print the result as JSON")
    .action(async ({ from, to, json }: Options) => {
      const { migrateStore } = await import("#server/migrate-store.ts");
      const { manifest, tables } = await migrateStore(from, to, Date.now(), (words) => {
        if (json !== true) process.stderr.write(`${words}\n`);
      });
      const rows = tables.reduce((sum, table) => sum + table.rows, 0);
      const shops = manifest.shops.map(({ name, head }) => ({ shop: name, head }));
      if (json === true) return void process.stdout.write(`${JSON.stringify({ equal: true, rows, shops, tables })}\n`);
      const width = Math.max(...tables.map(({ table }) => table.length));
      for (const { table, rows: count, checksum } of tables)
        process.stdout.write(`${table.padEnd(width)}  ${String(count).padStart(12)} rows  ${checksum.slice(0, 16)}  equal\n`);
      process.stdout.write(`${rows} rows of ${shops.length} ${shops.length === 1 ? "shop" : "shops"} moved; both stores are equal.\n`);
      process.stdout.write("What is sealed stays sealed: the new store needs the same key (rapport.key, or RAPPORT_KEY). See docs/guide/keys.md.\n");
      process.stdout.write("Keys are the same. Start the server on the new store; keep the old one until you have seen it run.\n");
    });
};
