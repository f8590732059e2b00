import type { Kysely, Transaction } from "kysely";
import type { PersonId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";
import type { NameOf } from "../ports.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { openSealing, sealedAmong } from "./sealing.ts";

type Db = Kysely<Tables> | Transaction<Tables>;
type NameRow = Pick<Tables["people"], "person_id" | "kind" | "external_id">;

/** Reads outside names out of rows of `people`; null where a name is gone, shredded with its key. */
export async function openNames(
  db: Db,
  { sealing = openSealing }: Pick<Dialect, "sealing">,
  shopId: string,
  rows: readonly Pick<NameRow, "person_id" | "external_id">[],
): Promise<(row: Pick<NameRow, "person_id" | "external_id">) => string | null> {
  const sealed = sealedAmong(
    rows,
    (row) => row.person_id,
    (row) => row.external_id,
  );
  const seals = await sealing.reading(db, shopId, sealed);
  return ({ person_id, external_id }) => (external_id === "" ? null : seals.open(person_id, "people", "external_id", external_id));
}

/** The names that can still be read. */
export async function readNames(db: Db, dialect: Pick<Dialect, "sealing">, shopId: string, rows: readonly NameRow[]): Promise<NameOf[]> {
  const open = await openNames(db, dialect, shopId, rows);
  return rows.flatMap((row): NameOf[] => {
    const externalId = open(row);
    return externalId === null ? [] : [{ personId: row.person_id as PersonId, kind: row.kind as PersonNameKind, externalId }];
  });
}

/** Rows of `people` as they are kept: each name sealed with the key of its person. Call it for names that are new only. */
export async function sealNames<Row extends Pick<NameRow, "person_id" | "external_id"> & { readonly shop_id: string }>(
  transaction: Db,
  { sealing }: Pick<Dialect, "sealing">,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  if (sealing === undefined || rows.length === 0) return rows;
  const seals = await sealing.writing(
    transaction,
    rows[0]!.shop_id,
    rows.map((row) => row.person_id),
  );
  return rows.map((row) => ({ ...row, external_id: seals.seal(row.person_id, "people", "external_id", row.external_id) }));
}
