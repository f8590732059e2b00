import type { Clock, FreshId } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { Affected, Breach, BreachFacts } from "#storage/ports/breach-store.ts";
import type { RegisteredTable } from "#storage/ports/registry.ts";
import type { NameOf, Store } from "#storage/ports.ts";
import type { AuditEntry } from "../audit/audit-entry.ts";
import type { ShopPolicies } from "../policy/shop-policies.ts";

const hourMs = 3_600_000;
const entriesPerRead = 1_000;
const peoplePerRead = 500;

/** How much of the time to tell the authority is gone. */
export type BreachClock = {
  readonly dueAt: number;
  readonly hours: number;
  readonly gone: number;
  readonly alarm: "none" | "half" | "late" | "overdue" | "closed";
};

/** What whoever has it can read of a table. */
export type ReadableTable = Affected & { readonly purpose: string; readonly readable: readonly string[]; readonly sealed: readonly string[] };

export type BreachReport = {
  readonly breach: Breach;
  readonly clock: BreachClock;
  /** "everybody": all of whom anything is kept. */
  readonly scope: "everybody" | "named" | "nobody";
  readonly people: number;
  readonly tables: readonly ReadableTable[];
  /** Names and contacts can be read. */
  readonly namesReadable: boolean;
  readonly words: string;
  /** What the key was used for, by action, as the audit has it. */
  readonly uses: Readonly<Record<string, number>>;
};

export type AffectedPerson = {
  readonly personId: PersonId;
  readonly name: Pick<NameOf, "kind" | "externalId"> | null;
  readonly tables: readonly string[];
};

export type Breaches = {
  open(shopId: ShopId, facts: BreachFacts): Promise<BreachReport>;
  report(shopId: ShopId, breachId: string): Promise<BreachReport | null>;
  list(shopId: ShopId): Promise<readonly (Breach & { readonly clock: BreachClock })[]>;
  close(shopId: ShopId, breachId: string): Promise<boolean>;
  /** Everybody affected, in order, some at a time. */
  affected(shopId: ShopId, breachId: string): AsyncGenerator<readonly AffectedPerson[]>;
};

export function createBreaches(deps: {
  readonly store: Pick<Store, "audit" | "breaches" | "identities" | "registry">;
  readonly policies: Pick<ShopPolicies, "of">;
  readonly clock: Clock;
  readonly freshId: FreshId;
}): Breaches {
  const { store, policies, clock, freshId } = deps;

  async function clockOf({ shopId, openedAt, closedAt }: Breach): Promise<BreachClock> {
    const hours = (await policies.of(shopId)).clocks.breachHours;
    const gone = ((closedAt ?? clock()) - openedAt) / (hours * hourMs);
    const alarm = closedAt !== null ? "closed" : gone >= 1 ? "overdue" : gone >= 0.8 ? "late" : gone >= 0.5 ? "half" : "none";
    return { dueAt: openedAt + hours * hourMs, hours, gone, alarm };
  }

  /** What a key was used for in that time, and on whom; null: on everybody. */
  async function usesOf(shopId: ShopId, { since, until, keyTag }: BreachFacts) {
    const uses: Record<string, number> = {};
    const people = new Set<PersonId>();
    let everybody = false;
    for (let before: number | null = null; ; ) {
      const rows = await store.audit.latest(shopId, before, entriesPerRead);
      const wanted = new Set<number>();
      for (const row of rows) {
        let entry: AuditEntry;
        try {
          entry = JSON.parse(row.entry) as AuditEntry;
        } catch {
          continue;
        }
        const at = Date.parse(entry.at);
        if (at < since || at > until || entry.actor?.kind !== "key" || (keyTag !== null && entry.actor.tag !== keyTag)) continue;
        uses[entry.action] = (uses[entry.action] ?? 0) + 1;
        everybody ||= entry.everybody === true;
        wanted.add(row.seq);
      }
      if (wanted.size > 0)
        for (const { seq, personId } of await store.audit.openings(shopId, Math.min(...wanted), Math.max(...wanted)))
          if (wanted.has(seq)) people.add(personId);
      if (rows.length < entriesPerRead) break;
      before = rows.at(-1)!.seq;
    }
    return { uses, people: everybody ? null : [...people].sort() };
  }

  /** A key alone reads nothing; whoever has it and the data reads all. */
  async function scopeOf(shopId: ShopId, facts: BreachFacts) {
    if (facts.what === "api-key") return usesOf(shopId, facts);
    return { uses: {}, people: facts.what === "key" && !facts.keyLost ? [] : null };
  }

  function readable(table: RegisteredTable, found: Affected, opened: boolean): ReadableTable {
    const columns = Object.entries(table.columns);
    return {
      ...found,
      purpose: table.purpose,
      readable: columns.filter(([, kind]) => opened || kind !== "sealed").map(([column]) => column),
      sealed: columns.filter(([, kind]) => !opened && kind === "sealed").map(([column]) => column),
    };
  }

  async function countEverybody(shopId: ShopId): Promise<number> {
    let [count, after] = [0, null as PersonId | null];
    for (;;) {
      const some = await store.breaches.everybody(shopId, after, 10 * peoplePerRead);
      count += some.length;
      if (some.length < 10 * peoplePerRead) return count;
      after = some.at(-1)!;
    }
  }

  async function reportOf(breach: Breach): Promise<BreachReport> {
    const { shopId, facts } = breach;
    const { uses, people } = await scopeOf(shopId, facts);
    const opened = facts.keyLost || facts.what === "api-key";
    const found = people?.length === 0 ? [] : await store.breaches.affected(shopId, people);
    const byName = new Map(store.registry.map((table) => [table.name, table]));
    return {
      breach,
      clock: await clockOf(breach),
      scope: people === null ? "everybody" : people.length === 0 ? "nobody" : "named",
      people: people === null ? await countEverybody(shopId) : people.length,
      tables: found.flatMap((one) => {
        const table = byName.get(one.table);
        return table === undefined ? [] : [readable(table, one, opened)];
      }),
      namesReadable: opened,
      words: wordsOf(facts),
      uses,
    };
  }

  return {
    async open(shopId, facts) {
      const breach: Breach = { breachId: freshId(), shopId, openedAt: clock(), closedAt: null, facts };
      await store.breaches.open(breach);
      return reportOf(breach);
    },

    async report(shopId, breachId) {
      const breach = await store.breaches.get(shopId, breachId);
      return breach === null ? null : reportOf(breach);
    },

    async list(shopId) {
      const found = await store.breaches.list(shopId);
      return Promise.all(found.map(async (breach) => ({ ...breach, clock: await clockOf(breach) })));
    },

    close: (shopId, breachId) => store.breaches.close(shopId, breachId, clock()),

    async *affected(shopId, breachId) {
      const breach = await store.breaches.get(shopId, breachId);
      if (breach === null) return;
      const { people } = await scopeOf(shopId, breach.facts);
      for (let after: PersonId | null = null, at = 0; ; at += peoplePerRead) {
        const some: readonly PersonId[] =
          people === null ? await store.breaches.everybody(shopId, after, peoplePerRead) : people.slice(at, at + peoplePerRead);
        if (some.length === 0) return;
        after = some.at(-1)!;
        const [names, tables] = await Promise.all([store.identities.namesOf(shopId, some), store.breaches.tablesOf(shopId, some)]);
        yield some.map((personId) => {
          const name = names.get(personId);
          return { personId, name: name === undefined ? null : { kind: name.kind, externalId: name.externalId }, tables: tables.get(personId) ?? [] };
        });
      }
    },
  };
}

function wordsOf({ what, keyLost }: BreachFacts): string {
  if (what === "api-key")
    return "Whoever had the key could ask for anything the API tells of people; what it was used for stands in the audit log. Revoke it: rapport shop keys revoke.";
  if (what === "key" && !keyLost)
    return "The key of the installation alone opens nothing: a thief needs the database or a backup as well. Change it at once: rapport key rotate --root. If the database or a backup may be lost too, open the breach again with --key-lost.";
  if (keyLost) return "With the key of the installation, all that is sealed can be read: names, contacts and free texts.";
  return "Without the key of the installation, names, contacts and free texts cannot be read, nor whose they are; what was viewed, bought and decided can, under pseudonyms.";
}
