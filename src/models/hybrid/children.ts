import type { ItemId } from "#domain/ids.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { FitOptions, Model, ModelFactory, ModelNeeds } from "../model.ts";
import type { ParamSpace } from "../params.ts";

/** The parameters of the models inside, each by its place: `2.lambda` is the second one's lambda. */
export function childrenSpace(children: readonly ModelFactory[]): ParamSpace {
  return Object.fromEntries(children.flatMap(({ space }, place) => Object.entries(space).map(([name, range]) => [`${place + 1}.${name}`, range])));
}

/** What of the options is meant for the model at that place. All share one seed. */
export function childOptions({ seed, params = {} }: FitOptions, place: number): FitOptions {
  const prefix = `${place + 1}.`;
  const own = Object.entries(params).filter(([name]) => name.startsWith(prefix));
  return { seed, params: Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value])) };
}

const order: readonly ModelNeeds[] = ["nothing", "session", "history"];

/** The most that any of them needs. */
export function childrenNeed(children: readonly ModelFactory[]): ModelNeeds {
  return order[children.reduce((most, { needs }) => Math.max(most, order.indexOf(needs)), 0)]!;
}

/** What gives everybody the same answer has scores that no item of the past adds up to. */
export function childrenExplain(children: readonly ModelFactory[]): "sum" | "none" {
  return children.every(({ explains, needs }) => explains === "sum" && needs !== "nothing") ? "sum" : "none";
}

/** The items that any of the models knows, in order of id, and where each model's items stand among them. */
export function unionOf(models: readonly Model[]): { readonly ids: IdMap; readonly positions: readonly Int32Array[] } {
  const all = new Set<ItemId>(models.flatMap(({ ids }) => ids.ids()));
  const ids = createIdMap([...all].sort());
  return { ids, positions: models.map((model) => Int32Array.from(model.ids.ids(), (itemId) => ids.indexOf(itemId)!)) };
}

/** The numbers that describe the models inside, by place. */
export function describeChildren(models: readonly Model[], part: "params" | "counts"): Record<string, number> {
  const entries = models.flatMap((model, place) => Object.entries(model.describe()[part]).map(([name, value]) => [`${place + 1}.${name}`, value]));
  return Object.fromEntries(entries);
}
