import type { ShopId } from "#domain/ids.ts";
import type { ExportRecord } from "./columns.ts";
import type { ExportDeps } from "./event-records.ts";
import { createTellPeople, nobody } from "./person-words.ts";

const rowsPerPage = 1_000;
const isoTime = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** Every name the shop knows somebody by: whose it is, when it was heard of, and what is decided under it now. */
export async function* customerRecords(shopId: ShopId, deps: ExportDeps): AsyncGenerator<readonly ExportRecord[]> {
  const { store } = deps;
  const tellPeople = createTellPeople(shopId, deps);
  /** One device in several hands is several rows of one name; their order is made by what they say, so that it is the same everywhere. */
  let together: ExportRecord[] = [];
  const takeTogether = () => {
    const sorted = together.map((record) => [JSON.stringify(record), record] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    together = [];
    return sorted.map(([, record]) => record);
  };
  for await (const names of store.transfer.names(shopId, rowsPerPage)) {
    const personIds = names.map(({ personId }) => personId);
    const clusters = await store.identities.clusters(shopId, personIds);
    const people = await tellPeople([...personIds, ...[...clusters.values()].flatMap(({ memberIds }) => memberIds)]);
    const inForce = await store.consents.current(shopId, personIds);
    const own = await store.consents.own(shopId, personIds);
    const page: ExportRecord[] = [];
    for (const name of names) {
      const { deviceLetGoAt, ...words } = people.get(name.personId) ?? nobody;
      const customers = (clusters.get(name.personId)?.memberIds ?? []).flatMap((personId) => people.get(personId)?.customerId ?? []).sort();
      const decisions = [...(inForce.get(name.personId)?.values() ?? [])].sort((a, b) => (a.purpose < b.purpose ? -1 : 1));
      const record: ExportRecord = {
        customerId: words.customerId,
        anonymousId: words.anonymousId,
        deviceLetGoAt: isoTime(deviceLetGoAt),
        deviceInHandsOf: words.deviceInHandsOf,
        // Of several customers who are one, the first by name stands for all.
        belongsTo: customers[0] === words.customerId ? null : (customers[0] ?? null),
        firstSeenAt: isoTime(name.firstSeenAt),
        lastSeenAt: isoTime(name.lastSeenAt),
        events: name.events,
        consents: decisions.map(({ purpose, granted, at, source, notice, how, expiresAt }) => {
          const mine = own.get(name.personId)?.get(purpose);
          const isOwn = mine !== undefined && mine.granted === granted && mine.at === at && mine.source === source;
          return { purpose, granted, at: new Date(at).toISOString(), source, notice, how, expiresAt: isoTime(expiresAt ?? null), own: isOwn };
        }),
      };
      const [before] = together;
      if (before?.customerId !== record.customerId || before?.anonymousId !== record.anonymousId) page.push(...takeTogether());
      together.push(record);
    }
    yield page;
  }
  yield takeTogether();
}
