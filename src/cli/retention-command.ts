import { retentionClasses } from "#domain/retention.ts";
import type { Shop } from "#domain/shop.ts";
import type { Expired } from "#privacy/expire-events.ts";
import type { House } from "#server/compose.ts";
import { withHouse, withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & { readonly dryRun?: true; readonly compact?: true };
const words = { browsing: "looked at", shown: "shown", orders: "ordered" } as const;

/** `rapport retention show`, `rapport retention run` */
export const retentionCommand: CommandFile = (program) => {
  const retention = program.command("retention").description("how long what is kept, and ending what is past its time");

  withSharedOptions(retention.command("show").description("how many days each class is kept (RAPPORT_RETENTION changes it)")).action(
    async (options: Options) => {
      const { retentionInForce } = await import("#server/settings-in-force.ts");
      const days = retentionInForce();
      if (options.json) return void process.stdout.write(`${JSON.stringify(days)}\n`);
      for (const name of retentionClasses) process.stdout.write(`${name.padEnd(10)} ${days[name] === null ? "for ever" : `${days[name]} days`}\n`);
    },
  );

  withSharedOptions(retention.command("run").description("end what is past its time now, in one shop or all; a server does so once a day"))
    .option("--dry-run", "count it and change nothing")
    .option("--compact", "give the room back to the disk; takes as long as copying the store")
    .action(async (options: Options) => {
      const results = await inShops(options, async (house, shop) => (options.dryRun ? await count(house, shop) : await run(house, shop)));
      if (options.compact && !options.dryRun) await withHouse(options, (house) => house.store.retention.compact());
      if (options.json) return void process.stdout.write(`${JSON.stringify({ dryRun: options.dryRun === true, shops: results })}\n`);
      for (const { shop, expired, forgotten } of results) {
        const sums = Object.entries(expired).map(([name, events]) => `${events} ${words[name as keyof Expired]}`);
        process.stdout.write(`${shop}: ${options.dryRun ? "past their time" : "taken back"}: ${sums.join(", ")}`);
        process.stdout.write(
          forgotten === null
            ? "\n"
            : `; deleted: ${forgotten.events} events, ${forgotten.records} records, ${forgotten.people} names under which nothing is left\n`,
        );
      }
    });
};

async function inShops<Value>(options: Options, use: (house: House, shop: Shop) => Promise<Value>): Promise<Value[]> {
  if (options.shop !== undefined) return [await withShop(options, use)];
  return withHouse(options, async (house) => {
    const results: Value[] = [];
    for (const shop of await house.store.shops.list()) results.push(await use(house, shop));
    return results;
  });
}

async function count(house: House, shop: Shop) {
  return { shop: shop.name, expired: await house.expireEvents.count(shop.shopId), forgotten: null };
}

/** Round after round, with learning in between, until nothing is left. */
async function run(house: House, shop: Shop) {
  const expired = { browsing: 0, shown: 0, orders: 0 };
  const forgotten = { events: 0, records: 0, people: 0 };
  let stuck = 0;
  for (;;) {
    const round = await house.expireEvents.round(shop.shopId);
    for (const name of ["browsing", "shown", "orders"] as const) expired[name] += round.expired[name];
    for (const name of ["events", "records", "people"] as const) forgotten[name] += round.forgotten[name];
    if (!round.more && round.pending === 0) return { shop: shop.name, expired, forgotten };
    // Somebody else's learning may have overtaken this one; what is left the next run deletes.
    stuck = round.forgotten.events === 0 && round.pending > 0 ? stuck + 1 : 0;
    if (stuck > 5) return { shop: shop.name, expired, forgotten };
    if (round.pending > 0) {
      await house.learner.learn(shop.shopId);
      await house.learner.close();
    }
  }
}
