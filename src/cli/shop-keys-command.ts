import type { Command } from "commander";
import { Option } from "commander";
import { ProblemError } from "#domain/problem.ts";
import type { KeyScope } from "#domain/shop.ts";
import { withShop } from "./open-shop.ts";
import { type SharedOptions, withSharedOptions } from "./program.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
const dateOf = (at: number | null) => (at === null ? "unknown" : new Date(at).toISOString());

/** `rapport shop keys list`, `create`, `revoke` */
export function addShopKeys(shop: Command): void {
  const keys = shop.command("keys").description("the API keys of a shop");

  withSharedOptions(keys.command("list").description("their tags, what they open, and since when; never the keys: those are kept nowhere")).action(
    async (options: SharedOptions) => {
      const { listKeys } = await import("#server/shop-keys.ts");
      const listed = await withShop(options, (house, { shopId }) => listKeys(house.store.shops, shopId));
      if (options.json)
        return void say(
          JSON.stringify({ keys: listed.map((key) => ({ ...key, createdAt: key.createdAt === null ? null : dateOf(key.createdAt) })) }),
        );
      for (const { tag, scope, createdAt } of listed) say(`${tag}  ${scope.padEnd(6)}  ${dateOf(createdAt)}`);
    },
  );

  withSharedOptions(keys.command("create").description("make a further key and print it, this once"))
    .addOption(new Option("--scope <scope>", "write: may only send; server: everything").choices(["write", "server"]).default("server"))
    .action(async (options: SharedOptions & { readonly scope: KeyScope }) => {
      const { createKey } = await import("#server/shop-keys.ts");
      const { key, tag } = await withShop(options, (house, { shopId }) => createKey(house.store.shops, shopId, options.scope, house.clock()));
      if (options.json) return void say(JSON.stringify({ key, tag, scope: options.scope }));
      say(`${options.scope} key  ${key}\ntag         ${tag}\nKeep it: it is not shown again.`);
    });

  withSharedOptions(keys.command("revoke <tag>").description("end a key: by its tag, or by the key itself")).action(
    async (tag: string, options: SharedOptions) => {
      const { revokeKey } = await import("#server/shop-keys.ts");
      const revoked = await withShop(options, async (house, { shopId }) => {
        const result = await revokeKey(house.store.shops, shopId, tag);
        if (!result.ok) throw new ProblemError(result.problem);
        return { ...result.value, left: (await house.store.shops.keys(shopId)).filter(({ scope }) => scope === "server").length };
      });
      if (options.json) return void say(JSON.stringify({ revoked: revoked.tag, scope: revoked.scope }));
      say(`Revoked ${revoked.tag} (${revoked.scope}). Servers that have just seen it take it for ten seconds more.`);
      if (revoked.left === 0) say("The shop has no server key left: rapport shop keys create");
    },
  );
}
