import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";
import type { LogNews } from "../ports/webhook-store.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { openNames, readNames } from "./sealed-names.ts";

const toName = (kind: string | null, externalId: string | null): LogNews["name"] =>
  kind === null || externalId === null ? null : { kind: kind as PersonNameKind, externalId };

/** Nobody, where the row was damaged: one entry shall not keep back all that come after it. */
function rootIn(detail: string): string {
  try {
    return String((JSON.parse(detail) as { root?: string } | null)?.root);
  } catch {
    return "";
  }
}

/** Entries of the log that are about what somebody decided or who is whom; found by an index that holds no others. */
export async function readLogNews(db: Kysely<Tables>, dialect: Dialect, shopId: ShopId, after: LogSeq, limit: number): Promise<LogNews[]> {
  const rows = await db
    .selectFrom("log")
    .leftJoin("consents", (join) =>
      join.onRef("consents.shop_id", "=", "log.shop_id").onRef("consents.person_id", "=", "log.person_id").onRef("consents.seq", "=", "log.seq"),
    )
    .leftJoin("people", (join) => join.onRef("people.shop_id", "=", "log.shop_id").onRef("people.person_id", "=", "log.person_id"))
    .leftJoin("people as root", (join) => join.onRef("root.shop_id", "=", "log.shop_id").onRef("root.person_id", "=", "people.root_id"))
    .leftJoin("identity_links as link", (join) => join.onRef("link.shop_id", "=", "log.shop_id").onRef("link.seq", "=", "log.seq"))
    .select([
      "log.seq",
      "log.kind",
      "log.person_id",
      "log.occurred_at",
      "log.detail",
      "link.seq as link_seq",
      "consents.purpose",
      "consents.granted",
      "consents.source",
    ])
    .select([
      "people.kind as name_kind",
      "people.external_id as name_id",
      "root.kind as root_kind",
      "root.external_id as root_id",
      "root.person_id as root_person",
    ])
    .where("log.shop_id", "=", shopId)
    .where("log.seq", ">", after)
    // Word for word the condition of the index: a parameter would keep the database from using it.
    .where(sql<boolean>`log.kind <> 'event'`)
    .orderBy("log.seq")
    .limit(limit)
    .execute();
  // Of a link it is told whom it was made to, whoever that belongs to by now.
  const linkedIds = rows.flatMap(({ kind, detail }) => ((kind === "link" || kind === "unlink") && detail !== null ? [rootIn(detail)] : []));
  const linked = new Map<string, LogNews["name"]>();
  const people = rows.flatMap((row) => [
    ...(row.name_id === null ? [] : [{ person_id: row.person_id as string, external_id: row.name_id }]),
    ...(row.root_id === null || row.root_person === null ? [] : [{ person_id: row.root_person, external_id: row.root_id }]),
  ]);
  const open = await openNames(db, dialect, shopId, people);
  const nameIn = (kind: string | null, personId: string | null, externalId: string | null) =>
    toName(kind, personId === null || externalId === null ? null : open({ person_id: personId, external_id: externalId }));
  for (const part of chunk([...new Set(linkedIds)], rowsPerStatement(dialect, 1))) {
    const found = await db.selectFrom("people").selectAll().where("shop_id", "=", shopId).where("person_id", "in", part).execute();
    for (const { personId, kind, externalId } of await readNames(db, dialect, shopId, found)) linked.set(personId, { kind, externalId });
  }
  return rows.map((row) => ({
    seq: row.seq as LogSeq,
    kind: row.kind,
    holds: row.kind !== "link" || row.link_seq !== null,
    linkedTo: row.detail === null ? null : (linked.get(rootIn(row.detail)) ?? null),
    personId: row.person_id as PersonId,
    at: row.occurred_at,
    decision: row.purpose === null ? null : { purpose: row.purpose, granted: row.granted === 1, source: row.source ?? "" },
    name: nameIn(row.name_kind, row.person_id, row.name_id),
    root: nameIn(row.root_kind, row.root_person, row.root_id),
  }));
}
