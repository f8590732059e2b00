import { firstSeq, type LogSeq, type PersonId, type ShopId } from "#domain/ids.ts";
import { createPace } from "#privacy/create-pace.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { StoredEntry } from "#storage/ports/transfer-store.ts";
import type { Store } from "#storage/ports.ts";
import type { ExportRecord } from "./columns.ts";
import { createTellPeople, nobody, type PersonWords } from "./person-words.ts";

const rowsPerPage = 2_000;
/** Of one person, who is answered by a server that answers others as well. */
const rowsPerPageOfPerson = 100;

export type ExportDeps = { readonly store: Pick<Store, "log" | "identities" | "consents" | "transfer">; readonly personIds: PersonIds };

/**
 * Every entry of the log up to now, in order, in words that mean the same in another installation; with `of` only what is filed under
 * these persons and names nobody else. Memory: one page.
 */
export async function* eventRecords(
  shopId: ShopId,
  deps: ExportDeps,
  onDamaged = (): void => {},
  of?: readonly PersonId[],
): AsyncGenerator<readonly ExportRecord[]> {
  const { store } = deps;
  const tellPeople = createTellPeople(shopId, deps);
  const own = new Set(of);
  const head = await store.log.head(shopId);
  const rest = createPace();
  let after: LogSeq = firstSeq;
  let position = 0;
  /** Decisions that follow from one cause; they have no order among themselves, so they are given one that names make. */
  let together: ExportRecord[] = [];
  let cause: unknown;
  const numbered = (records: readonly ExportRecord[]) => records.map((record): ExportRecord => ({ position: ++position, ...record }));
  const takeTogether = () => {
    const sorted = together.map((record) => [JSON.stringify(record), record] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    together = [];
    return sorted.map(([, record]) => record);
  };
  for (;;) {
    const read = await store.transfer.entries(shopId, after, head, of === undefined ? rowsPerPage : rowsPerPageOfPerson, of);
    if (read.length === 0) break;
    after = read.at(-1)!.seq;
    const entries = of === undefined ? read : read.filter((entry) => peopleOf(entry).every((personId) => own.has(personId)));
    const people = await tellPeople(entries.flatMap(peopleOf));
    const records: ExportRecord[] = [];
    for (const entry of entries) {
      if (entry.damaged) {
        onDamaged();
        continue;
      }
      const record = recordOf(entry, people);
      if (record.derived === true) {
        if (record.follows !== cause) records.push(...takeTogether());
        cause = record.follows;
        together.push(record);
      } else records.push(...takeTogether(), record);
    }
    yield numbered(records);
    if (of !== undefined) await rest();
  }
  if (together.length > 0) yield numbered(takeTogether());
}

const peopleOf = ({ personId, baseId, rootId }: StoredEntry): PersonId[] => [personId, baseId, rootId].filter((id) => id !== null);
const isoTime = (at: number) => new Date(at).toISOString();

function recordOf(entry: StoredEntry, people: ReadonlyMap<PersonId, PersonWords>): ExportRecord {
  const { kind, decision, detail } = entry;
  const isDevice = kind === "link" && entry.baseId !== null;
  // A link is about the device since it was last let go, or about the customer who is another one.
  const words = people.get(isDevice ? entry.baseId! : entry.personId);
  const root = entry.rootId === null ? null : (people.get(entry.rootId)?.customerId ?? null);
  const isUnresolved = words === undefined || ((kind === "link" || kind === "unlink") && root === null);
  const { deviceLetGoAt, ...name } = words ?? nobody;
  const isDerived = decision !== null && !decision.own;
  return {
    kind,
    // The id of what follows from another holds ids of persons.
    messageId: isDerived ? null : entry.messageId,
    customerId: name.customerId,
    anonymousId: name.anonymousId,
    deviceLetGoAt: deviceLetGoAt === null ? null : isoTime(deviceLetGoAt),
    deviceInHandsOf: name.deviceInHandsOf,
    type: entry.type,
    name: entry.name,
    occurredAt: isoTime(entry.occurredAt),
    receivedAt: isoTime(entry.receivedAt),
    lines: kind === "event" ? entry.lines : null,
    orderId: entry.orderId,
    sessionId: entry.sessionId,
    recommendationId: entry.recommendationId,
    currency: entry.currency,
    refused: kind === "event" ? entry.refused : null,
    impression: entry.impression,
    purpose: decision?.purpose ?? null,
    granted: decision?.granted ?? null,
    decidedAt: decision === null ? null : isoTime(decision.at),
    decidedBy: decision?.source ?? null,
    notice: decision?.notice ?? null,
    how: decision?.how ?? null,
    expiresAt: decision?.expiresAt == null ? null : isoTime(decision.expiresAt),
    proof: decision?.proof ?? null,
    derived: isDerived ? true : null,
    follows: entry.follows,
    targets: kind === "retract" ? (detail?.targets ?? []) : null,
    linkedCustomerId: root,
    holds: kind === "link" ? entry.holds : null,
    unresolved: isUnresolved ? { personId: entry.personId, detail } : null,
  };
}
