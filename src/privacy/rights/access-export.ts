import type { Clock } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";
import type { RightsRequest } from "#storage/ports/rights-request-store.ts";
import type { SubjectRow } from "#storage/ports/subject-store.ts";
import type { NameOf, Store } from "#storage/ports.ts";
import { saidNames } from "../forget/guard-gate.ts";
import type { Gate } from "../gate.ts";
import { requestToPerson } from "./request-to-person.ts";

/** One part of an export: a value, or rows that are read while they are written. */
export type ExportPart =
  | { readonly key: string; readonly kind: "value"; readonly read: () => Promise<unknown> }
  | { readonly key: string; readonly kind: "rows"; readonly read: () => AsyncIterable<readonly unknown[]> };

export const copyType = "rapport-copy";
export const copyVersion = 2;
export const copySchema = "https://rapport.dev/schemas/personal-copy-2.json";

/** Parts that other rooms know; each is asked for one person. */
export type ToldByOthers = {
  /** Every entry of the log about them, in the words of an export, which an import takes back. */
  readonly entries: (shopId: ShopId, personIds: readonly PersonId[]) => AsyncIterable<readonly unknown[]>;
  /** What is inferred, how surely and from what; never more than may be inferred. */
  readonly inferred: (shopId: ShopId, names: PersonName) => Promise<unknown>;
  readonly preferences: (shopId: ShopId, names: PersonName) => Promise<unknown>;
  readonly consents: (shopId: ShopId, names: PersonName) => Promise<unknown>;
  readonly receipt: (shopId: ShopId, names: PersonName) => Promise<unknown>;
  /** Who looked at it, and who changed something. */
  readonly lookedAt: (shopId: ShopId, personIds: readonly PersonId[]) => Promise<readonly unknown[]>;
};

export type AccessExportDeps = {
  readonly store: Pick<Store, "subjects" | "identities" | "webhooks" | "connections" | "shops" | "forgetting">;
  readonly gate: Pick<Gate, "recognise">;
  readonly findPerson: (shopId: ShopId, names: PersonName) => Promise<{ readonly personIds: readonly PersonId[] }>;
  readonly requestsOf: (shopId: ShopId, names: PersonName) => Promise<readonly RightsRequest[]>;
  readonly told: ToldByOthers;
  readonly clock: Clock;
};

const somebodyElse = "somebody else";
const iso = (at: number) => new Date(at).toISOString();
const camel = (column: string): string => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const timeColumns = /^(at|.*_at|due_at|leased_until)$/;

/** As people and programs read it: times as times, JSON as what it says, yes and no. */
function readable(column: string, value: unknown): unknown {
  if (typeof value === "number" && timeColumns.test(column)) return value === 0 ? null : iso(value);
  if (typeof value === "string" && /^[[{"]/.test(value)) {
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }
  return value;
}

const toRecord = ({ fields, people }: SubjectRow, words: ReadonlyMap<string, { kind: string; id: string }>) => ({
  ...Object.fromEntries(Object.entries(people).map(([column, id]) => [camel(column.replace(/_id$/, "")), words.get(id) ?? somebodyElse])),
  ...Object.fromEntries(Object.entries(fields).map(([column, value]) => [camel(column), readable(column, value)])),
});

/** What is told of one person: everything, to whoever they are, in parts. Nobody else's name is in it. */
export function createAccessExport(deps: AccessExportDeps) {
  const { store, gate, findPerson, requestsOf, told, clock } = deps;

  async function recipients(shopId: ShopId): Promise<unknown[]> {
    const endpoints = (await store.webhooks.list(shopId)).map(({ url, types, createdAt, stopped }) => ({
      name: URL.parse(url)?.host ?? url,
      how: "webhook",
      isTold: [...types],
      since: iso(createdAt),
      stopped,
    }));
    const platforms = (await store.connections.list(shopId)).map(({ platform, createdAt }) => ({
      name: platform,
      how: "connection",
      isTold: [],
      since: iso(createdAt),
      stopped: null,
    }));
    return [...endpoints, ...platforms];
  }

  /** Throws ProblemError PERSON_MISSING, or RIGHTS_REQUEST_CLOSED while they are being forgotten. */
  return async (shopId: ShopId, names: PersonName): Promise<readonly ExportPart[]> => {
    const person = await gate.recognise(shopId, names);
    if (person === null) throw new ProblemError({ code: "PERSON_MISSING", detail: "customerId or anonymousId" });
    const suppressed = await store.forgetting.suppressed(shopId, saidNames(names));
    if ([...suppressed.values()].some(({ done }) => !done))
      throw new ProblemError({ code: "RIGHTS_REQUEST_CLOSED", detail: "this person is being forgotten" });
    const { personIds } = await findPerson(shopId, names);
    const known: readonly NameOf[] = [...(await store.identities.namesOf(shopId, personIds)).values()];
    const words = new Map<string, { kind: string; id: string }>(known.map(({ personId, kind, externalId }) => [personId, { kind, id: externalId }]));
    const shop = (await store.shops.list()).find((one) => one.shopId === shopId);
    const { subjects } = store;

    async function kept(): Promise<Record<string, unknown[]>> {
      const tables: Record<string, unknown[]> = {};
      for (const table of subjects.tables()) {
        if (Object.hasOwn(subjects.untold(table), "*")) continue;
        const rows: unknown[] = [];
        for await (const page of subjects.rows(shopId, table, personIds)) rows.push(...page.map((row) => toRecord(row, words)));
        // One order whatever the database: two exports of the same are the same.
        tables[camel(table)] = rows
          .map((row) => [JSON.stringify(row), row] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([, row]) => row);
      }
      return tables;
    }
    const untold = () => Object.fromEntries(subjects.tables().map((table) => [camel(table), { ...subjects.untold(table) }]));
    const value = (key: string, read: () => Promise<unknown>): ExportPart => ({ key, kind: "value", read });
    const distinct = [...new Map([...words.values()].map((name) => [`${name.kind} ${name.id}`, name])).entries()].sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    return [
      value("type", async () => copyType),
      value("version", async () => copyVersion),
      value("schema", async () => copySchema),
      value("shop", async () => shop?.name ?? null),
      value("createdAt", async () => iso(clock())),
      value("names", async () => distinct.map(([, name]) => name)),
      value("inferred", () => told.inferred(shopId, names)),
      value("segments", async () => ({ memberships: [], note: "This shop's Rapport sorts nobody into segments." })),
      value("preferences", () => told.preferences(shopId, names)),
      value("consents", () => told.consents(shopId, names)),
      value("receipt", () => told.receipt(shopId, names)),
      { key: "events", kind: "rows", read: () => told.entries(shopId, personIds) },
      value("kept", kept),
      value("recipients", () => recipients(shopId)),
      value("requests", async () => (await requestsOf(shopId, names)).map((request) => requestToPerson(request, clock()))),
      value("lookedAt", () => told.lookedAt(shopId, personIds)),
      value("untold", async () => untold()),
    ];
  };
}
export type AccessExport = ReturnType<typeof createAccessExport>;
