import { ProblemError } from "#domain/problem.ts";
import { withHouse } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

/** `rapport shop create NAME`, `rapport shop list` */
export const shopCommand: CommandFile = (program) => {
  const shop = program.command("shop").description("the shops of this installation");

  withSharedOptions(shop.command("create <name>").description("make a shop and print its keys, this once"))
    .option("--currency <code>", "three capital letters", "USD")
    .action(async (name: string, options: SharedOptions & { readonly currency: string }) => {
      const { createShop } = await import("#server/shop-keys.ts");
      const created = await withHouse(options, (house) => createShop(house.store.shops, { name, currency: options.currency }, house));
      if (!created.ok) throw new ProblemError(created.problem);
      const { writeKey, serverKey } = created.value;
      if (options.json) return void process.stdout.write(`${JSON.stringify({ shop: name, writeKey, serverKey })}\n`);
      process.stdout.write(`shop        ${name}\nwrite key   ${writeKey}   (public: for pages and apps, may only send)\n`);
      process.stdout.write(`server key  ${serverKey}   (secret: for your servers and the console)\nKeep them: they are not shown again.\n`);
    });

  withSharedOptions(shop.command("list").description("name them")).action(async (options: SharedOptions) => {
    const shops = await withHouse(options, (house) => house.store.shops.list());
    const rows = shops.map(({ name, currency, createdAt }) => ({ shop: name, currency, createdAt: new Date(createdAt).toISOString() }));
    if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
    else for (const row of rows) process.stdout.write(`${row.shop}\t${row.currency}\tsince ${row.createdAt.slice(0, 10)}\n`);
  });
};
