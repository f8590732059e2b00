import type { Generated } from "kysely";

/** Times are milliseconds since 1970 UTC; booleans are 0 or 1; lists and records are JSON text, in both databases. */
export type Tables = {
  shops: { shop_id: string; name: string; currency: string; created_at: number; person_key: string };
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
  };
  people: { shop_id: string; person_id: string; kind: string; external_id: string; root_id: string };
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
    source: string;
    created_at: number;
    updated_at: number;
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
  consumers: { shop_id: string; consumer: string; cursor: number; state: Uint8Array | null };
};
