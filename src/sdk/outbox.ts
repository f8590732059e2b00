import type { Browser } from "./browser.ts";

/** An event on its way: where it is kept, and its JSON, made once. */
export type Waiting = { readonly key: string; readonly json: string };

const maxEvents = 100;
const maxLength = 50_000;
const lifeMs = 24 * 60 * 60 * 1000;

export type Outbox = {
  add(json: string): void;
  /** The oldest first. */
  waiting(): Waiting[];
  remove(events: readonly Waiting[]): void;
};

/**
 * Each event has a key of its own, so that tabs never overwrite each other's and what one page leaves behind, the next
 * one finds. Two tabs may send the same event; its messageId tells the server.
 */
export function createOutbox({ store, now, freshId }: Pick<Browser, "store" | "now" | "freshId">, prefix: string): Outbox {
  let count = 0;
  const bornAt = (key: string) => Number.parseInt(key.slice(prefix.length), 36);
  function waiting(): Waiting[] {
    const found: Waiting[] = [];
    for (const key of store.keys()) {
      if (!key.startsWith(prefix)) continue;
      const age = now() - bornAt(key);
      const json = store.get(key);
      if (json === null || !(age < lifeMs)) store.remove(key);
      else found.push({ key, json });
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }
  return {
    waiting,
    add(json) {
      const others = waiting();
      let length = others.reduce((sum, other) => sum + other.json.length, json.length);
      // What is oldest goes first when there is no room; dropping what is new would lose the order at the end of a visit.
      while (others.length >= maxEvents || (length > maxLength && others.length > 0)) {
        const oldest = others.shift()!;
        length -= oldest.json.length;
        store.remove(oldest.key);
      }
      // Sorts by time, then by turn within the page.
      store.set(`${prefix}${now().toString(36)}.${(count++).toString(36).padStart(6, "0")}.${freshId().slice(0, 8)}`, json);
    },
    remove(events) {
      for (const { key } of events) store.remove(key);
    },
  };
}
