import type { Clock } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { VaultStore } from "#storage/ports/vault-store.ts";
import type { Signer } from "./signer.ts";

export type RotatedShop = { readonly rewrapped: number; readonly signingKeyId: string | null };
/** A new key for a shop, and a new pair to sign with if asked to. Cut off, it is gone on with by calling it again. */
export type RotateKeys = (shopId: ShopId, options?: { readonly signing?: boolean; readonly perStep?: number }) => Promise<RotatedShop>;

const keysPerStep = 2_000;

/** Only keys are sealed anew, never what they seal: a shop of a million customers is done in minutes, while it is served. */
export function createRotateKeys(deps: { readonly vault: VaultStore; readonly signer: Signer; readonly clock: Clock }): RotateKeys {
  const { vault, signer, clock } = deps;
  return async (shopId, { signing = false, perStep = keysPerStep } = {}) => {
    await vault.beginRotation(shopId, clock());
    let rewrapped = 0;
    // Somebody may have been met under the older key while it went on: then once more.
    do {
      let after: PersonId | null = null;
      do {
        const step: Awaited<ReturnType<VaultStore["rotateSome"]>> = await vault.rotateSome(shopId, after, perStep);
        rewrapped += step.rewrapped;
        after = step.next;
      } while (after !== null);
    } while (!(await vault.finishRotation(shopId)));
    return { rewrapped, signingKeyId: signing ? (await signer.rotate(shopId)).kid : null };
  };
}
