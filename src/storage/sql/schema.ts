import type { Generated } from "kysely";

/** Times are milliseconds since 1970 UTC; booleans are 0 or 1; lists and records are JSON text, in both databases. */
export type Tables = {
  shops: {
    shop_id: string;
    name: string;
    currency: string;
    created_at: number;
    person_key: string;
    /** JSON list of purposes; null: none. */
    standing_consent: Generated<string | null>;
    standing_notice: Generated<string | null>;
  };
  /** Null: from before it was noted. */
  shop_keys: { key_hash: string; shop_id: string; scope: string; created_at: Generated<number | null> };
  log: {
    seq: Generated<number>;
    shop_id: string;
    kind: string;
    person_id: string;
    message_id: string;
    type: string | null;
    name: string;
    occurred_at: number;
    received_at: number;
    order_id: string | null;
    session_id: string | null;
    recommendation_id: string | null;
    currency: string | null;
    /** ",personalize,learn," or "". */
    refused: string;
    lines: string;
    impression: string | null;
    /** What an entry that is no event says; JSON. */
    detail: string | null;
  };
  /** Which entry took back the event at `target_seq`. */
  retractions: { shop_id: string; target_seq: number; person_id: string; seq: number };
  /** One row a link of the log: who is whom, and in whose hands a device is. */
  identity_links: {
    shop_id: string;
    seq: number;
    kind: string;
    /** The device (claim, cut) or the customer (merge) that the link is about. */
    person_id: string;
    /** The device between two changes of its stranger (see "cut"); the same as person_id until the first, and on merges. */
    base_id: string;
    /** The customer; null on a cut. */
    root_id: string | null;
    /** The device in this customer's hands. */
    session_id: string | null;
    at: number;
    undone_seq: number | null;
  };
  consents: {
    shop_id: string;
    person_id: string;
    purpose: string;
    seq: number;
    granted: number;
    at: number;
    source: string;
    notice: string | null;
    how: string | null;
    /** 1: decided under this name; 0: it follows from a decision under another name of the same person. */
    own: number;
    expires_at: Generated<number | null>;
    proof: Generated<string | null>;
  };
  shop_policies: { shop_id: string; packs: string; overrides: string; changed_at: number };
  notices: {
    shop_id: string;
    name: string;
    version: number;
    hash: string;
    /** The document as it is shown and hashed; JSON. */
    body: string;
    /** Purposes that what was decided before no longer covers; JSON list. */
    material: string;
    published_at: number;
    /** 1: what was decided before has been ended. */
    applied: number;
  };
  contact_suppressions: { shop_id: string; channel: string; digest: string; source: string; at: number };
  people: {
    shop_id: string;
    person_id: string;
    kind: string;
    external_id: string;
    root_id: string;
    /** 0: only ever named by a link. */
    met: number;
  };
  items: {
    shop_id: string;
    item_id: string;
    title: string;
    description: string | null;
    categories: string;
    brand: string | null;
    price: number | null;
    currency: string | null;
    stock: number | null;
    available: number;
    url: string | null;
    image_url: string | null;
    attributes: string;
    released_at: number | null;
    source: string;
    created_at: number;
    updated_at: number;
    /** The feed that looks after it. */
    feed_id: string | null;
  };
  feeds: {
    feed_id: string;
    shop_id: string;
    name: string;
    location: string;
    every_ms: number | null;
    complete: number;
    created_at: number;
    etag: string | null;
    last_modified: string | null;
    stale_at: number | null;
    last_run: string | null;
    /** The run under way, if any, and when it was last heard of. */
    run_token: string | null;
    run_heard_at: number | null;
  };
  /** What a run has read so far; described only where it differs from the catalogue. */
  feed_rows: {
    run_token: string;
    item_id: string;
    is_news: number;
    title: string | null;
    description: string | null;
    categories: string | null;
    brand: string | null;
    price: number | null;
    currency: string | null;
    stock: number | null;
    available: number | null;
    url: string | null;
    image_url: string | null;
    attributes: string | null;
    released_at: number | null;
    source: string | null;
  };
  catalogue_revisions: { shop_id: string; revision: number };
  models: {
    shop_id: string;
    name: string;
    version: number;
    built_at: number;
    seq: number;
    card: string;
    artefact: Uint8Array;
  };
  /** `epoch` grows with each time it began anew. */
  consumers: { shop_id: string; consumer: string; cursor: number; state: Uint8Array | null; epoch: Generated<number> };
  dead_letters: { shop_id: string; seq: number; reason: string; found_at: number };
  leaders: { name: string; instance: string; since: number; cursors: string };
  gorse_users: { shop_id: string; user_id: string; person_id: string; labels: string; comment: string };
  gorse_feedback: {
    shop_id: string;
    feedback_type: string;
    user_id: string;
    item_id: string;
    person_id: string;
    value: number;
    /** Null: no time was given. */
    at: number | null;
    at_nanos: number;
    updated_at: number | null;
    updated_nanos: number;
    labels: string;
    comment: string;
    message_ids: string;
    revision: number;
  };
  connections: {
    connection_id: string;
    shop_id: string;
    platform: string;
    secret: string;
    item_id_source: string;
    consents: string;
    notice: string | null;
    created_at: number;
  };
  order_records: { shop_id: string; order_id: string; person_id: string; changed_at: number; state: string; digest: string };
  product_records: { shop_id: string; platform: string; product_id: string; changed_at: number; item_ids: string };
  rights_requests: {
    request_id: string;
    shop_id: string;
    kind: string;
    /** "": it did not come from a platform. */
    platform: string;
    person_id: string | null;
    reference: string | null;
    at: number;
    due_at: number;
    state: string;
    /** The law that was named; "": what the shop keeps to. */
    regime: Generated<string>;
    source: Generated<string>;
    verified_at: Generated<number | null>;
    verified_by: Generated<string | null>;
    extended_at: Generated<number | null>;
    closed_at: Generated<number | null>;
    erasure_id: Generated<string | null>;
    /** Why it was denied: one of a list, and words for the person. */
    reason: Generated<string | null>;
    words: Generated<string | null>;
    /** What was changed; JSON. */
    detail: Generated<string | null>;
    /** How it got where it is; JSON list. */
    steps: Generated<string>;
    /** Of two requests for the same that are both open one is kept; null once it is closed. */
    open_key: Generated<string | null>;
  };
  /** Nothing of whoever stands here is used. `learning`: what they had decided about learning before; JSON. */
  restrictions: { shop_id: string; person_id: string; request_id: string; at: number; learning: string | null };
  webhook_endpoints: {
    endpoint_id: string;
    shop_id: string;
    url: string;
    types: string;
    secrets: string;
    created_at: number;
    stopped: string | null;
    failing_since: number | null;
    last_success_at: number | null;
    paused_until: number;
    cursor: number;
  };
  webhook_messages: {
    endpoint_id: string;
    message_id: string;
    type: string;
    body: string;
    person_id: string | null;
    created_at: number;
    state: string;
    attempts: number;
    due_at: number;
    leased_until: number;
    lease: string | null;
    finished_at: number | null;
    status: number | null;
    error: string | null;
  };
  /** Names that were forgotten: a digest under a key of its own, and nothing that leads back. */
  suppressions: { shop_id: string; digest: string; kind: string; erasure_id: string; at: number; reason: string };
  erasures: {
    erasure_id: string;
    shop_id: string;
    state: string;
    requested_at: number;
    updated_at: number;
    due_at: number;
    attempts: number;
    target_seq: number | null;
    /** Whom it is about, sealed; null as soon as it is done. */
    work: string | null;
    /** JSON list of where something was found. */
    findings: string | null;
    /** JSON: what was done so far, in numbers. */
    report: string;
    certificate: string | null;
  };
  /** One row a choice; `key` "" where there is one of its kind. */
  preferences: { shop_id: string; person_id: string; kind: string; key: string; value: string; at: number };
  preference_changes: {
    seq: Generated<number>;
    shop_id: string;
    person_id: string;
    action: string;
    kind: string;
    key: string;
    value: string;
    at: number;
    said_by: string;
  };
  /** One row: the key of the installation that this store belongs to, and which fields have been sealed since (see sealed-fields.ts). */
  vault_root: { id: string; key_id: string; sealed_upto: number };
  /** Of a shop: its own key, sealed with the installation's (kind "shop"); the others are sealed with that. */
  vault_keys: {
    shop_id: string;
    key_id: string;
    kind: string;
    sealed: string;
    public_key: string | null;
    created_at: number;
    retired_at: number | null;
  };
  /** The key of one name, sealed with the shop's. */
  person_keys: { shop_id: string; person_id: string; sealed: string };
  contacts: {
    shop_id: string;
    person_id: string;
    email: string | null;
    phone: string | null;
    email_digest: string | null;
    phone_digest: string | null;
    basis: string;
    changed_at: number;
  };
  /** Only ever added to: the database refuses anything else. */
  audit_entries: { shop_id: string; seq: number; entry: string; hash: string };
  /** What the commitments of an entry were made of, sealed with the person's key. */
  audit_openings: { shop_id: string; seq: number; position: number; person_id: string; at: number; opening: string };
  breaches: { breach_id: string; shop_id: string; opened_at: number; closed_at: number | null; facts: string };
  privacy_links: {
    digest: string;
    shop_id: string;
    person_id: string;
    kind: string;
    external_id: string;
    locale: string | null;
    embed_origins: string;
    created_at: number;
    expires_at: number;
  };
  privacy_sessions: {
    digest: string;
    shop_id: string;
    person_id: string;
    kind: string;
    external_id: string;
    locale: string | null;
    embed_origins: string;
    started_at: number;
    seen_at: number;
  };
};
