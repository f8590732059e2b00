import type { Clock } from "#domain/clock.ts";
import type { DataUse } from "#domain/data-use.ts";
import type { EventType } from "#domain/event.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { CustomerId, ItemId, PersonId, ShopId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { type History, inOrder, stepsOf } from "#models/step.ts";
import type { Gate } from "#privacy/gate.ts";
import type { Choices } from "#privacy/preferences/choices.ts";
import { askingPlainly } from "#privacy/preferences/dial.ts";
import type { Store } from "#storage/ports.ts";
import { limitedPositions } from "../limited-positions.ts";
import type { ShopSnapshot, ShopSnapshots } from "../shop-snapshot.ts";
import { neighboursByEmbedding } from "./neighbours-by-embedding.ts";
import { createNeighboursOfPerson, type ScoredUser } from "./neighbours-of-person.ts";
import { rankByRule } from "./rank-by-rule.ts";
import { rankLatest } from "./rank-latest.ts";
import type { ScoredItem, Wanted } from "./scored-item.ts";
import { searchItems } from "./search-items.ts";

/** The lists a client may ask for by name. "neighbors" is what it gets without a name: by embedding where there is one, else similar. */
export const itemToItemNames = ["neighbors", "similar", "together", "also_bought", "embedding"] as const;
export const nonPersonalizedNames = ["popular", "trending", "latest", "new"] as const;
export const userToUserNames = ["neighbors", "similar", "feedback"] as const;
export type ItemToItemName = (typeof itemToItemNames)[number];
export type NonPersonalizedName = (typeof nonPersonalizedNames)[number];

type Page = Pick<Wanted, "n" | "offset" | "categories">;

/** Events of one person read for one answer: the latest, of the kinds that say something of an item. */
const maxHistoryEvents = 300;
const tellingTypes = (Object.keys(eventWeight) as EventType[]).filter((type) => eventWeight[type] !== 0);

/** How far Gorse's clocks may differ: feedback of so far ahead has happened. */
const clockErrorMs = 5_000;

type Known = {
  readonly level: DataUse;
  readonly steps: History;
  /** Not to be offered: what they have read, and what they do not want. */
  readonly read: ReadonlySet<ItemId>;
  readonly choices: Choices;
};

export type GorseAnswers = {
  recommend(shopId: ShopId, userId: CustomerId, page: Page): Promise<ScoredItem[]>;
  collaborative(shopId: ShopId, userId: CustomerId, page: Page): Promise<ScoredItem[]>;
  /** The session is asked with and forgotten. */
  session(shopId: ShopId, steps: History, page: Page): Promise<ScoredItem[]>;
  nonPersonalized(shopId: ShopId, name: NonPersonalizedName, page: Page, reader: CustomerId | null): Promise<ScoredItem[]>;
  itemToItem(shopId: ShopId, name: ItemToItemName, itemId: ItemId, page: Page, reader: CustomerId | null): Promise<ScoredItem[]>;
  userToUser(shopId: ShopId, userId: CustomerId, page: Page): Promise<ScoredUser[]>;
  search(shopId: ShopId, query: string, n: number): Promise<CatalogueItem[]>;
};

/** What a Gorse client asks for, answered by the house's own models. */
export function createGorseAnswers(deps: {
  readonly store: Pick<Store, "log" | "gorse" | "identities">;
  readonly gate: Gate;
  readonly snapshots: ShopSnapshots;
  readonly clock: Clock;
}): GorseAnswers {
  const { store, gate, snapshots, clock } = deps;
  const neighboursOfPerson = createNeighboursOfPerson({ store, gate });

  /**
   * What the gate lets be known of a user: their past as far as their dial names it, and, where that is all of it, what they have
   * read. Nothing without leave, but what they do not want to be shown is shown to nobody who said so.
   */
  async function knownOf(shopId: ShopId, userId: CustomerId | null, snapshot: ShopSnapshot): Promise<Known> {
    const person = userId === null ? null : await gate.recognise(shopId, { customerId: userId, anonymousId: null });
    const { level, leave, choices } = await gate.usable(shopId, person, askingPlainly);
    const unwanted = limitedPositions(snapshot, choices).map((position) => snapshot.items[position]!.itemId);
    if (leave === null) return { level, steps: [], read: new Set(unwanted), choices };
    const history = await store.log.history(leave, { limit: maxHistoryEvents, types: tellingTypes });
    const readBy = (personId: PersonId) => store.gorse.itemsOf(shopId, personId, clock() + clockErrorMs);
    const read = leave.window === null ? await Promise.all(leave.personIds.map(readBy)) : [];
    return { level, steps: inOrder(history.flatMap(stepsOf)), read: new Set([...read.flat(), ...unwanted]), choices };
  }

  return {
    async recommend(shopId, userId, page) {
      const snapshot = await snapshots.of(shopId);
      const { steps, read, choices } = await knownOf(shopId, userId, snapshot);
      const whole = { n: page.offset + page.n, offset: 0, categories: page.categories, without: read };
      const { items, isPersonal } = rankByRule({ shopId, now: clock(), snapshot, surface: "for-you", steps, choices }, whole);
      // Of somebody with no past nothing can be said: then, as in Gorse, the newest. They also fill up a list that is too short.
      const personal = isPersonal ? items : [];
      const without = new Set([...read, ...personal.map(({ itemId }) => itemId)]);
      const newest = personal.length >= whole.n ? [] : rankLatest(snapshot, { ...whole, n: whole.n - personal.length, without });
      const rest = isPersonal ? newest.map(({ itemId }) => ({ itemId, score: 0 })) : newest;
      return [...personal, ...rest].slice(page.offset);
    },

    async collaborative(shopId, userId, page) {
      const snapshot = await snapshots.of(shopId);
      const { steps, read, choices } = await knownOf(shopId, userId, snapshot);
      const rule = { ladder: ["person"], popularityShare: 0 } as const;
      return rankByRule({ shopId, now: clock(), snapshot, surface: "for-you", rule, steps, choices }, { ...page, without: read }).items;
    },

    async session(shopId, steps, page) {
      const snapshot = await snapshots.of(shopId);
      const without = new Set(steps.map(({ itemId }) => itemId));
      const rule = { ladder: ["person"] } as const;
      const answer = rankByRule({ shopId, now: clock(), snapshot, surface: "for-you", rule, steps: inOrder(steps) }, { ...page, without });
      return answer.isPersonal ? answer.items : [];
    },

    async nonPersonalized(shopId, name, page, reader) {
      const snapshot = await snapshots.of(shopId);
      const { read } = await knownOf(shopId, reader, snapshot);
      const wanted = { ...page, without: read };
      if (name === "latest") return rankLatest(snapshot, wanted);
      return rankByRule({ shopId, now: clock(), snapshot, surface: name }, wanted).items;
    },

    async itemToItem(shopId, name, itemId, page, reader) {
      const snapshot = await snapshots.of(shopId);
      const { level, read } = await knownOf(shopId, reader, snapshot);
      if (!snapshot.positionOf.has(itemId)) return [];
      const wanted = { ...page, without: read };
      // Not even the item of the page is looked at for whoever wants nothing used.
      if (level === "nothing") return rankByRule({ shopId, now: clock(), snapshot, surface: "popular" }, wanted).items;
      const near = name === "embedding" || name === "neighbors" ? neighboursByEmbedding(snapshot, itemId, wanted) : null;
      if (near !== null || name === "embedding") return near ?? [];
      const surface = name === "together" || name === "also_bought" ? "bought-together" : "similar";
      return rankByRule({ shopId, now: clock(), snapshot, surface, pageItems: [itemId] }, wanted).items;
    },

    async userToUser(shopId, userId, { n, offset }) {
      const person = await gate.recognise(shopId, { customerId: userId, anonymousId: null });
      return neighboursOfPerson(shopId, person, { n, offset, now: clock() + clockErrorMs });
    },

    async search(shopId, query, n) {
      return searchItems(await snapshots.of(shopId), query, n);
    },
  };
}
