import type { ShopId } from "#domain/ids.ts";
import { type ForgetStore, nameKey, type SaidName } from "#storage/ports/forget-store.ts";
import type { ReadRow } from "./read-records.ts";

const namesIn = ({ record }: ReadRow): SaidName[] => {
  const said: SaidName[] = [];
  for (const [column, kind] of [
    ["customerId", "customer"] as const,
    ["deviceInHandsOf", "customer"] as const,
    ["anonymousId", "anonymous"] as const,
  ]) {
    const text = record?.[column];
    if (typeof text === "string" || typeof text === "number") said.push({ kind, externalId: String(text) });
  }
  return said;
};

/** Rows of an older export about people who were forgotten since; also those that follow from others and name nobody where they are written. */
export async function forgottenRows(
  shopId: ShopId,
  page: readonly ReadRow[],
  forgetting: Pick<ForgetStore, "suppressed">,
): Promise<ReadonlySet<ReadRow>> {
  const names = new Map(page.flatMap((row) => namesIn(row).map((name) => [nameKey(name), name] as const)));
  const suppressed = await forgetting.suppressed(shopId, [...names.values()]);
  if (suppressed.size === 0) return new Set();
  return new Set(page.filter((row) => namesIn(row).some((name) => suppressed.has(nameKey(name)))));
}
