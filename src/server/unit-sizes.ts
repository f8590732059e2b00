import type { StoreSize } from "#storage/ports/size-store.ts";

/** What hangs on one event, item or person: the tables that grow with it. */
const tablesOf = {
  event: ["log", "retractions"],
  item: ["items"],
  person: ["people", "consents", "identity_links"],
} as const;

export type UnitSizes = Readonly<Record<keyof typeof tablesOf, { readonly count: number; readonly bytesEach: number }>>;

/** Bytes for each entry of the log, item and name of a person, with their indexes. */
export function unitSizes({ tables }: StoreSize): UnitSizes {
  const unit = (names: readonly string[]) => {
    const count = tables.find(({ table }) => table === names[0])?.rows ?? 0;
    const bytes = tables.reduce((sum, one) => sum + (names.includes(one.table) ? one.bytes : 0), 0);
    return { count, bytesEach: count === 0 ? 0 : bytes / count };
  };
  return { event: unit(tablesOf.event), item: unit(tablesOf.item), person: unit(tablesOf.person) };
}
