import type { ProblemCode } from "#domain/problem.ts";

type CatalogueEntry = { readonly status: number; readonly message: string; readonly remedy: string };

/** Every error a caller can meet: status, what it means, what to do. `docs/reference/errors.md` is tested against it. */
export const errorCatalogue: Readonly<Record<ProblemCode, CatalogueEntry>> = {
  BODY_NOT_JSON: {
    status: 400,
    message: "The body is not valid JSON.",
    remedy: "Send a JSON object in UTF-8; check quotes, commas and the encoding.",
  },
  BODY_TOO_LARGE: { status: 413, message: "The body is too large.", remedy: "Split it: at most 500 KB for events, 5 MB for items." },
  REQUEST_INVALID: {
    status: 400,
    message: "A field is missing or has the wrong type.",
    remedy: "Correct the field that detail names; the shapes are in /openapi.json.",
  },
  ROUTE_UNKNOWN: { status: 404, message: "There is nothing at this address.", remedy: "Check method and path against /docs." },
  KEY_MISSING: { status: 401, message: "No key was sent.", remedy: 'Send "Authorization: Basic base64(KEY:)" or "Authorization: Bearer KEY".' },
  KEY_UNKNOWN: {
    status: 401,
    message: "The key belongs to no shop here.",
    remedy: 'Check the key; "rapport shop create NAME" makes a shop and prints its keys.',
  },
  KEY_NOT_ALLOWED: {
    status: 403,
    message: "A write key may not do this.",
    remedy: "Use the shop's server key, from a server: write keys are public.",
  },
  SHOP_UNKNOWN: { status: 404, message: "There is no shop of that name.", remedy: '"rapport shop list" shows the shops of this data folder.' },
  SHOP_NAME_TAKEN: { status: 409, message: "A shop of that name exists already.", remedy: "Choose another name." },
  SHOP_AMBIGUOUS: {
    status: 400,
    message: "There are several shops, or none.",
    remedy: 'Name one with --shop; "rapport shop list" shows them, "rapport shop create NAME" makes one.',
  },
  SIGNATURE_WRONG: {
    status: 401,
    message: "The message is not signed with the secret of this connection; nothing of it was stored.",
    remedy:
      'Give the platform\'s secret again: "rapport connect shopify" or "rapport connect woocommerce". A proxy must pass the body on as it came.',
  },
  CONNECTION_UNKNOWN: {
    status: 404,
    message: "The shop is not connected to that platform.",
    remedy: 'Connect it with "rapport connect"; "rapport connect list" shows the addresses to send to.',
  },
  RIGHTS_REQUEST_UNKNOWN: { status: 404, message: "There is no open request of that id.", remedy: '"rapport connect requests" lists them.' },
  PERSON_MISSING: { status: 400, message: "Nobody is named.", remedy: "Give customerId (userId in events) or anonymousId." },
  ID_INVALID: { status: 400, message: "An id cannot be used.", remedy: "Ids have 1 to 256 characters, none of them control characters." },
  EVENT_TOO_LARGE: { status: 400, message: "The event is too large.", remedy: "Keep an event under 32 KB and 2000 products." },
  EVENT_TIME_INVALID: { status: 400, message: "The time cannot be read.", remedy: 'Send timestamp in ISO 8601, such as "2026-03-01T12:00:00Z".' },
  EVENT_TIME_FUTURE: {
    status: 400,
    message: "The event lies in the future.",
    remedy: "Check the clock of the sender; up to 24 hours ahead are accepted.",
  },
  EVENT_TIME_PAST: {
    status: 400,
    message: "The event lies before 1990.",
    remedy: "Send milliseconds or ISO 8601: seconds read as milliseconds end up in 1970.",
  },
  EVENT_INVALID: {
    status: 400,
    message: "The event cannot be understood.",
    remedy: "Correct the field that detail names; the shapes are in /openapi.json.",
  },
  BATCH_TOO_LARGE: { status: 400, message: "There is too much in one request.", remedy: "Send at most 2500 events and 500 KB at a time." },
  NO_CONSENT: {
    status: 200,
    message: "The person allows none of the purposes this would need, so nothing was kept.",
    remedy: "Ask them, and record the answer with PUT /v1/consents.",
  },
  CONSENT_INVALID: {
    status: 400,
    message: "The consent cannot be understood.",
    remedy: "purposes is an object of true or false by purpose: personalize, learn, measure, email, sms, whatsapp, push, share, research.",
  },
  ITEM_UNKNOWN: { status: 404, message: "The shop has no such item.", remedy: "Send it with PUT /v1/items first, or check its id." },
  ITEM_REQUIRED: { status: 400, message: "This surface needs an item or a basket.", remedy: "Give the field that detail names." },
  ITEM_INVALID: {
    status: 400,
    message: "The item cannot be used.",
    remedy: "Correct the field that detail names; nothing of the request was stored.",
  },
  CUSTOMER_UNKNOWN: {
    status: 404,
    message: "The shop knows no such customer.",
    remedy: "Check the id; a customer is known once an event, an order or a consent of theirs was stored.",
  },
  IDENTITY_NOT_MERGED: {
    status: 409,
    message: "These two are not merged with each other.",
    remedy: 'GET /v1/identities or "rapport identity show ID" lists the links; undo one of them.',
  },
  IDENTITY_LIMIT: {
    status: 409,
    message: "The link would tie too much together.",
    remedy: "names: a person has at most 50 names. device: more than 5 customers used it within a day, so it is nobody's.",
  },
  RECOMMENDATION_UNKNOWN: {
    status: 404,
    message: "No such recommendation was recorded.",
    remedy: "Use the recommendationId of the answer; only answers to people who allow measure are recorded.",
  },
  SURFACE_UNKNOWN: {
    status: 400,
    message: "There is no such surface.",
    remedy: "Use for-you, popular, trending, new, similar, bought-together, complete-basket or reorder.",
  },
  N_OUT_OF_RANGE: { status: 400, message: "n is out of range.", remedy: "Ask for 1 to 100 items." },
  FILE_MISSING: { status: 404, message: "The file is not there.", remedy: "Check the path." },
  FILE_UNREADABLE: {
    status: 400,
    message: "The file cannot be read as what it seems to be.",
    remedy: "Give CSV, TSV, JSONL, JSON or Parquet, each also .gz; detail says what is wrong with this one.",
  },
  FILE_EXISTS: {
    status: 409,
    message: "There is a file of that name already; it was left as it is.",
    remedy: "Choose another name, or move the file away.",
  },
  FILE_UNWRITABLE: {
    status: 500,
    message: "The file cannot be written.",
    remedy: "Check that its folder is there, that this user may write in it, and that its disk has room.",
  },
  COLUMN_UNKNOWN: { status: 400, message: "The file has no column of that name.", remedy: "Use one of the columns that detail lists." },
  COLUMN_UNGUESSED: {
    status: 400,
    message: "It is not clear which column is which.",
    remedy: "Say it with the option that detail names.",
  },
  NOTHING_IMPORTED: {
    status: 400,
    message: "No row of the file could be used.",
    remedy: "See the reasons in the summary, and check the mapping with --map.",
  },
  NOT_ENOUGH_DATA: {
    status: 409,
    message: "There is not enough data for that yet.",
    remedy: "Import orders or wait for more events; detail says what is missing.",
  },
  FEED_BROKEN: {
    status: 400,
    message: "The feed breaks off or is not what it says it is; the catalogue stays as it was.",
    remedy: "Have the feed made again; detail says where it breaks.",
  },
  FEED_EMPTY: {
    status: 400,
    message: "The feed holds no item that could be used; the catalogue stays as it was.",
    remedy: "See the reasons in the summary; have the feed made again.",
  },
  FEED_SHRANK: {
    status: 409,
    message: "The feed would take more than half of its items off sale; the catalogue stays as it was.",
    remedy: "If that is meant, run it once with --allow-shrink. If it is another feed beside the first, name it: --feed NAME.",
  },
  FEED_UNREACHABLE: {
    status: 502,
    message: "The feed cannot be fetched; the catalogue stays as it was.",
    remedy: "Check the address, and that it answers with the file; it is tried again when it is next due.",
  },
  FEED_UNKNOWN: { status: 404, message: "There is no such feed.", remedy: "See rapport feed list; add it with rapport feed add." },
  FEED_OVERTAKEN: {
    status: 409,
    message: "A newer run of the same feed has begun; this one changed nothing.",
    remedy: "Nothing to do: the newer one goes on.",
  },
  OPTION_INVALID: { status: 400, message: "An option has a value that makes no sense.", remedy: "See --help." },
  DATA_FOLDER_UNUSABLE: {
    status: 500,
    message: "The data folder cannot be used.",
    remedy: "Check that the folder exists or can be made, and that this user may write there.",
  },
  STORE_FULL: {
    status: 507,
    message: "The disk is full: nothing of this request was stored.",
    remedy: "Free space, then send it again; what was acknowledged before is safe.",
  },
  STORE_UNAVAILABLE: {
    status: 503,
    message: "The store does not answer.",
    remedy: "Check that its disk or server is there and that no other program holds it; then try again.",
  },
  STORE_NEWER: {
    status: 500,
    message: "A newer Rapport has written this store.",
    remedy: "Start the newer version, or restore a backup from before it.",
  },
  STORE_DAMAGED: {
    status: 503,
    message: "The store is damaged; nothing is written into it any more.",
    remedy:
      'Stop the server, keep a copy of the data folder, and restore the last backup into another one: "rapport restore FILE --data FOLDER". "rapport doctor" says what is damaged.',
  },
  STORE_FOREIGN: {
    status: 500,
    message: "The database belongs to another program; it was left as it is.",
    remedy: "Give Rapport a folder, or a PostgreSQL schema, of its own: --data or RAPPORT_DATABASE_URL.",
  },
  STORE_IN_USE: {
    status: 409,
    message: "A server is running on this data folder, and a folder has one.",
    remedy: "Use that one, or stop it first; several servers at once need PostgreSQL.",
  },
  BACKUP_DAMAGED: {
    status: 400,
    message: "The file is no backup, or not a whole one; nothing was restored from it.",
    remedy: 'Take another backup; "rapport backup --verify FILE" checks one without restoring it.',
  },
  MIGRATION_UNEQUAL: {
    status: 500,
    message: "The new store is not equal to the old one, so it was emptied again; the old one was left as it is.",
    remedy: "Stop every server and command that writes to the old store, and move it again.",
  },
  RESTORE_TARGET_TAKEN: {
    status: 409,
    message: "There is a store already where the backup should go; it was left as it is.",
    remedy: "Restore into an empty folder (--data) or database, or move what is there away first.",
  },
  PORT_TAKEN: { status: 500, message: "The port is in use.", remedy: "Stop what listens there, or choose another with --port (0: any free one)." },
  WEBHOOK_UNKNOWN: { status: 404, message: "The shop has no such webhook.", remedy: '"rapport webhook list" shows those it has.' },
  WEBHOOK_INVALID: { status: 400, message: "The webhook cannot be made like that.", remedy: "Correct what detail names." },
  WEBHOOKS_TOO_MANY: { status: 409, message: "The shop has as many webhooks as one may have.", remedy: "Remove one that is no longer used." },
  OUTBOUND_REFUSED: {
    status: 400,
    message: "Rapport may not call that address.",
    remedy: "Give an https URL of a host on the public internet; the operator can allow others with RAPPORT_OUTBOUND_ALLOW=host:port,…",
  },
  OUTBOUND_FAILED: {
    status: 502,
    message: "The address was called, and gave no usable answer.",
    remedy: "Check that the host is up and answers in time; detail says what happened.",
  },
  OVERLOADED: { status: 429, message: "More is coming in than can be written.", remedy: "Wait as long as Retry-After says, then send it again." },
  INTERNAL: {
    status: 500,
    message: "Something went wrong inside Rapport.",
    remedy: "Look into the server's log for this request id, and report it.",
  },
};
