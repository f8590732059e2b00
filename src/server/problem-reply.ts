import type { Problem } from "#domain/problem.ts";
import { errorCatalogue } from "./contract/error-codes.ts";
import type { ErrorReply } from "./contract/errors.ts";

/** A problem as the wire says it. */
export function problemReply({ code, detail }: Problem): { status: number; body: ErrorReply } {
  const { status, message, remedy } = errorCatalogue[code];
  return { status, body: { error: { code, message, remedy, detail } } };
}
