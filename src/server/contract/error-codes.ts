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
  SEAL_BROKEN: {
    status: 500,
    message: "Something sealed cannot be opened: it was damaged, moved, or sealed with another key.",
    remedy: '"rapport doctor" says whether the keys are whole; restore the last backup, together with the key it was made with.',
  },
  KEY_FILE_MISSING: {
    status: 500,
    message: "The store is sealed, and its key is not here. No new one was made: it would open nothing.",
    remedy:
      'Put rapport.key back into the data folder, or name it with RAPPORT_KEY_FILE, or give its value in RAPPORT_KEY. From the recovery kit: "rapport key restore".',
  },
  KEY_FILE_INVALID: {
    status: 500,
    message: "The key cannot be read as one.",
    remedy: 'A key is 32 bytes, in base64 or hexadecimal. Copy it again whole, or make the file from the recovery kit: "rapport key restore".',
  },
  VAULT_KEY_MISMATCH: {
    status: 500,
    message: "The key is not the one that this store was sealed with; nothing was changed.",
    remedy: 'Give the key of this store (RAPPORT_KEY, RAPPORT_KEY_FILE, rapport.key), or make it from its recovery kit: "rapport key restore".',
  },
  RECOVERY_KIT_WRONG: {
    status: 400,
    message: "These are not the words of a recovery kit, or not of this one.",
    remedy: "Type the 24 words in their order, as they are printed; detail says which one is not right.",
  },
  DOCUMENT_UNSIGNABLE: {
    status: 400,
    message: "The document holds something that cannot be signed.",
    remedy: "Leave out what is no JSON: numbers that are not finite, and broken characters.",
  },
  DOCUMENT_UNVERIFIED: {
    status: 400,
    message: "The document is not as it was signed, or not signed with one of these keys.",
    remedy: "Take the file as it was downloaded, and the keys from GET /v1/privacy/keys of the server that signed it.",
  },
  CONTACT_INVALID: {
    status: 400,
    message: "The e-mail address or phone number cannot be used; nothing was kept.",
    remedy: 'Send email as name@host and phone with its country, such as "+14155550123"; or set the country of the others with defaultCountry.',
  },
  CONTACT_BASIS_MISSING: {
    status: 403,
    message: "There is no ground to keep how this person can be reached, so nothing was kept.",
    remedy: 'Record their consent to email, sms or whatsapp first (PUT /v1/consents), or send basis: "contract" where an order needs it.',
  },
  CONTACT_UNKNOWN: { status: 404, message: "Nothing is kept of how to reach this person.", remedy: "Send it with PUT /v1/contacts." },
  SHOP_KEY_UNKNOWN: { status: 404, message: "The shop has no such key.", remedy: '"rapport shop keys list" shows the tags of its keys.' },
  BREACH_UNKNOWN: { status: 404, message: "No breach of that id was opened.", remedy: '"rapport breach list" shows them.' },
  AUDIT_BROKEN: {
    status: 409,
    message: "The audit log is not as it was written.",
    remedy: "Somebody changed the database or restored an older backup. Keep a copy as it is, and look at docs/guide/audit.md.",
  },
  CONNECTION_UNKNOWN: {
    status: 404,
    message: "The shop is not connected to that platform.",
    remedy: 'Connect it with "rapport connect"; "rapport connect list" shows the addresses to send to.',
  },
  RIGHTS_REQUEST_UNKNOWN: { status: 404, message: "There is no open request of that id.", remedy: '"rapport rights list" lists them.' },
  RIGHTS_REQUEST_CLOSED: {
    status: 409,
    message: "The request is not where that could be done.",
    remedy: '"rapport rights show" says how far it is; what is closed stays closed.',
  },
  RIGHTS_UNVERIFIED: {
    status: 409,
    message: "Nobody knows yet that the request comes from the person themselves.",
    remedy: "Send them a link (POST /v1/privacy/identify), or verify the request when you know them otherwise.",
  },
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
  CONSENT_NEEDED: {
    status: 403,
    message: "The person has not agreed to what this needs; nothing was changed.",
    remedy: "Ask them for the purpose that detail names. What limits the use of their data needs no agreement.",
  },
  EVENT_UNKNOWN: {
    status: 404,
    message: "Nothing of that id is kept of this person.",
    remedy: "Take the id from GET /v1/profile; what was deleted is not there any more.",
  },
  PREFERENCE_INVALID: {
    status: 400,
    message: "That cannot be chosen.",
    remedy: "See what detail says; categories and brands are written as in the catalogue, and the levels stand in docs/guide/dial.md.",
  },
  CONSENT_STRING_INVALID: {
    status: 400,
    message: "The consent string cannot be read, so it counts as no consent; nothing of it was recorded.",
    remedy: "Send the TC string or GPP string exactly as the consent manager gives it, and only one of the two; detail says what was wrong.",
  },
  NOTICE_INVALID: {
    status: 400,
    message: "The notice is not complete.",
    remedy: "Correct the field that detail names; docs/guide/consent.md has an example. Nothing was published.",
  },
  NOTICE_UNKNOWN: { status: 404, message: "There is no such notice.", remedy: '"rapport notice list" and GET /v1/notices show those there are.' },
  POLICY_INVALID: {
    status: 400,
    message: "The policy is not one.",
    remedy: 'Name packs that exist, and only settings that a policy has; "rapport policy list" shows both.',
  },
  RECEIPT_INVALID: {
    status: 422,
    message: "This is no receipt of this shop: it was changed, forged, or is something else.",
    remedy: "Ask the shop for a new one: GET /v1/consents/receipts. detail says what is wrong with this one.",
  },
  RECEIPT_EXPIRED: {
    status: 422,
    message: "The receipt is genuine, and its time has run out.",
    remedy: "Ask the shop for a new one: GET /v1/consents/receipts.",
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
    message: "A server is running on this store.",
    remedy: "Stop it first, or use it: a data folder has one server at a time; several at once need PostgreSQL.",
  },
  ERASURE_UNKNOWN: {
    status: 404,
    message: "There is no forgetting of that id.",
    remedy: "Use the erasureId of the answer to POST /v1/privacy/erasures or of rapport forget.",
  },
  ERASURE_NOT_DONE: {
    status: 409,
    message: "The forgetting is not done yet, so there is no certificate of it.",
    remedy: "Ask for its state, and for the certificate when that is done; needs_attention says where something was found.",
  },
  JOURNAL_DAMAGED: {
    status: 500,
    message: "The erasure journal cannot be read: nobody can tell whether somebody was forgotten who is in the store.",
    remedy: "Put the file back from a copy; lines are only ever added to it. Detail names the line.",
  },
  JOURNAL_MISSING: {
    status: 409,
    message: "Somebody may have been forgotten after this backup was made, and the journal that says so is not there.",
    remedy: "Give it with --journal FILE (erasure-journal.jsonl of the old data folder). If nobody was, say --nobody-was-forgotten-since.",
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
  TOO_MANY_TRIES: { status: 429, message: "That was asked too often.", remedy: "Wait as long as Retry-After says, then try again." },
  OVERLOADED: { status: 429, message: "More is coming in than can be written.", remedy: "Wait as long as Retry-After says, then send it again." },
  INTERNAL: {
    status: 500,
    message: "Something went wrong inside Rapport.",
    remedy: "Look into the server's log for this request id, and report it.",
  },
};
