import type { Clock } from "#domain/clock.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import { type CatalogueItem, isSellable } from "#domain/item.ts";
import { type ServableName, servableModels, servableNames } from "#models/catalogue.ts";
import { onGrid } from "#models/linear/exact-sum.ts";
import type { ServableModel } from "#models/model.ts";
import { isBarred } from "#privacy/preferences/sensitive.ts";
import type { CatalogueStore, ModelStore } from "#storage/ports.ts";
import { surfaceRules } from "./surfaces.ts";

export type ServedModel = { readonly model: ServableModel; readonly version: number };

/** Catalogue and models of a shop at one moment, laid out for ranking. */
export type ShopSnapshot = {
  readonly items: readonly CatalogueItem[];
  readonly positionOf: ReadonlyMap<ItemId, number>;
  readonly sellable: Uint8Array;
  /** Popularity of each item, 0 to 1, times each share that a surface adds; on the grid of `onGrid`. */
  readonly popularityShares: ReadonlyMap<number, Float64Array>;
  /** Positions of the items of each category, ascending. */
  readonly inCategory: ReadonlyMap<string, Int32Array>;
  readonly ofBrand: ReadonlyMap<string, Int32Array>;
  /** 1 where having done something with the item tells of a person what is used for nobody. */
  readonly barred: Uint8Array;
  readonly priceThirds: readonly [number, number] | null;
  readonly models: Readonly<Partial<Record<ServableName, ServedModel>>>;
  /** For each dense index of a model the item's position; -1 where the catalogue does not have it. */
  readonly positions: Readonly<Partial<Record<ServableName, Int32Array>>>;
  /** Room for one score an item; `rank` alone writes in it. A new one for every request would be most of its work in a large shop. */
  readonly scratch: Float64Array;
};

/** How long a snapshot is used at most without asking the store whether anything changed. */
const ttlMs = 500;
/** It is asked sooner, beside whoever is answered with what is there: a new model takes tens of milliseconds to load. */
const askAfterMs = 250;
/** Between two pieces of loading, requests get their turn. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

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
    await breathe();
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
      // A clock that was set back must not make it fresh until then.
      const ageMs = known === undefined ? Number.POSITIVE_INFINITY : Math.abs(deps.clock() - known.checkedAt);
      if (ageMs < askAfterMs) return Promise.resolve(known!.snapshot);
      let refreshing = running.get(shopId);
      if (refreshing === undefined) {
        const started = refresh(shopId).finally(() => {
          if (running.get(shopId) === started) running.delete(shopId);
        });
        running.set(shopId, started);
        refreshing = started;
        // Where it fails, whoever comes after the time is over is told.
        started.catch(() => {});
      }
      return ageMs < ttlMs ? Promise.resolve(known!.snapshot) : refreshing;
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

function lay(items: readonly CatalogueItem[], models: ShopSnapshot["models"]): ShopSnapshot {
  const positionOf = new Map<ItemId, number>();
  const sellable = new Uint8Array(items.length);
  for (const [position, item] of items.entries()) {
    positionOf.set(item.itemId, position);
    if (isSellable(item)) sellable[position] = 1;
  }
  const positions: Partial<Record<ServableName, Int32Array>> = {};
  for (const name of servableNames) {
    const ids = models[name]?.model.ids;
    if (ids !== undefined) positions[name] = positionsOf(ids.ids(), items, positionOf);
  }
  const popularity = new Float64Array(items.length);
  const shares = models.popular?.model.score([]).values;
  positions.popular?.forEach((position, index) => {
    if (position >= 0) popularity[position] = shares![index]!;
  });
  const surfaceShares = new Set(Object.values(surfaceRules).map(({ popularityShare }) => popularityShare));
  surfaceShares.delete(0);
  return {
    items,
    positionOf,
    sellable,
    popularityShares: new Map([...surfaceShares].map((share) => [share, popularity.map((one) => onGrid(one * share))])),
    inCategory: positionsBy(items, ({ categories }) => categories),
    ofBrand: positionsBy(items, ({ brand }) => (brand === null ? [] : [brand])),
    barred: barredAmong(items),
    priceThirds: priceThirdsOf(items),
    models,
    positions,
    scratch: new Float64Array(items.length),
  };
}

/** Both are in order of id as a rule, so the next item is looked at before the map is asked. */
function positionsOf(ids: readonly ItemId[], items: readonly CatalogueItem[], positionOf: ReadonlyMap<ItemId, number>): Int32Array {
  const positions = new Int32Array(ids.length);
  let next = 0;
  for (const [index, itemId] of ids.entries()) {
    const position = items[next]?.itemId === itemId ? next : (positionOf.get(itemId) ?? -1);
    positions[index] = position;
    if (position >= 0) next = position + 1;
  }
  return positions;
}

function positionsBy(items: readonly CatalogueItem[], namesOf: (item: CatalogueItem) => readonly string[]): Map<string, Int32Array> {
  const lists = new Map<string, number[]>();
  for (const [position, item] of items.entries()) {
    for (const name of namesOf(item)) {
      const list = lists.get(name);
      if (list === undefined) lists.set(name, [position]);
      else if (list.at(-1) !== position) list.push(position);
    }
  }
  return new Map([...lists].map(([name, list]) => [name, Int32Array.from(list)]));
}

/** Each name is looked at once: there are few of them, and many items. */
function barredAmong(items: readonly CatalogueItem[]): Uint8Array {
  const known = new Map<string, boolean>();
  const isKnownBarred = (name: string) => {
    const barred = known.get(name) ?? isBarred(name);
    known.set(name, barred);
    return barred;
  };
  return Uint8Array.from(items, ({ categories, brand }) => Number(categories.some(isKnownBarred) || (brand !== null && isKnownBarred(brand))));
}

/** What a third and two thirds of the priced items cost at most; null where hardly anything has a price. */
function priceThirdsOf(items: readonly CatalogueItem[]): readonly [number, number] | null {
  const prices = Float64Array.from(items.flatMap(({ price }) => price ?? [])).sort();
  return prices.length < 3 ? null : [prices[Math.floor(prices.length / 3)]!, prices[Math.floor((2 * prices.length) / 3)]!];
}
