import type { EpochMs } from "#domain/clock.ts";
import type { Erasure } from "#storage/ports/forget-store.ts";
import type { Store } from "#storage/ports.ts";
import type { Signer } from "../vault/signer.ts";

/** Somebody whom the shop tells about its customers, and how far the news of this forgetting got. */
export type Recipient = { readonly endpointId: string; readonly name: string; readonly messageId: string | null; readonly state: string };

const iso = (at: EpochMs) => new Date(at).toISOString();

/** What was done, signed by the shop; it names nobody. Whoever holds the erasure id knows whose it is. */
export function createCertifyErasure(deps: {
  readonly store: Pick<Store, "kind" | "shops">;
  readonly signer: Signer;
  readonly stores: readonly string[];
}) {
  const { store, signer, stores } = deps;
  return async ({ erasureId, shopId, requestedAt, report }: Erasure, now: EpochMs): Promise<string> => {
    const shop = (await store.shops.list()).find((one) => one.shopId === shopId);
    const recipients = ((report.recipients ?? []) as Recipient[]).map(({ endpointId, name, state }) => ({ endpointId, name, state }));
    const document = {
      type: "rapport-erasure-certificate",
      version: 1,
      erasureId,
      shop: { id: shopId, name: shop?.name ?? null },
      requestedAt: iso(requestedAt),
      completedAt: iso(now),
      erased: { rows: report.rows ?? {}, keys: report.keys ?? 0, modelVersions: report.modelVersions ?? 0 },
      models: "What is served was made without this person: every event was taken out of the counts before it was deleted.",
      stores,
      sharedDevices: report.sharedNames ?? 0,
      verification: report.evidence ?? null,
      recipients,
      survives: ["this certificate", "for each name a keyed digest, kept so that nothing is stored under it again; its key serves nothing else"],
      chainPosition: null,
    };
    return JSON.stringify({ ...document, signature: await signer.sign(shopId, document) });
  };
}
