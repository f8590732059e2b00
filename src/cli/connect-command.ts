import { createInterface } from "node:readline/promises";
import { text as readText } from "node:stream/consumers";
import type { Command } from "commander";
import { ProblemError } from "#domain/problem.ts";
import { itemIdSources, type ShopPlatform, shopPlatforms } from "#domain/shop-platform.ts";
import { commaList } from "./numbers.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & { readonly secret?: string; readonly itemId: string; readonly consent?: string; readonly notice?: string };

const say = (line: string) => process.stdout.write(`${line}\n`);
const titles: Readonly<Record<ShopPlatform, string>> = { shopify: "Shopify", woocommerce: "WooCommerce" };
const shortSecretLength = 16;

/** A secret on the command line is seen by everybody on the machine, so there are two other ways to give it. */
async function secretOf(given: string | undefined): Promise<string> {
  const known = given ?? process.env.RAPPORT_CONNECT_SECRET;
  if (known !== undefined && known !== "") return known;
  if (!process.stdin.isTTY) return (await readText(process.stdin)).trim();
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question("secret: ")).trim();
  } finally {
    asking.close();
  }
}

function addPlatform(connect: Command, platform: ShopPlatform, whatSecret: string): void {
  withSharedOptions(connect.command(platform).description(`take ${titles[platform]}'s webhooks; again: change the connection`))
    .option("--secret <secret>", `${whatSecret}; else RAPPORT_CONNECT_SECRET, else it is asked for or read from the input`)
    .option("--item-id <which>", `by which id an item goes: ${itemIdSources.join(", ")}; your pages must send the same`, "product")
    .option("--consent <purposes>", "what the shop asserts its customers agreed to: personalize,learn,measure; without it orders are only kept")
    .option("--notice <text>", "version or address of the notice they agreed to")
    .action(async (options: Options) => {
      const { connectionToWire, putConnection } = await import("#server/connections.ts");
      const secret = await secretOf(options.secret);
      const consent = commaList(options.consent ?? "");
      await withShop(options, async (house, shop) => {
        const put = await putConnection(house, shop, { platform, secret, itemId: options.itemId, consent, notice: options.notice ?? null });
        if (!put.ok) throw new ProblemError(put.problem);
        const wire = connectionToWire(shop, put.value);
        if (options.json) return void say(JSON.stringify({ shop: shop.name, ...wire }));
        say(`${shop.name} takes webhooks of ${titles[platform]} at ${wire.path} of your server.`);
        say(`An item goes by its ${wire.itemId} id.`.replace("sku id", "SKU"));
        say(
          consent.length === 0
            ? "No consent is asserted: orders are kept as records, and used for nobody until they allow it."
            : `Asserted by the shop for its customers: ${consent.join(", ")}. What somebody decided themselves stands.`,
        );
        if (secret.trim().length < shortSecretLength) process.stderr.write("That is a short secret: who guesses it can send orders.\n");
      });
    });
}

function addRequests(connect: Command): void {
  withSharedOptions(connect.command("requests").description("what people asked for through the platforms: their data, or that it be erased"))
    .option("--done <id>", "close the request that you have seen to")
    .action(async (options: SharedOptions & { readonly done?: string }) => {
      const { rightsRequestsToWire } = await import("#server/rights-wire.ts");
      await withShop(options, async (house, shop) => {
        if (options.done !== undefined && !(await house.rights.fulfil(shop.shopId, options.done, "command-line", { byHand: true })).ok)
          throw new ProblemError({ code: "RIGHTS_REQUEST_UNKNOWN", detail: options.done.slice(0, 100) });
        const requests = await rightsRequestsToWire(house, shop.shopId, await house.rights.list(shop.shopId));
        if (options.json) return void say(JSON.stringify(requests));
        if (requests.length === 0) say("nobody has asked for anything");
        for (const { id, kind, customerId, reference, dueAt, state } of requests)
          say(`${state}\t${kind}\tdue ${dueAt.slice(0, 10)}\tcustomer ${customerId ?? "-"}\treference ${reference ?? "-"}\t${id}`);
      });
    });
}

/** `rapport connect shopify|woocommerce`, `list`, `remove PLATFORM`, `requests` */
export const connectCommand: CommandFile = (program) => {
  const connect = program.command("connect").description("shop software that calls this server");
  addPlatform(connect, "shopify", "the client secret of your app, or the signing secret of Settings > Notifications > Webhooks");
  addPlatform(connect, "woocommerce", "the secret of the webhooks");
  addRequests(connect);

  withSharedOptions(connect.command("list").description("name them, without their secrets")).action(async (options: SharedOptions) => {
    const { connectionToWire } = await import("#server/connections.ts");
    await withShop(options, async (house, shop) => {
      const connections = (await house.store.connections.list(shop.shopId)).map((one) => connectionToWire(shop, one));
      if (options.json) return void say(JSON.stringify(connections));
      if (connections.length === 0) say("nothing is connected");
      for (const { platform, path, itemId, consent } of connections)
        say(`${platform}\t${path}\titem id: ${itemId}\tconsent: ${consent.length === 0 ? "none asserted" : consent.join(", ")}`);
    });
  });

  withSharedOptions(connect.command("remove <platform>").description("take no more from it; what it brought in stays")).action(
    async (given: string, options: SharedOptions) => {
      const platform = shopPlatforms.find((one) => one === given);
      if (platform === undefined) throw new ProblemError({ code: "OPTION_INVALID", detail: `platform is ${shopPlatforms.join(" or ")}` });
      await withShop(options, async (house, shop) => {
        if (!(await house.store.connections.remove(shop.shopId, platform))) throw new ProblemError({ code: "CONNECTION_UNKNOWN", detail: platform });
        say(options.json ? JSON.stringify({ removed: platform }) : `${shop.name} takes nothing from ${titles[platform]} any more`);
      });
    },
  );
};
