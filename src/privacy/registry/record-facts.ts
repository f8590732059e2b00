import { type Retention, retentionClasses } from "#domain/retention.ts";
import type { Shop } from "#domain/shop.ts";
import type { RegisteredTable } from "#storage/ports/registry.ts";
import type { Store } from "#storage/ports.ts";
import type { Policy } from "../policy/policy.ts";
import { policyPacks } from "../policy/policy.ts";
import type { PolicyPack } from "../policy/policy-pack.ts";
import type { ShopPolicies } from "../policy/shop-policies.ts";

/** Somebody outside who is told something of people. */
export type NamedRecipient = { readonly name: string; readonly kind: "webhook" | "shop platform"; readonly told: readonly string[] };

/** All that the documents of a shop are written from: what is in force, not what was once written down. */
export type RecordFacts = {
  readonly shop: Shop;
  readonly at: string;
  readonly tables: readonly RegisteredTable[];
  readonly retention: Retention;
  readonly policy: Policy;
  readonly packs: readonly PolicyPack[];
  readonly recipients: readonly NamedRecipient[];
  readonly standingConsent: readonly string[];
  readonly database: "sqlite" | "postgres";
  readonly isSealed: boolean;
};

/** The host of an address; the rest of it may hold secrets. */
const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : "an address that cannot be read");

export function createGatherFacts(deps: {
  readonly store: Pick<Store, "kind" | "registry" | "shops" | "webhooks" | "connections" | "vault">;
  readonly policies: Pick<ShopPolicies, "of">;
  readonly retention: Retention;
  readonly clock: () => number;
}) {
  const { store, policies, retention, clock } = deps;
  return async (shop: Shop): Promise<RecordFacts> => {
    const policy = await policies.of(shop.shopId);
    const [endpoints, connections, standing, rootKeyId] = await Promise.all([
      store.webhooks.list(shop.shopId),
      store.connections.list(shop.shopId),
      store.shops.standingConsent(shop.shopId),
      store.vault.rootKeyId(),
    ]);
    const recipients: NamedRecipient[] = [
      ...endpoints.map(({ url, types }) => ({ name: hostOf(url), kind: "webhook" as const, told: [...types] })),
      ...connections.map(({ platform }) => ({ name: platform, kind: "shop platform" as const, told: ["orders and requests come from it"] })),
    ];
    return {
      shop,
      at: new Date(clock()).toISOString(),
      tables: store.registry,
      retention: Object.fromEntries(retentionClasses.map((name) => [name, retention[name]])) as Retention,
      policy,
      packs: policy.packs.flatMap((name) => policyPacks.get(name) ?? []),
      recipients: recipients.sort((a, b) => (a.name < b.name ? -1 : 1)),
      standingConsent: standing?.purposes ?? [],
      database: store.kind,
      isSealed: rootKeyId !== null,
    };
  };
}
