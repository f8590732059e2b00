import type { ShopId } from "#domain/ids.ts";
import type { ShownEntry } from "#privacy/audit/audit.ts";
import { auditActions, isAuditAction } from "#privacy/audit/audit-actions.ts";
import type { House } from "./compose.ts";

/** Entries with the names that people are known under, where those are still there. */
export async function showEntries(house: Pick<House, "store">, shopId: ShopId, entries: readonly ShownEntry[]) {
  const ids = new Set(entries.flatMap(({ opened }) => opened.map(({ personId }) => personId)));
  const names = await house.store.identities.namesOf(shopId, [...ids]);
  return entries.map(({ seq, at, action, actor, opened, subjects, everybody, detail, hash }) => ({
    seq,
    at,
    action,
    words: isAuditAction(action) ? auditActions[action] : action,
    actor,
    about: opened.flatMap(({ personId }) => names.get(personId)?.externalId ?? []),
    subjects: subjects.length,
    everybody: everybody === true,
    detail: { ...detail },
    hash,
  }));
}
