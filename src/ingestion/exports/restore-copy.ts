import type { CustomerId, ShopId } from "#domain/ids.ts";
import type { PreferenceChange } from "#domain/preference.ts";
import { preferenceActors, preferenceKinds } from "#domain/preference.ts";
import { ProblemError } from "#domain/problem.ts";
import type { KeepContacts } from "#privacy/vault/keep-contacts.ts";
import type { Store } from "#storage/ports.ts";
import type { ExportRecord } from "./columns.ts";
import { type RestoreDeps, restoreEvents } from "./restore-events.ts";
import type { RestoreSummary } from "./restore-tally.ts";

type Kept = Readonly<Record<string, unknown>>;
export type CopySummary = {
  readonly events: RestoreSummary;
  readonly preferences: number /** Addresses and numbers. */;
  readonly contacts: number;
  readonly leftOut: number;
};

const isRecord = (value: unknown): value is Kept => typeof value === "object" && value !== null && !Array.isArray(value);
const rowsIn = (value: unknown): readonly Kept[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const rowsPerPage = 2_000;

/**
 * Takes a person's own copy (the JSON of an access or portability request) into a shop: what they did, decided and chose, and how they
 * can be reached. What was concluded or learnt is not taken over; it follows from the rest. Throws ProblemError FILE_UNREADABLE.
 */
export async function restoreCopy(
  shopId: ShopId,
  document: unknown,
  deps: RestoreDeps & { readonly store: RestoreDeps["store"] & Pick<Store, "preferences">; readonly contacts: Pick<KeepContacts, "put"> },
): Promise<CopySummary> {
  if (!isRecord(document) || document.type !== "rapport-copy" || document.version !== 2 || !Array.isArray(document.events))
    throw new ProblemError({ code: "FILE_UNREADABLE", detail: "it is no copy of a person's data of version 2" });
  const records = document.events as readonly unknown[];
  async function* pages() {
    for (let start = 0; start < records.length; start += rowsPerPage)
      yield records
        .slice(start, start + rowsPerPage)
        .map((record, at) => ({ row: start + at + 1, record: isRecord(record) ? (record as ExportRecord) : null }));
  }
  const events = await restoreEvents(shopId, pages(), deps);
  const kept = isRecord(document.kept) ? document.kept : {};
  let leftOut = 0;

  async function personOf(row: Kept) {
    const person = isRecord(row.person) ? row.person : {};
    const [kind, id] = [text(person.kind), text(person.id)];
    if ((kind !== "customer" && kind !== "anonymous") || id === null) return null;
    return deps.personIds.of(shopId, kind, id);
  }

  const changes: (PreferenceChange & { readonly order: number })[] = [];
  for (const row of rowsIn(kept.preferenceChanges)) {
    const name = await personOf(row);
    const [kind, action, by, at] = [text(row.kind), text(row.action), text(row.saidBy), Date.parse(text(row.at) ?? "")];
    const isKind = kind === "event" || (preferenceKinds as readonly (string | null)[]).includes(kind);
    const isAction = action === "set" || action === "clear" || action === "delete-event";
    if (name === null || !isKind || !isAction || !(preferenceActors as readonly (string | null)[]).includes(by) || Number.isNaN(at)) {
      leftOut++;
      continue;
    }
    const said = { personId: name.personId, action, kind, key: String(row.key ?? ""), value: String(row.value ?? ""), at, by };
    changes.push({ ...(said as PreferenceChange), order: Number(row.seq ?? 0) });
  }
  const inOrder = changes.sort((a, b) => a.order - b.order).map(({ order: _order, ...change }) => change);
  const people = [...new Set(inOrder.map(({ personId }) => personId))];
  const toldBefore = new Set((await deps.store.preferences.changes(shopId, people)).map((change) => JSON.stringify(Object.entries(change).sort())));
  const fresh = inOrder.filter((change) => !toldBefore.has(JSON.stringify(Object.entries(change).sort())));
  await deps.store.preferences.change(shopId, fresh);

  let contacts = 0;
  for (const row of rowsIn(kept.contacts)) {
    const name = await personOf(row);
    if (name?.kind !== "customer") continue;
    const basis = row.basis === "contract" ? ("contract" as const) : ("consent" as const);
    // Each by itself: one of them may not be kept any more where the other may.
    const names = { customerId: name.externalId as CustomerId, anonymousId: null };
    for (const field of ["email", "phone"] as const) {
      const value = text(row[field]);
      if (value === null) continue;
      if ((await deps.contacts.put(shopId, names, { [field]: value, basis })).ok) contacts++;
      else leftOut++;
    }
  }
  return { events, preferences: fresh.length, contacts, leftOut };
}
