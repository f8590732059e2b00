import { fullWeight } from "#domain/event-weight.ts";
import type { ContentRows } from "#kernels/solve-rows.ts";
import { contentNeighbours } from "../content/content-neighbours.ts";
import type { ItemContent } from "../content/item-content.ts";
import type { IdMap } from "../id-map.ts";
import type { DescribedItems } from "./neighbourhoods.ts";

/** An item that few people had finds its neighbours through so many items described like it, too. */
const alikeItems = 20;
/** Whoever has been bought this often has neighbours enough by what people do. */
const enoughSupport = 20 * fullWeight * fullWeight;

/** Which items of a catalogue are described alike, found once per item and remembered: it is the dear part of a new item. */
export type AlikeItems = {
  readonly content: ItemContent;
  /** For each place in `content.ids` the places of the items described most like it. */
  of(places: readonly number[]): readonly Int32Array[];
};

export function createAlikeItems(content: ItemContent): AlikeItems {
  const known: (Int32Array | undefined)[] = new Array(content.ids.size()).fill(undefined);
  return {
    content,
    of(places) {
      const missing = places.filter((place) => known[place] === undefined);
      if (missing.length > 0) {
        const { starts, items } = contentNeighbours(content, missing, alikeItems);
        for (const [index, place] of missing.entries()) known[place] = items.slice(starts[index]!, starts[index + 1]!);
      }
      return places.map((place) => known[place]!);
    },
  };
}

const nothing = new Int32Array(0);

export type DescribedTargets = {
  /** What the catalogue says of these targets. */
  of(targets: Int32Array): DescribedItems;
  /** Which of these targets are described like an item that is marked; per index 1 where so. */
  reachedFrom(marked: Uint8Array, targets: Int32Array): Uint8Array;
};

/** Leads targets of the model to the items described like them: those with little support, and only them. */
export function describedTargets(alike: AlikeItems, rows: ContentRows, ids: IdMap, support: ArrayLike<number>): DescribedTargets {
  const { content } = alike;
  const itemAt = Int32Array.from(content.ids.ids(), (itemId) => ids.indexOf(itemId) ?? -1);
  const placeOf = new Int32Array(ids.size()).fill(-1);
  for (const [place, item] of itemAt.entries()) if (item >= 0) placeOf[item] = place;
  /** Places in `targets` of those that ask, with their lists by place in the content. */
  const listsOf = (targets: Int32Array) => {
    const asking: number[] = [];
    for (let index = 0; index < targets.length; index++)
      if (placeOf[targets[index]!]! >= 0 && support[targets[index]!]! < enoughSupport) asking.push(index);
    return { asking, lists: alike.of(asking.map((index) => placeOf[targets[index]!]!)) };
  };
  return {
    of(targets) {
      const { asking, lists } = listsOf(targets);
      const found: Int32Array[] = new Array(targets.length).fill(nothing);
      for (const [at, index] of asking.entries()) found[index] = lists[at]!.map((place) => itemAt[place]!).filter((item) => item >= 0);
      const starts = new Int32Array(targets.length + 1);
      for (const [index, list] of found.entries()) starts[index + 1] = starts[index]! + list.length;
      const items = new Int32Array(starts.at(-1)!);
      for (const [index, list] of found.entries()) items.set(list, starts[index]);
      return { rows, alike: { starts, items } };
    },
    reachedFrom(marked, targets) {
      const { asking, lists } = listsOf(targets);
      const markedPlaces = Uint8Array.from(itemAt, (item) => (item >= 0 ? marked[item]! : 0));
      const reached = new Uint8Array(targets.length);
      for (let at = 0; at < asking.length; at++) {
        const list = lists[at]!;
        for (let place = 0; place < list.length; place++) if (markedPlaces[list[place]!] === 1) reached[asking[at]!] = 1;
      }
      return reached;
    },
  };
}
