import type { Kysely } from "kysely";
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
};

export const schemaSteps: readonly string[] = Object.keys(steps);

/**
 * Brings the database to the newest schema, or to an earlier step. Throws ProblemError STORE_NEWER when a newer Rapport has
 * written it, STORE_DAMAGED when steps before the last are missing.
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect, upTo?: string): Promise<void> {
  const migrations = Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, step(dialect)]));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations }, migrationTableSchema: await dialect.schemaOf(db) });
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo));
  if (error === undefined) return;
  if (String(error).includes("corrupted migrations: expected previously executed migration")) {
    throw new ProblemError({ code: "STORE_DAMAGED", detail: "the store has later schema steps but lacks an earlier one" }, { cause: error });
  }
  if (String(error).includes("corrupted migrations")) {
    throw new ProblemError({ code: "STORE_NEWER", detail: "the store holds a schema step this version does not know" }, { cause: error });
  }
  throw error;
}
