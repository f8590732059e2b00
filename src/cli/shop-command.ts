import { ProblemError } from "#domain/problem.ts";
import { eventPurposes, isPurpose } from "#domain/purpose.ts";
import type { StandingConsent } from "#domain/shop.ts";
import { commaList } from "./numbers.ts";
import { withHouse, withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";
import { addShopKeys } from "./shop-keys-command.ts";

function assertion(list: string, notice: string | null): StandingConsent | null {
  if (list === "none") return null;
  const wrong = (detail: string) => new ProblemError({ code: "OPTION_INVALID", detail });
  const purposes = commaList(list).map((purpose) => {
    if (!isPurpose(purpose) || !eventPurposes.some((one) => one === purpose))
      throw wrong(`--assert ${purpose}: use ${eventPurposes.join(", ")}, or none`);
    return purpose;
  });
  if (purposes.length === 0) throw wrong("--assert names no purpose");
  return { purposes: [...new Set(purposes)], notice };
}

/** `rapport shop create NAME`, `rapport shop list`, `rapport shop consent` */
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

  addShopKeys(shop);

  withSharedOptions(shop.command("consent").description("what the shop asserts of visitors who have decided nothing"))
    .option("--assert <purposes>", "personalize,learn,measure, or none: record that whoever was never asked here agreed elsewhere")
    .option("--notice <text>", "version or address of the notice that they agreed to")
    .action(async (options: SharedOptions & { readonly assert?: string; readonly notice?: string }) => {
      const standing = await withShop(options, async (house, { shopId }) => {
        if (options.assert !== undefined) await house.store.shops.setStandingConsent(shopId, assertion(options.assert, options.notice ?? null));
        return house.store.shops.standingConsent(shopId);
      });
      if (options.json)
        return void process.stdout.write(`${JSON.stringify({ purposes: standing?.purposes ?? [], notice: standing?.notice ?? null })}\n`);
      if (standing === null) process.stdout.write("Nothing is asserted: events of people who were never asked are dropped.\n");
      else
        process.stdout.write(
          `Asserted by the shop for whoever decided nothing: ${standing.purposes.join(", ")}. What somebody decides themselves holds.\n`,
        );
    });

  withSharedOptions(shop.command("list").description("name them")).action(async (options: SharedOptions) => {
    const shops = await withHouse(options, (house) => house.store.shops.list());
    const rows = shops.map(({ name, currency, createdAt }) => ({ shop: name, currency, createdAt: new Date(createdAt).toISOString() }));
    if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
    else for (const row of rows) process.stdout.write(`${row.shop}\t${row.currency}\tsince ${row.createdAt.slice(0, 10)}\n`);
  });
};
