import { Value } from "typebox/value";
import type { Clock } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { Store } from "#storage/ports.ts";
import { combinePolicy, defaultPacks, type Policy, type PolicyOverrides, policyOverrides, policyPacks } from "./policy.ts";

/** Another process may have changed it; for so long the old one may still be taken for true. */
const rememberMs = 2_000;

export type ShopPolicies = {
  /** What holds for this shop. Whatever needs a number from the law takes it from here. */
  of(shopId: ShopId): Promise<Policy>;
  /** Refuses with POLICY_INVALID. */
  set(shopId: ShopId, packs: readonly string[], overrides: unknown): Promise<Result<Policy>>;
};

/** What laws a shop keeps to; GDPR where it said nothing. */
export function createShopPolicies(deps: { readonly store: Pick<Store, "consentRecords">; readonly clock: Clock }): ShopPolicies {
  const { store, clock } = deps;
  const remembered = new Map<ShopId, { readonly policy: Policy; readonly at: number }>();

  function remember(shopId: ShopId, policy: Policy): Policy {
    if (remembered.size > 10_000) remembered.clear();
    remembered.set(shopId, { policy, at: clock() });
    return policy;
  }

  /** Of many who ask at once one reads. */
  const reading = new Map<ShopId, Promise<Policy>>();

  async function read(shopId: ShopId): Promise<Policy> {
    const row = await store.consentRecords.policy(shopId);
    // What was stored by a later version, or damaged, is not believed; the packs are.
    const overrides = row !== null && Value.Check(policyOverrides, row.overrides) ? row.overrides : {};
    return remember(shopId, combinePolicy(row?.packs ?? defaultPacks, overrides));
  }

  return {
    async of(shopId) {
      const known = remembered.get(shopId);
      if (known !== undefined && Math.abs(clock() - known.at) < rememberMs) return known.policy;
      let underWay = reading.get(shopId);
      if (underWay === undefined) {
        underWay = read(shopId).finally(() => reading.delete(shopId));
        reading.set(shopId, underWay);
      }
      return underWay;
    },

    async set(shopId, packs, overrides) {
      const unknown = packs.find((name) => !policyPacks.has(name));
      if (unknown !== undefined)
        return refuse("POLICY_INVALID", `pack ${JSON.stringify(unknown.slice(0, 40))} is none of ${[...policyPacks.keys()].join(", ")}`);
      if (packs.length === 0) return refuse("POLICY_INVALID", "no pack is named");
      const [error] = Value.Errors(policyOverrides, overrides);
      if (error !== undefined) return refuse("POLICY_INVALID", `overrides${error.instancePath}: ${error.message}`.slice(0, 200));
      const unique = [...new Set(packs)];
      await store.consentRecords.setPolicy(shopId, { packs: unique, overrides, changedAt: clock() });
      return succeed(remember(shopId, combinePolicy(unique, overrides as PolicyOverrides)));
    },
  };
}
