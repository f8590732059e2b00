import type { Tables } from "./schema.ts";

/**
 * Every table that holds something about a person: which column names them, what it is kept for, how long. A table of
 * the database with a column `person_id` that is missing here fails the contract suite.
 */
export const subjectTables = {
  log: { subject: "person_id", keptFor: "what the person allowed (personalize, learn, measure); orders as records of the shop", keptDays: 730 },
  consents: { subject: "person_id", keptFor: "proof of what was decided", keptDays: 1825 },
  people: { subject: "person_id", keptFor: "finding the person under the name the shop uses", keptDays: 730 },
} as const satisfies Partial<Record<keyof Tables, { subject: string; keptFor: string; keptDays: number }>>;
