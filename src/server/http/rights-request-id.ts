import { Type } from "typebox";
import { isUsableId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";

export const rightsRequestParams = Type.Object({ id: Type.String() });

/** Throws RIGHTS_REQUEST_UNKNOWN where it cannot be the id of any request. */
export function requireRequestId(id: string): string {
  if (!isUsableId(id)) throw new ProblemError({ code: "RIGHTS_REQUEST_UNKNOWN", detail: "id" });
  return id;
}
