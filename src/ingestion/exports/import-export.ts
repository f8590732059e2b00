import type { ShopId } from "#domain/ids.ts";
import { openExport } from "./read-records.ts";
import { restoreCustomers } from "./restore-customers.ts";
import { type RestoreDeps, restoreEvents } from "./restore-events.ts";
import { restoreItems } from "./restore-items.ts";
import type { RestoreSummary } from "./restore-tally.ts";

const restore = { events: restoreEvents, customers: restoreCustomers, items: restoreItems } as const;

/** Reads a file that `rapport export` has written back into a shop. Throws ProblemError. */
export async function importExport(shopId: ShopId, path: string, deps: RestoreDeps): Promise<RestoreSummary> {
  const { kind, rows } = await openExport(path);
  return restore[kind](shopId, rows(), deps);
}
