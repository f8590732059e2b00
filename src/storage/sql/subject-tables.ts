import type { RetentionClass } from "#domain/retention.ts";
import { type ExportHook, exportRows, toldElsewhere } from "./export-hooks.ts";
import { closeRequests, eraseEntries, eraseLinks, eraseMessages, eraseRows, type ForgetHook, shredKeys } from "./forget-hooks.ts";
import type { Tables } from "./schema.ts";

/**
 * How long: as long as the class of `domain/retention.ts`, each event as its own class is (by-class), as long as anything else of
 * the person is kept (person), until a message to a webhook is forgotten (delivery), or
 * until a visit to their own page is over (session).
 */
type Kept = RetentionClass | "by-class" | "person" | "delivery" | "session";

/**
 * Every table that holds something about a person: which column names them, what it is kept for, how long, and what forgetting
 * the person does to it (`forget`; `eraseRows(table)` deletes every row that names them), and what they are told of it (`export`). A table of
 * the database with a column `person_id` that is missing here fails the contract suite.
 */
export const subjectTables = {
  log: {
    subject: "person_id",
    keptFor: "what the person allowed (personalize, learn, measure); orders as records of the shop",
    kept: "by-class",
    forget: eraseEntries,
    export: toldElsewhere("events, as they are exported and imported: readable rows of the log"),
  },
  consents: {
    subject: "person_id",
    keptFor: "proof of what was decided",
    kept: "decisions",
    forget: eraseRows("consents"),
    export: exportRows("consents"),
  },
  retractions: {
    subject: "person_id",
    keptFor: "leaving out what was taken back",
    kept: "by-class",
    forget: eraseRows("retractions"),
    export: exportRows("retractions"),
  },
  identity_links: {
    subject: "person_id",
    keptFor: "finding the person under all their names",
    kept: "person",
    forget: eraseLinks,
    export: exportRows("identity_links", { named: ["person_id", "base_id", "root_id", "session_id"] }),
  },
  people: {
    subject: "person_id",
    keptFor: "finding the person under the name the shop uses",
    kept: "person",
    forget: eraseRows("people"),
    export: exportRows("people"),
  },
  order_records: {
    subject: "person_id",
    keptFor: "finding whose order was changed, cancelled or sent back",
    kept: "orders",
    forget: eraseRows("order_records"),
    export: exportRows("order_records", { untold: { digest: "a hash of the order, to tell whether it has changed" } }),
  },
  rights_requests: {
    subject: "person_id",
    keptFor: "seeing to what the person asked for, and proof of it",
    kept: "decisions",
    forget: closeRequests,
    export: exportRows("rights_requests", { untold: { open_key: "made of ids of this house: keeps two requests from being one" } }),
  },
  webhook_messages: {
    subject: "person_id",
    keptFor: "telling the shop's own systems what was decided; forgotten once it arrived",
    kept: "delivery",
    forget: eraseMessages,
    export: exportRows("webhook_messages", { where: "endpoint", untold: { lease: "which process sends it" } }),
  },
  gorse_users: {
    subject: "person_id",
    keptFor: "giving a Gorse client back what it told about its user",
    kept: "person",
    forget: eraseRows("gorse_users"),
    export: exportRows("gorse_users"),
  },
  gorse_feedback: {
    subject: "person_id",
    keptFor: "giving a Gorse client back its feedback; not offering again what was read",
    kept: "by-class",
    forget: eraseRows("gorse_feedback"),
    export: exportRows("gorse_feedback"),
  },
  preferences: {
    subject: "person_id",
    keptFor: "honouring what the person chose",
    kept: "person",
    forget: eraseRows("preferences"),
    export: exportRows("preferences"),
  },
  preference_changes: {
    subject: "person_id",
    keptFor: "proof of what was chosen and corrected",
    kept: "decisions",
    forget: eraseRows("preference_changes"),
    export: exportRows("preference_changes"),
  },
  privacy_links: {
    subject: "person_id",
    keptFor: "opening their own page once; minutes",
    kept: "session",
    forget: eraseRows("privacy_links"),
    export: exportRows("privacy_links", { untold: { digest: "a hash of the secret that opens the page" } }),
  },
  privacy_sessions: {
    subject: "person_id",
    keptFor: "being at their own page; hours",
    kept: "session",
    forget: eraseRows("privacy_sessions"),
    export: exportRows("privacy_sessions", { untold: { digest: "a hash of the secret of the session" } }),
  },
  restrictions: {
    subject: "person_id",
    keptFor: "using nothing of whoever asked for that, until it is lifted",
    kept: "person",
    forget: eraseRows("restrictions"),
    export: exportRows("restrictions"),
  },
  person_keys: {
    subject: "person_id",
    keptFor: "reading what is sealed for this person alone",
    kept: "person",
    forget: shredKeys,
    export: exportRows("person_keys", { untold: { sealed: "the key that the person's data is sealed with" } }),
  },
  audit_openings: {
    subject: "person_id",
    keptFor: "telling the person, and whoever audits, who looked at their data",
    kept: "decisions",
    forget: eraseRows("audit_openings"),
    export: toldElsewhere("who did what with their data, read from the audit"),
  },
  contacts: {
    subject: "person_id",
    keptFor: "reaching the person on the channels they allowed, or about their order",
    kept: "person",
    forget: eraseRows("contacts"),
    export: exportRows("contacts", { untold: { email_digest: "a keyed hash of the address", phone_digest: "a keyed hash of the number" } }),
  },
} as const satisfies Partial<Record<keyof Tables, { subject: string; keptFor: string; kept: Kept; forget: ForgetHook; export: ExportHook }>>;
