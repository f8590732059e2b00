import type { RetentionClass } from "#domain/retention.ts";
import type { Tables } from "./schema.ts";

/**
 * How long: as long as the class of `domain/retention.ts`, each event as its own class is (by-class), as long as anything else of
 * the person is kept (person), or until a message to a webhook is forgotten (delivery).
 */
type Kept = RetentionClass | "by-class" | "person" | "delivery";

/**
 * Every table that holds something about a person: which column names them, what it is kept for, how long. A table of
 * the database with a column `person_id` that is missing here fails the contract suite.
 */
export const subjectTables = {
  log: { subject: "person_id", keptFor: "what the person allowed (personalize, learn, measure); orders as records of the shop", kept: "by-class" },
  consents: { subject: "person_id", keptFor: "proof of what was decided", kept: "decisions" },
  retractions: { subject: "person_id", keptFor: "leaving out what was taken back", kept: "by-class" },
  identity_links: { subject: "person_id", keptFor: "finding the person under all their names", kept: "person" },
  people: { subject: "person_id", keptFor: "finding the person under the name the shop uses", kept: "person" },
  order_records: { subject: "person_id", keptFor: "finding whose order was changed, cancelled or sent back", kept: "orders" },
  rights_requests: { subject: "person_id", keptFor: "seeing to what the person asked for, and proof of it", kept: "decisions" },
  webhook_messages: { subject: "person_id", keptFor: "telling the shop's own systems what was decided; forgotten once it arrived", kept: "delivery" },
  gorse_users: { subject: "person_id", keptFor: "giving a Gorse client back what it told about its user", kept: "person" },
  gorse_feedback: { subject: "person_id", keptFor: "giving a Gorse client back its feedback; not offering again what was read", kept: "by-class" },
} as const satisfies Partial<Record<keyof Tables, { subject: string; keptFor: string; kept: Kept }>>;
