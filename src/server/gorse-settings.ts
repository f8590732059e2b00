import { ProblemError } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import { parseFeedbackKinds } from "#ingestion/gorse/feedback-kinds.ts";
import type { House } from "./compose.ts";
import type { GorseSettings } from "./gorse-services.ts";
import { isLoopback } from "./is-loopback.ts";
import { createShop } from "./shop-keys.ts";

export type GorseOptions = {
  /** Name of the shop that is open without a key. */
  readonly shop?: string | undefined;
  readonly openToNetwork?: boolean | undefined;
  readonly consent?: "shop-asserted" | "none" | undefined;
  /** What feedback types mean: `name=kind,name=kind`. */
  readonly feedback?: string | undefined;
};

/** The demo's shop for whoever wants to try their Gorse client; made when the first one comes. */
const playgroundShop = "gorse";

/** Throws ProblemError OPTION_INVALID and SHOP_UNKNOWN. */
export async function gorseSettings(
  house: House,
  options: GorseOptions,
  server: { readonly host: string; readonly demo: boolean },
): Promise<GorseSettings> {
  const kinds = parseFeedbackKinds(options.feedback);
  if (!kinds.ok) throw new ProblemError(kinds.problem);
  const reachable = !isLoopback(server.host);
  const openToNetwork = options.openToNetwork === true;
  const settings = { assertsConsent: options.consent !== "none", kinds: kinds.value, openToNetwork };
  if (options.shop !== undefined) {
    const shop = await house.store.shops.byName(options.shop);
    if (shop === null) throw new ProblemError({ code: "SHOP_UNKNOWN", detail: options.shop });
    if (reachable && !openToNetwork) {
      const detail = `--gorse-shop opens ${options.shop} to anybody who reaches ${server.host}; if that is meant, add --gorse-open-to-network`;
      throw new ProblemError({ code: "OPTION_INVALID", detail });
    }
    return { ...settings, openShop: async () => shop };
  }
  return { ...settings, openShop: server.demo && (!reachable || openToNetwork) ? () => openPlayground(house) : null };
}

async function openPlayground(house: House): Promise<Shop> {
  const known = await house.store.shops.byName(playgroundShop);
  if (known !== null) return known;
  const created = await createShop(house.store.shops, { name: playgroundShop, currency: "USD" }, house);
  // Two first requests at once: one of them made it.
  return created.ok ? created.value.shop : (await house.store.shops.byName(playgroundShop))!;
}
