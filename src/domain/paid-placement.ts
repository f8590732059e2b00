import type { CatalogueItem } from "./item.ts";

/** How a shop says that somebody pays for an item's place, or that it pushes the item itself. */
export type PaidPlacement = {
  readonly sponsored: boolean;
  readonly boosted: boolean;
  /** Who pays, where the shop says so. */
  readonly by: string | null;
};

const maxName = 100;

/** True, 1, "true", "yes" or a name; whatever a feed may make of it. What is not plainly a no counts as a yes. */
function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0) return false;
  return typeof value !== "string" || !/^(|false|no|none|0|n)$/i.test(value.trim());
}

/** Read from the item's attributes `sponsored` and `boosted`. Neither changes the order; both must be shown to people. */
export function paidPlacementOf({ attributes }: Pick<CatalogueItem, "attributes">): PaidPlacement {
  const told = (name: string): unknown => (Object.hasOwn(attributes, name) ? attributes[name] : undefined);
  const sponsor = told("sponsored");
  const isName = typeof sponsor === "string" && isSet(sponsor) && !/^(true|yes|1|y)$/i.test(sponsor.trim());
  return { sponsored: isSet(sponsor), boosted: isSet(told("boosted")), by: isName ? sponsor.trim().slice(0, maxName) : null };
}
