import { unitSizes } from "#server/unit-sizes.ts";
import { withHouse } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

/** `rapport size` */
export const sizeCommand: CommandFile = (program) => {
  withSharedOptions(program.command("size").description("what the store occupies on the disk: by table, and for each event, item and person")).action(
    async (options: SharedOptions) => {
      const size = await withHouse(options, (house) => house.store.sizes.size());
      const units = unitSizes(size);
      if (options.json) return void process.stdout.write(`${JSON.stringify({ ...size, ...units })}\n`);
      const line = (name: string, bytes: number, rows: number, each: string) =>
        process.stdout.write(`${name.padEnd(20)} ${String(bytes).padStart(14)} bytes ${String(rows).padStart(12)} ${each}\n`);
      for (const { table, bytes, rows } of size.tables) if (rows > 0) line(table, bytes, rows, "rows");
      process.stdout.write(`${"all".padEnd(20)} ${String(size.bytes).padStart(14)} bytes, of which ${size.freeBytes} are free for new rows\n`);
      for (const [name, { bytesEach, count }] of Object.entries(units))
        if (count > 0)
          process.stdout.write(`bytes per ${name.padEnd(10)} ${bytesEach.toFixed(1).padStart(14)}       ${String(count).padStart(12)} of them\n`);
    },
  );
};
