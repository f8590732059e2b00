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
  shop_keys: { key_hash: string; shop_id: string; scope: string };
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
  };
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
    platform: string;
    person_id: string | null;
    reference: string | null;
    at: number;
    due_at: number;
    state: string;
  };
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
};
