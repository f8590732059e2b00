import { type Kysely, sql } from "kysely";
import { isSealed } from "../ports/field-cipher.ts";
import type { SubjectRow } from "../ports/subject-store.ts";
import { chunk } from "./chunk.ts";
import type { Tables } from "./schema.ts";
import { columnOf, personFields } from "./sealed-fields.ts";
import { createMessageBodies } from "./sealed-messages.ts";
import { openSealing, type Sealing } from "./sealing.ts";

/** Whose rows, and how what is sealed in them is opened. */
export type ReadWork = {
  readonly db: Kysely<Tables>;
  readonly sealing: Sealing | undefined;
  readonly shopId: string;
  readonly personIds: readonly string[];
};

/** What a person is told of one table. Every table of `subject-tables.ts` has one. */
export type ExportHook = {
  /** Columns that are told to nobody, each with the reason: secrets and hashes, and what only tells rows apart in here. */
  readonly untold: Readonly<Record<string, string>>;
  read(work: ReadWork): AsyncGenerator<readonly SubjectRow[]>;
};

const [idsAtOnce, rowsPerPage] = [500, 1_000];
/** Ids of persons are secrets of the shop: they are told as the names they stand for, by whoever knows those. */
const personColumns: readonly string[] = ["person_id", "root_id", "base_id", "session_id"];
const always: Readonly<Record<string, string>> = { shop_id: "which shop: it is named at the top" };

type Told = {
  readonly untold?: Readonly<Record<string, string>>;
  /** The columns that name somebody; person_id unless told. */
  readonly named?: readonly string[];
  readonly where?: "endpoint";
};

function openText(
  work: ReadWork,
  seals: Awaited<ReturnType<Sealing["reading"]>>,
  table: string,
  column: string,
  row: Record<string, unknown>,
): unknown {
  const value = row[column];
  if (typeof value !== "string" || !isSealed(value)) return value;
  const within = personFields.find((field) => field.table === table && field.column === column)?.within ?? [];
  const place = columnOf(
    column,
    within.map((name) => String(row[name])),
  );
  return work.sealing === undefined ? value : seals.open(String(row.person_id), table, place, value);
}

/** Every row of the table that names them, with every column that is not left out by name. */
export function exportRows(table: keyof Tables, { untold = {}, named = ["person_id"], where }: Told = {}): ExportHook {
  const left = { ...always, ...untold };
  return {
    untold: left,
    async *read(work) {
      const { db, shopId, personIds } = work;
      const sealing = work.sealing ?? openSealing;
      const bodies = createMessageBodies(work.sealing);
      const ofShop =
        where === "endpoint" ? sql`endpoint_id in (select endpoint_id from webhook_endpoints where shop_id = ${shopId})` : sql`shop_id = ${shopId}`;
      const seen = new Set<string>();
      for (const part of chunk([...new Set(personIds)], idsAtOnce)) {
        const names = sql.join(
          named.map((column) => sql`${sql.ref(column)} in (${sql.join(part)})`),
          sql` or `,
        );
        const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)} where ${ofShop} and (${names})`.execute(db);
        for (const page of chunk(rows, rowsPerPage)) {
          const seals = await sealing.reading(
            db,
            shopId,
            page.flatMap((row) => (typeof row.person_id === "string" ? [row.person_id] : [])),
          );
          const told: SubjectRow[] = [];
          for (const row of page) {
            const key = named.length > 1 ? JSON.stringify(row) : "";
            if (key !== "" && seen.has(key)) continue;
            if (key !== "") seen.add(key);
            const fields: Record<string, unknown> = {};
            const people: Record<string, string> = {};
            for (const column of Object.keys(row)) {
              if (Object.hasOwn(left, column)) continue;
              const value = row[column];
              if (personColumns.includes(column) && table !== "log") {
                if (typeof value === "string") people[column] = value;
              } else if (table === "webhook_messages" && column === "body") {
                fields.body = await bodies.open(
                  db,
                  String(row.endpoint_id),
                  String(row.message_id),
                  (row.person_id as string | null) ?? null,
                  String(value),
                );
              } else fields[column] = openText(work, seals, table, column, row);
            }
            told.push({ fields, people });
          }
          yield told;
        }
      }
    },
  };
}

/** What another part of the export tells: `why` says where. */
export const toldElsewhere = (why: string): ExportHook => ({ untold: { "*": why }, async *read() {} });
