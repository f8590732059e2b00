import { readFileSync } from "node:fs";
import { Type } from "typebox";
import { ProblemError } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import type { ShopStore } from "#storage/ports.ts";
import { errorReplies } from "../contract/errors.ts";
import { publicKeysReply } from "../contract/keys.ts";
import { textReply } from "../contract/text-replies.ts";
import { standaloneVerifier } from "../standalone-verifier.ts";
import { allowAnyOrigin } from "./public-cors.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Privacy"];

async function shopOf(shops: Pick<ShopStore, "byName" | "list">, name: string | undefined): Promise<Shop> {
  if (name !== undefined) {
    const shop = await shops.byName(name);
    if (shop === null) throw new ProblemError({ code: "SHOP_UNKNOWN", detail: "shop" });
    return shop;
  }
  const all = await shops.list();
  if (all.length !== 1) throw new ProblemError({ code: "SHOP_AMBIGUOUS", detail: "shop" });
  return all[0]!;
}

/** What anybody needs to check a signed receipt or certificate without asking the shop. */
export function addKeyRoutes(app: App, { house }: RouteDeps): void {
  app.get(
    "/v1/privacy/keys",
    {
      onRequest: allowAnyOrigin,
      schema: {
        tags,
        summary: "The public keys that receipts, certificates and audit anchors are signed with",
        security: [],
        querystring: Type.Object({ shop: Type.Optional(Type.String({ description: "Name of the shop; not needed when there is only one" })) }),
        response: { 200: publicKeysReply, ...errorReplies },
      },
    },
    async ({ query }) => {
      const { shopId } = await shopOf(house.store.shops, query.shop);
      return { keys: [...(await house.vault.signer.publicKeys(shopId))] };
    },
  );

  app.get(
    "/v1/privacy/verify-signed.mjs",
    {
      schema: {
        tags,
        summary: "A program of one file that checks signatures offline, with nothing but Node",
        security: [],
        response: { 200: textReply("The program", "text/javascript") },
      },
    },
    async (_request, reply) => reply.type("text/javascript; charset=utf-8").send(readFileSync(standaloneVerifier, "utf8")),
  );
}
