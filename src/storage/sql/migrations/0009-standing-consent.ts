import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../schema.ts";

/** What a shop asserts of everybody who has decided nothing: purposes as JSON text, and the notice they agreed to. */
export function standingConsent(): Migration {
  return {
    async up(db: Kysely<Tables>) {
      await db.schema.alterTable("shops").addColumn("standing_consent", "text").execute();
      await db.schema.alterTable("shops").addColumn("standing_notice", "text").execute();
    },
  };
}
