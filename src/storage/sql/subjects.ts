import type { Kysely } from "kysely";
import type { SubjectStore } from "../ports/subject-store.ts";
import type { Dialect } from "./dialect.ts";
import type { ExportHook } from "./export-hooks.ts";
import type { Tables } from "./schema.ts";
import { subjectTables } from "./subject-tables.ts";

const hooks: ReadonlyMap<string, ExportHook> = new Map(Object.entries(subjectTables).map(([table, { export: hook }]) => [table, hook]));
const noHook: ExportHook = { untold: {}, async *read() {} };

/** All that is kept of somebody, by the registry of tables. */
export function createSubjectStore(db: Kysely<Tables>, { sealing }: Dialect): SubjectStore {
  return {
    tables: () => [...hooks.keys()],
    untold: (table) => (hooks.get(table) ?? noHook).untold,
    rows: (shopId, table, personIds) => (hooks.get(table) ?? noHook).read({ db, sealing, shopId, personIds }),
  };
}
