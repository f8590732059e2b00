import type { ShopId } from "#domain/ids.ts";
import type { ForgetStore } from "#storage/ports/forget-store.ts";
import { nameKey } from "#storage/ports/forget-store.ts";
import type { GorseStore } from "#storage/ports/gorse-store.ts";

/** What a Gorse client tells of its users goes round the log; of those who were forgotten nothing is kept there either. */
export function guardGorse(gorse: GorseStore, forgetting: Pick<ForgetStore, "suppressed">): GorseStore {
  async function known<Row extends { readonly userId: string }>(shopId: ShopId, rows: readonly Row[]): Promise<readonly Row[]> {
    const said = (userId: string) => ({ kind: "customer", externalId: userId }) as const;
    const suppressed = await forgetting.suppressed(
      shopId,
      rows.map(({ userId }) => said(userId)),
    );
    return suppressed.size === 0 ? rows : rows.filter(({ userId }) => !suppressed.has(nameKey(said(userId))));
  }
  return {
    ...gorse,
    putUsers: async (shopId, users) => gorse.putUsers(shopId, await known(shopId, users)),
    addMissingUsers: async (shopId, users) => gorse.addMissingUsers(shopId, await known(shopId, users)),
    putFeedback: async (shopId, rows) => gorse.putFeedback(shopId, await known(shopId, rows)),
  };
}
