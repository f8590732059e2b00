import { ProblemError } from "#domain/problem.ts";
import { composeHouse } from "#server/compose.ts";
import { createShop } from "#server/shop-keys.ts";
import { type CommandFile, databaseUrl, type SharedOptions, withSharedOptions } from "./program.ts";

/** `rapport shop create NAME`, `rapport shop list` */
export const shopCommand: CommandFile = (program) => {
  const shop = program.command("shop").description("the shops of this installation");

  withSharedOptions(shop.command("create <name>").description("make a shop and print its keys, this once"))
    .option("--currency <code>", "three capital letters", "USD")
    .action(async (name: string, options: SharedOptions & { readonly currency: string }) => {
      const house = await composeHouse({ dataFolder: options.data, databaseUrl: databaseUrl() });
      try {
        const created = await createShop(house.store.shops, { name, currency: options.currency }, house);
        if (!created.ok) throw new ProblemError(created.problem);
        const { writeKey, serverKey } = created.value;
        if (options.json) process.stdout.write(`${JSON.stringify({ shop: name, writeKey, serverKey })}\n`);
        else {
          process.stdout.write(`shop        ${name}\nwrite key   ${writeKey}   (public: for pages and apps, may only send)\n`);
          process.stdout.write(`server key  ${serverKey}   (secret: for your servers and the console)\nKeep them: they are not shown again.\n`);
        }
      } finally {
        await house.store.close();
      }
    });

  withSharedOptions(shop.command("list").description("name them")).action(async (options: SharedOptions) => {
    const house = await composeHouse({ dataFolder: options.data, databaseUrl: databaseUrl() });
    try {
      const shops = await house.store.shops.list();
      const rows = shops.map(({ name, currency, createdAt }) => ({ shop: name, currency, createdAt: new Date(createdAt).toISOString() }));
      if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
      else for (const row of rows) process.stdout.write(`${row.shop}\t${row.currency}\tsince ${row.createdAt.slice(0, 10)}\n`);
    } finally {
      await house.store.close();
    }
  });
};
