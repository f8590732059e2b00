import type { FastifyRequest } from "fastify";
import { isLoopback } from "../../is-loopback.ts";
import { hashKey, keyTagOf } from "../../shop-keys.ts";
import type { GorseDeps } from "./gorse-deps.ts";
import { GorseError } from "./gorse-error.ts";

/** What a header says it comes from or goes to; "" where that cannot be read. */
function hostnameOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname : "";
}

/**
 * A browser on this machine brings every web page within reach of what listens here alone; a page from elsewhere names itself (Origin),
 * or pretends that this machine has its name (Host).
 */
function comesFromHere({ headers }: FastifyRequest): boolean {
  const { origin, host } = headers;
  return (origin === undefined || isLoopback(hostnameOf(origin))) && isLoopback(hostnameOf(`http://${host ?? ""}`));
}

/** A hook that finds the shop of a request: that of its `X-API-Key`, or the one that is open to all. */
export function createFindShop({ house, settings }: Pick<GorseDeps, "house" | "settings">) {
  return async function findShop(request: FastifyRequest): Promise<void> {
    const header = request.headers["x-api-key"];
    const key = Array.isArray(header) ? header[0] : header;
    const found = key === undefined || key === "" ? null : await house.store.shops.byKeyHash(hashKey(key));
    if (found?.scope === "server") {
      request.shop = found.shop;
      request.keyTag = keyTagOf(hashKey(key!));
      return;
    }
    if (found !== null || settings.openShop === null || !(settings.openToNetwork || comesFromHere(request)))
      throw new GorseError(401, "unauthorized");
    request.shop = await settings.openShop();
  };
}
