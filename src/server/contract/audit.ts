import { Type } from "typebox";

const finding = Type.Object({ seq: Type.Union([Type.Integer(), Type.Null()]), what: Type.String() });
const actor = Type.Object({ kind: Type.String({ description: "key, command-line, person or system" }) }, { additionalProperties: true });

export const auditEntry = Type.Object({
  seq: Type.Integer(),
  at: Type.String(),
  action: Type.String(),
  words: Type.String({ description: "As it is put to whom it was about" }),
  actor,
  about: Type.Array(Type.String(), { description: "Customer ids and visitors' ids, where they can still be opened" }),
  subjects: Type.Integer({ description: "Whom it was about, forgotten people too" }),
  everybody: Type.Boolean(),
  detail: Type.Object({}, { additionalProperties: true }),
  hash: Type.String(),
});
export const auditReply = Type.Object({ entries: Type.Array(auditEntry), next: Type.Union([Type.Integer(), Type.Null()]) });

export const auditVerdictReply = Type.Object({
  whole: Type.Boolean(),
  entries: Type.Integer(),
  head: Type.Object({ seq: Type.Integer(), hash: Type.String() }),
  findings: Type.Array(finding),
  anchors: Type.Object({ checked: Type.Integer(), upTo: Type.Union([Type.Integer(), Type.Null()]) }),
});
