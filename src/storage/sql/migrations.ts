import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { ProblemError } from "#domain/problem.ts";
import type { Dialect } from "./dialect.ts";
import { firstSchema } from "./migrations/0001-first-schema.ts";
import { itemAttributes } from "./migrations/0002-item-attributes.ts";
import { identity } from "./migrations/0003-identity.ts";
import { gorse } from "./migrations/0004-gorse.ts";
import { feeds } from "./migrations/0005-feeds.ts";
import { connections } from "./migrations/0006-connections.ts";
import { webhooks } from "./migrations/0007-webhooks.ts";
import { cluster } from "./migrations/0008-cluster.ts";
import { standingConsent } from "./migrations/0009-standing-consent.ts";
import { vault } from "./migrations/0010-vault.ts";
import { forgetting } from "./migrations/0011-forgetting.ts";
import { consentRecords } from "./migrations/0012-consent-records.ts";
import { preferences } from "./migrations/0013-preferences.ts";
import { privacyLinks } from "./migrations/0014-privacy-links.ts";
import { audit } from "./migrations/0015-audit.ts";
import { rights } from "./migrations/0016-rights.ts";
import type { Tables } from "./schema.ts";

/** Every step of the schema, in order; one file each. */
const steps: Readonly<Record<string, (dialect: Dialect) => Migration>> = {
  "0001-first-schema": firstSchema,
  "0002-item-attributes": itemAttributes,
  "0003-identity": identity,
  "0004-gorse": gorse,
  "0005-feeds": feeds,
  "0006-connections": connections,
  "0007-webhooks": webhooks,
  "0008-cluster": cluster,
  "0009-standing-consent": standingConsent,
  "0010-vault": vault,
  "0011-forgetting": forgetting,
  "0012-consent-records": consentRecords,
  "0013-preferences": preferences,
  "0014-privacy-links": privacyLinks,
  "0015-audit": audit,
  "0016-rights": rights,
};

export const schemaSteps: readonly string[] = Object.keys(steps);
export const isUpToDate = (taken: readonly string[] | null): boolean =>
  taken?.length === schemaSteps.length && taken.every((step) => schemaSteps.includes(step));

/**
 * Whether nothing is to be done: the rule. The migrator looks at every table of every schema of the database before it does nothing,
 * and fails when somebody takes one away meanwhile that is none of ours.
 */
async function isNewest(db: Kysely<Tables>, schema: string | undefined): Promise<boolean> {
  const table = schema === undefined ? sql.id("kysely_migration") : sql.id(schema, "kysely_migration");
  try {
    const { rows } = await sql<{ name: string }>`select name from ${table} order by name`.execute(db);
    return rows.map(({ name }) => name).join() === schemaSteps.join();
  } catch {
    // No such table, as a rule: the migrator says better what is wrong.
    return false;
  }
}

/** A schema (3F000) or a table (42P01) of somebody else went while PostgreSQL listed it. */
const isElsewhere = (error: unknown) => error instanceof Error && "code" in error && ["3F000", "42P01"].includes(String(error.code));

/**
 * Brings the database to the newest schema, or to an earlier step. Throws ProblemError STORE_NEWER when a newer Rapport has
 * written it, STORE_DAMAGED when steps before the last are missing.
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect, upTo?: string): Promise<void> {
  const schema = await dialect.schemaOf(db);
  if (upTo === undefined && (await isNewest(db, schema))) return;
  const migrations = Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, step(dialect)]));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations }, migrationTableSchema: schema });
  const once = async () => (await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo))).error;
  let error = await once();
  for (let again = 0; again < 3 && isElsewhere(error); again++) error = await once();
  if (error === undefined) return;
  if (String(error).includes("corrupted migrations: expected previously executed migration")) {
    throw new ProblemError({ code: "STORE_DAMAGED", detail: "the store has later schema steps but lacks an earlier one" }, { cause: error });
  }
  if (String(error).includes("corrupted migrations")) {
    throw new ProblemError({ code: "STORE_NEWER", detail: "the store holds a schema step this version does not know" }, { cause: error });
  }
  throw error;
}
