import type { Basket } from "./basket.ts";
import type { Shopper } from "./shopper.ts";
import type { StorefrontRequest, StorefrontServices } from "./storefront-services.ts";

/** One request with what was found out about it; what every page and every form handler is given. */
export type Visit = {
  readonly request: StorefrontRequest;
  readonly services: StorefrontServices;
  readonly shopper: Shopper;
  readonly basket: Basket;
};

/** Reports something to the engine, unless the shopper has not allowed any use of it: then nothing leaves this file. */
export async function tellEngine(
  { services, shopper }: Pick<Visit, "services" | "shopper">,
  event: string,
  properties: Record<string, unknown>,
): Promise<void> {
  if (shopper.mayTrack) await services.track({ type: "track", event, ...shopper.names, properties });
}

export async function tellPage(
  { services, shopper }: Pick<Visit, "services" | "shopper">,
  name: string,
  properties: Record<string, unknown>,
): Promise<void> {
  if (shopper.mayTrack) await services.track({ type: "page", name, ...shopper.names, properties });
}
