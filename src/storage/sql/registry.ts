import type { ColumnClass, RegisteredTable } from "../ports/registry.ts";
import { type ExpireHook, expireRows, goesWith, hasDoneNothing, isClosed, isGone } from "./expire-hooks.ts";
import type { Tables } from "./schema.ts";
import { subjectTables } from "./subject-tables.ts";

type Declared<Table extends keyof Tables> = {
  readonly expire: ExpireHook;
  readonly columns: Readonly<Record<keyof Tables[Table] & string, ColumnClass>>;
};
const [clear, pseudonymous, sealed] = ["clear", "pseudonymous", "sealed"] as const;
const withEvents = goesWith("with the event: after the days of its class, once learning has taken it out of what it knows");
const withPerson = goesWith("with the last thing that is kept of the person");

/**
 * For every table with people in it: how each column is kept from strange eyes, and what ends its rows. The compiler refuses a
 * column of `schema.ts` that is missing here; a test compares both with what the databases really have.
 */
const declared: { readonly [Table in keyof typeof subjectTables]: Declared<Table> } = {
  log: {
    expire: withEvents,
    columns: {
      seq: clear,
      shop_id: clear,
      kind: clear,
      person_id: pseudonymous,
      message_id: pseudonymous,
      type: clear,
      name: clear,
      occurred_at: clear,
      received_at: clear,
      order_id: pseudonymous,
      session_id: pseudonymous,
      recommendation_id: pseudonymous,
      currency: clear,
      refused: clear,
      lines: clear,
      impression: clear,
      detail: pseudonymous,
    },
  },
  consents: {
    expire: goesWith("when another decision has replaced it, after the days of decisions; the one in force stays until the person is forgotten"),
    columns: {
      shop_id: clear,
      person_id: pseudonymous,
      purpose: clear,
      seq: clear,
      granted: clear,
      at: clear,
      source: clear,
      notice: clear,
      how: clear,
      own: clear,
      expires_at: clear,
      proof: clear,
    },
  },
  retractions: { expire: withEvents, columns: { shop_id: clear, target_seq: clear, person_id: pseudonymous, seq: clear } },
  identity_links: {
    expire: withPerson,
    columns: {
      shop_id: clear,
      seq: clear,
      kind: clear,
      person_id: pseudonymous,
      base_id: pseudonymous,
      root_id: pseudonymous,
      session_id: pseudonymous,
      at: clear,
      undone_seq: clear,
    },
  },
  people: {
    expire: withPerson,
    columns: { shop_id: clear, person_id: pseudonymous, kind: clear, external_id: sealed, root_id: pseudonymous, met: clear },
  },
  order_records: {
    expire: expireRows("order_records", "after the days of orders", { at: "changed_at", kept: "orders", key: ["shop_id", "order_id"] }),
    columns: { shop_id: clear, order_id: pseudonymous, person_id: pseudonymous, changed_at: clear, state: clear, digest: pseudonymous },
  },
  rights_requests: {
    expire: expireRows("rights_requests", "after the days of decisions, once it is closed", {
      at: "at",
      kept: "decisions",
      key: ["request_id"],
      only: isClosed,
    }),
    columns: {
      request_id: pseudonymous,
      shop_id: clear,
      kind: clear,
      platform: clear,
      person_id: pseudonymous,
      reference: clear,
      at: clear,
      due_at: clear,
      state: clear,
      regime: clear,
      source: clear,
      verified_at: clear,
      verified_by: clear,
      extended_at: clear,
      closed_at: clear,
      erasure_id: pseudonymous,
      reason: clear,
      words: clear,
      detail: clear,
      steps: clear,
      open_key: pseudonymous,
    },
  },
  webhook_messages: {
    expire: goesWith("days after it arrived or was given up"),
    columns: {
      endpoint_id: clear,
      message_id: pseudonymous,
      type: clear,
      body: sealed,
      person_id: pseudonymous,
      created_at: clear,
      state: clear,
      attempts: clear,
      due_at: clear,
      leased_until: clear,
      lease: clear,
      finished_at: clear,
      status: clear,
      error: clear,
    },
  },
  gorse_users: { expire: withPerson, columns: { shop_id: clear, user_id: pseudonymous, person_id: pseudonymous, labels: sealed, comment: sealed } },
  gorse_feedback: {
    expire: withEvents,
    columns: {
      shop_id: clear,
      feedback_type: clear,
      user_id: pseudonymous,
      item_id: clear,
      person_id: pseudonymous,
      value: clear,
      at: clear,
      at_nanos: clear,
      updated_at: clear,
      updated_nanos: clear,
      labels: sealed,
      comment: sealed,
      message_ids: pseudonymous,
      revision: clear,
    },
  },
  preferences: {
    expire: expireRows("preferences", "after the days of decisions, once nothing else of the person is kept", {
      at: "at",
      kept: "decisions",
      key: ["person_id", "kind", "key"],
      only: isGone,
    }),
    columns: { shop_id: clear, person_id: pseudonymous, kind: clear, key: clear, value: clear, at: clear },
  },
  preference_changes: {
    expire: expireRows("preference_changes", "after the days of decisions", { at: "at", kept: "decisions", key: ["seq"] }),
    columns: { seq: clear, shop_id: clear, person_id: pseudonymous, action: clear, kind: clear, key: clear, value: clear, at: clear, said_by: clear },
  },
  privacy_links: {
    expire: goesWith("when it was opened, or after minutes"),
    columns: {
      digest: pseudonymous,
      shop_id: clear,
      person_id: pseudonymous,
      kind: clear,
      external_id: clear,
      locale: clear,
      embed_origins: clear,
      created_at: clear,
      expires_at: clear,
    },
  },
  privacy_sessions: {
    expire: goesWith("when they leave, or after hours"),
    columns: {
      digest: pseudonymous,
      shop_id: clear,
      person_id: pseudonymous,
      kind: clear,
      external_id: clear,
      locale: clear,
      embed_origins: clear,
      started_at: clear,
      seen_at: clear,
    },
  },
  restrictions: {
    expire: goesWith("when the restriction is lifted, or the person forgotten"),
    columns: { shop_id: clear, person_id: pseudonymous, request_id: pseudonymous, at: clear, learning: clear },
  },
  person_keys: { expire: withPerson, columns: { shop_id: clear, person_id: pseudonymous, sealed } },
  audit_openings: {
    expire: expireRows("audit_openings", "after the days of decisions", { at: "at", kept: "decisions", key: ["seq", "position"] }),
    columns: { shop_id: clear, seq: clear, position: clear, person_id: pseudonymous, at: clear, opening: sealed },
  },
  contacts: {
    expire: expireRows("contacts", "after the days of orders, once nothing that they did is kept", {
      at: "changed_at",
      kept: "orders",
      key: ["person_id"],
      only: hasDoneNothing,
    }),
    columns: {
      shop_id: clear,
      person_id: pseudonymous,
      email: sealed,
      phone: sealed,
      email_digest: pseudonymous,
      phone_digest: pseudonymous,
      basis: clear,
      changed_at: clear,
    },
  },
};

/** Every other table, and why no person stands in it. */
const impersonal = {
  shops: "the shops themselves; their secrets sealed with the installation's key",
  shop_keys: "hashes of the keys of shops",
  shop_policies: "which laws a shop keeps to",
  notices: "what people are told before they decide",
  contact_suppressions: "keyed digests of addresses that must not be written to: nobody without the key can say whose",
  items: "what a shop sells",
  feeds: "where a shop's catalogue is read from",
  feed_rows: "a catalogue that is just being read",
  catalogue_revisions: "how often the catalogue has changed",
  models: "what was learnt of items: counts of many, no person",
  consumers: "how far the log was read, and what was learnt from it: counts of many",
  dead_letters: "positions in the log that could not be learnt from",
  leaders: "which process leads",
  connections: "shop platforms; their secrets sealed",
  product_records: "which platform told of which product",
  webhook_endpoints: "where news is sent",
  suppressions: "keyed digests of forgotten names: nobody without the key can say whose",
  erasures: "how far a forgetting is; whom it is about is sealed until it is done, and then gone",
  vault_root: "which key the installation has",
  vault_keys: "keys of shops, sealed",
  audit_entries: "who did what; whom it was about as salted commitments only",
  breaches: "breaches of security that were looked into",
} as const satisfies Partial<Record<keyof Tables, string>>;

export const impersonalTables: Readonly<Record<string, string>> = impersonal;

export const registeredTables: readonly RegisteredTable[] = (Object.keys(subjectTables) as (keyof typeof subjectTables)[]).map((name) => ({
  name,
  purpose: subjectTables[name].keptFor,
  kept: subjectTables[name].kept,
  expiry: declared[name].expire.how,
  columns: declared[name].columns,
  untold: subjectTables[name].export.untold,
}));

export const expireHooks: readonly ExpireHook[] = Object.values(declared).map(({ expire }) => expire);

/** Columns that name somebody, wherever they stand. */
const namingColumns = /^(person_id|customer_id|anonymous_id|user_id|external_id|email|phone|ip|ip_address|address|birth_date|name_of_person)$/;

/** What of a real database is not registered: nobody would export, forget or expire it. */
export function registryGaps(
  found: ReadonlyMap<string, readonly string[]>,
  registered: readonly Pick<RegisteredTable, "name" | "columns">[] = registeredTables,
): string[] {
  const byName = new Map(registered.map((table) => [table.name, table]));
  const gaps: string[] = [];
  for (const [table, columns] of found) {
    const row = byName.get(table);
    const naming = columns.filter((column) => namingColumns.test(column));
    if (row === undefined) {
      if (naming.length > 0) gaps.push(`${table} names people (${naming.join(", ")}) and is not registered`);
      else if (!Object.hasOwn(impersonalTables, table)) gaps.push(`${table} is neither registered nor said to hold nobody`);
      continue;
    }
    for (const column of columns) if (row.columns[column] === undefined) gaps.push(`${table}.${column} has no encryption class`);
    for (const column of Object.keys(row.columns)) if (!columns.includes(column)) gaps.push(`${table}.${column} is registered and not there`);
    const hooks = (subjectTables as Readonly<Record<string, { forget?: unknown; export?: unknown }>>)[table];
    const expiry = (declared as Readonly<Record<string, { expire?: unknown }>>)[table];
    if (hooks?.forget === undefined) gaps.push(`${table} has no hook that forgets`);
    if (hooks?.export === undefined) gaps.push(`${table} has no hook that exports`);
    if (expiry?.expire === undefined) gaps.push(`${table} has no hook that expires`);
  }
  for (const table of byName.keys()) if (!found.has(table)) gaps.push(`${table} is registered and not there`);
  return gaps;
}
