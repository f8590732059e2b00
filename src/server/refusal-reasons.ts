import { type ProblemCode, problemCodes } from "#domain/problem.ts";
import { problemReply } from "./problem-reply.ts";

export type RefusalReason = { readonly code: string; readonly count: number; readonly message: string; readonly remedy: string };

/** Not an error, so not in the catalogue: the same message came before. */
const duplicate = {
  message: "The same messageId came before; it was kept once.",
  remedy: "Nothing, if the sender tries again after a lost answer. If new events arrive under an old messageId, give each its own.",
};

const isProblemCode = (code: string): code is ProblemCode => (problemCodes as readonly string[]).includes(code);

/** Why events were not stored, in words, by how often; from the counts of what became of all of them. */
export function refusalReasons(outcomes: Readonly<Record<string, number>>): RefusalReason[] {
  return Object.entries(outcomes)
    .filter(([code]) => code !== "ok")
    .map(([code, count]) => {
      const { message, remedy } = isProblemCode(code) ? problemReply({ code, detail: "" }).body.error : duplicate;
      return { code, count, message, remedy };
    })
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}
