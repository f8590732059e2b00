/** Everything that can be wrong with a request, by name. Status, words and remedy stand in `server/contract/error-codes.ts`. */
export const problemCodes = [
  "BODY_NOT_JSON",
  "BODY_TOO_LARGE",
  "REQUEST_INVALID",
  "ROUTE_UNKNOWN",
  "KEY_MISSING",
  "KEY_UNKNOWN",
  "KEY_NOT_ALLOWED",
  "SHOP_UNKNOWN",
  "SHOP_NAME_TAKEN",
  "SHOP_AMBIGUOUS",
  "SIGNATURE_WRONG",
  "SEAL_BROKEN",
  "KEY_FILE_MISSING",
  "KEY_FILE_INVALID",
  "VAULT_KEY_MISMATCH",
  "RECOVERY_KIT_WRONG",
  "DOCUMENT_UNSIGNABLE",
  "DOCUMENT_UNVERIFIED",
  "CONTACT_INVALID",
  "CONTACT_BASIS_MISSING",
  "CONTACT_UNKNOWN",
  "SHOP_KEY_UNKNOWN",
  "BREACH_UNKNOWN",
  "AUDIT_BROKEN",
  "CONNECTION_UNKNOWN",
  "RIGHTS_REQUEST_UNKNOWN",
  "RIGHTS_REQUEST_CLOSED",
  "RIGHTS_UNVERIFIED",
  "PERSON_MISSING",
  "ID_INVALID",
  "EVENT_TOO_LARGE",
  "EVENT_TIME_INVALID",
  "EVENT_TIME_FUTURE",
  "EVENT_TIME_PAST",
  "EVENT_INVALID",
  "EVENT_UNKNOWN",
  "BATCH_TOO_LARGE",
  "NO_CONSENT",
  "CONSENT_INVALID",
  "CONSENT_STRING_INVALID",
  "NOTICE_INVALID",
  "NOTICE_UNKNOWN",
  "POLICY_INVALID",
  "RECEIPT_INVALID",
  "RECEIPT_EXPIRED",
  "PREFERENCE_INVALID",
  "CONSENT_NEEDED",
  "ITEM_UNKNOWN",
  "ITEM_REQUIRED",
  "ITEM_INVALID",
  "CUSTOMER_UNKNOWN",
  "IDENTITY_NOT_MERGED",
  "IDENTITY_LIMIT",
  "RECOMMENDATION_UNKNOWN",
  "SURFACE_UNKNOWN",
  "N_OUT_OF_RANGE",
  "FILE_MISSING",
  "FILE_UNREADABLE",
  "FILE_EXISTS",
  "FILE_UNWRITABLE",
  "COLUMN_UNKNOWN",
  "COLUMN_UNGUESSED",
  "NOTHING_IMPORTED",
  "NOT_ENOUGH_DATA",
  "FEED_BROKEN",
  "FEED_EMPTY",
  "FEED_SHRANK",
  "FEED_UNREACHABLE",
  "FEED_UNKNOWN",
  "FEED_OVERTAKEN",
  "OPTION_INVALID",
  "DATA_FOLDER_UNUSABLE",
  "STORE_FULL",
  "STORE_UNAVAILABLE",
  "STORE_NEWER",
  "STORE_DAMAGED",
  "STORE_FOREIGN",
  "STORE_IN_USE",
  "ERASURE_UNKNOWN",
  "ERASURE_NOT_DONE",
  "JOURNAL_DAMAGED",
  "JOURNAL_MISSING",
  "BACKUP_DAMAGED",
  "RESTORE_TARGET_TAKEN",
  "MIGRATION_UNEQUAL",
  "PORT_TAKEN",
  "WEBHOOK_UNKNOWN",
  "WEBHOOK_INVALID",
  "WEBHOOKS_TOO_MANY",
  "OUTBOUND_REFUSED",
  "OUTBOUND_FAILED",
  "TOO_MANY_TRIES",
  "OVERLOADED",
  "INTERNAL",
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** What went wrong, in the caller's terms. `detail` names the field or value; it never holds personal data. */
export type Problem = { readonly code: ProblemCode; readonly detail: string };

/** Outcomes are values: a function that can refuse says so in its type. */
export type Result<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: Problem };

export function succeed<Value>(value: Value): Result<Value> {
  return { ok: true, value };
}

export function refuse(code: ProblemCode, detail: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code, detail } };
}

/** Carries a problem out of code that cannot return one (a stream, a driver's callback); one place turns it back. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.code}: ${problem.detail}`, options);
    this.problem = problem;
  }
}

/** The value, where there is one. Throws ProblemError otherwise. */
export function orThrow<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new ProblemError(result.problem);
  return result.value;
}
