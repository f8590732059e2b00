import { createHash } from "node:crypto";
import type { ShopId } from "#domain/ids.ts";
import type { Learned } from "#learning/learn.ts";
import type { House } from "#server/compose.ts";
import { withShop } from "./open-shop.ts";
import type { SharedOptions } from "./program.ts";

type Kept = { readonly counts: string | null; readonly models: Readonly<Record<string, string>> };
export type Replayed = { readonly learned: Learned; readonly counts: string | null; readonly same: boolean; readonly differing: readonly string[] };

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function kept({ store }: House, shopId: ShopId, learned: Learned): Promise<Kept> {
  const { state } = await store.consumers.load(shopId, "learn");
  const models: Record<string, string> = {};
  for (const { name } of learned.models) {
    const model = await store.models.latest(shopId, name);
    if (model !== null) models[name] = digest(model.artefact);
  }
  return { counts: state === null ? null : digest(state), models };
}

/**
 * Forgets all that was ever made of a shop's log, makes it anew from the first entry, and compares the bytes with what there was
 * before, brought up to the same position. A running server begins anew with it.
 */
export async function trainFromZero(options: SharedOptions): Promise<Replayed> {
  const learn = async (house: House, shopId: ShopId) => {
    const learned = await house.learner.learn(shopId, { judged: true, always: true });
    await house.learner.close();
    return { learned, kept: await kept(house, shopId, learned) };
  };
  const before = await withShop(options, async (house, { shopId }) => {
    const found = await learn(house, shopId);
    await house.store.consumers.reset(shopId, "learn");
    return found;
  });
  const after = await withShop(options, (house, { shopId }) => learn(house, shopId));
  const differing = Object.keys({ ...before.kept.models, ...after.kept.models }).filter(
    (name) => before.kept.models[name] !== after.kept.models[name],
  );
  if (before.kept.counts !== after.kept.counts) differing.unshift("counts");
  return { learned: after.learned, counts: after.kept.counts, same: differing.length === 0, differing };
}
