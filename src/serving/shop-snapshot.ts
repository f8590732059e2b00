import type { Clock } from "#domain/clock.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import { type CatalogueItem, isSellable } from "#domain/item.ts";
import { type ServableName, servableModels, servableNames } from "#models/catalogue.ts";
import type { ServableModel } from "#models/model.ts";
import type { CatalogueStore, ModelStore } from "#storage/ports.ts";

export type ServedModel = { readonly model: ServableModel; readonly version: number };

/** Catalogue and models of a shop at one moment, laid out for ranking. */
export type ShopSnapshot = {
  readonly items: readonly CatalogueItem[];
  readonly positionOf: ReadonlyMap<ItemId, number>;
  readonly sellable: Uint8Array;
  /** Popularity of each item, 0 to 1. */
  readonly popularity: Float64Array;
  readonly models: Readonly<Partial<Record<ServableName, ServedModel>>>;
  /** For each item its dense index in the model, -1 where the model does not know it. */
  readonly indices: Readonly<Partial<Record<ServableName, Int32Array>>>;
};

/** How long a snapshot is used before the store is asked whether anything changed. */
const ttlMs = 500;

type Kept = { stamp: string; checkedAt: number; snapshot: ShopSnapshot };

export type ShopSnapshots = {
  of(shopId: ShopId): Promise<ShopSnapshot>;
  /** Something of the shop was changed by this process: the next answer must know it. */
  expire(shopId: ShopId): void;
};

/** Keeps one snapshot per shop and makes a new one when the catalogue or a model has changed, by whichever process. */
export function createShopSnapshots(deps: { readonly catalogue: CatalogueStore; readonly models: ModelStore; readonly clock: Clock }): ShopSnapshots {
  const kept = new Map<ShopId, Kept>();
  const running = new Map<ShopId, Promise<ShopSnapshot>>();
  const loaded = new Map<string, ServedModel>();
  /** How often each shop was expired: a refresh that began before the last time is not kept. */
  const expiries = new Map<ShopId, number>();

  async function load(shopId: ShopId, name: ServableName, version: number): Promise<ServedModel | null> {
    const key = `${shopId} ${name}`;
    const known = loaded.get(key);
    if (known?.version === version) return known;
    const record = await deps.models.latest(shopId, name);
    if (record === null) return null;
    const served = { model: servableModels[name].load(record.artefact), version: record.version };
    loaded.set(key, served);
    return served;
  }

  async function refresh(shopId: ShopId): Promise<ShopSnapshot> {
    const begun = expiries.get(shopId);
    const versions = await Promise.all(servableNames.map((name) => deps.models.latestVersion(shopId, name)));
    const stamp = `${await deps.catalogue.revision(shopId)} ${versions.join(" ")}`;
    const known = kept.get(shopId);
    if (known?.stamp === stamp) {
      if (expiries.get(shopId) === begun) known.checkedAt = deps.clock();
      return known.snapshot;
    }
    const served: Partial<Record<ServableName, ServedModel>> = {};
    for (const [index, name] of servableNames.entries()) {
      if (versions[index] === 0) continue;
      const model = await load(shopId, name, versions[index]!);
      if (model !== null) served[name] = model;
    }
    const snapshot = lay(await deps.catalogue.all(shopId), served);
    if (expiries.get(shopId) === begun) kept.set(shopId, { stamp, checkedAt: deps.clock(), snapshot });
    return snapshot;
  }

  return {
    of(shopId) {
      const known = kept.get(shopId);
      if (known !== undefined && deps.clock() - known.checkedAt < ttlMs) return Promise.resolve(known.snapshot);
      let refreshing = running.get(shopId);
      if (refreshing === undefined) {
        const started = refresh(shopId).finally(() => {
          if (running.get(shopId) === started) running.delete(shopId);
        });
        running.set(shopId, started);
        refreshing = started;
      }
      return refreshing;
    },
    expire(shopId) {
      expiries.set(shopId, (expiries.get(shopId) ?? 0) + 1);
      const known = kept.get(shopId);
      if (known !== undefined) known.checkedAt = Number.NEGATIVE_INFINITY;
      // A refresh that is under way may have read what was there before.
      running.delete(shopId);
    },
  };
}

function lay(items: readonly CatalogueItem[], served: ShopSnapshot["models"]): ShopSnapshot {
  const indices: Partial<Record<ServableName, Int32Array>> = {};
  for (const name of servableNames) {
    const ids = served[name]?.model.ids;
    if (ids !== undefined) indices[name] = Int32Array.from(items, ({ itemId }) => ids.indexOf(itemId) ?? -1);
  }
  const shares = served.popular?.model.score([]).values;
  return {
    items,
    positionOf: new Map(items.map(({ itemId }, position) => [itemId, position])),
    sellable: Uint8Array.from(items, (item) => (isSellable(item) ? 1 : 0)),
    popularity: Float64Array.from(indices.popular ?? new Int32Array(items.length).fill(-1), (index) => (index < 0 ? 0 : shares![index]!)),
    models: served,
    indices,
  };
}
