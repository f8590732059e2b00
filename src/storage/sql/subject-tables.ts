import type { Tables } from "./schema.ts";

/**
 * Every table that holds something about a person: which column names them, what it is kept for, how long. A table of
 * the database with a column `person_id` that is missing here fails the contract suite.
 */
export const subjectTables = {
  log: { subject: "person_id", keptFor: "what the person allowed (personalize, learn, measure); orders as records of the shop", keptDays: 730 },
  consents: { subject: "person_id", keptFor: "proof of what was decided", keptDays: 1825 },
  retractions: { subject: "person_id", keptFor: "leaving out what was taken back", keptDays: 730 },
  identity_links: { subject: "person_id", keptFor: "finding the person under all their names", keptDays: 730 },
  people: { subject: "person_id", keptFor: "finding the person under the name the shop uses", keptDays: 730 },
  order_records: { subject: "person_id", keptFor: "finding whose order was changed, cancelled or sent back", keptDays: 730 },
  rights_requests: { subject: "person_id", keptFor: "seeing to what the person asked for, and proof of it", keptDays: 1825 },
  webhook_messages: { subject: "person_id", keptFor: "telling the shop's own systems what was decided; forgotten once it arrived", keptDays: 30 },
  gorse_users: { subject: "person_id", keptFor: "giving a Gorse client back what it told about its user", keptDays: 730 },
  gorse_feedback: { subject: "person_id", keptFor: "giving a Gorse client back its feedback; not offering again what was read", keptDays: 730 },
} as const satisfies Partial<Record<keyof Tables, { subject: string; keptFor: string; keptDays: number }>>;
