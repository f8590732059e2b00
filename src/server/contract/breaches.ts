import { Type } from "typebox";

const time = Type.String({ format: "date-time" });
const timeOrNull = Type.Union([time, Type.Null()]);
const texts = Type.Array(Type.String());

const breach = {
  breachId: Type.String(),
  openedAt: time,
  closedAt: timeOrNull,
  what: Type.String(),
  since: time,
  until: time,
  keyLost: Type.Boolean(),
  keyTag: Type.Union([Type.String(), Type.Null()]),
  clock: Type.Object({
    dueAt: time,
    hours: Type.Number({ description: "Within which the authority is to be told" }),
    gone: Type.Number({ description: "How much of the time is over; above 1 it is overdue." }),
    alarm: Type.String({ description: "none, half (50 %), late (80 %), overdue, closed" }),
  }),
};

export const breachesReply = Type.Object({ breaches: Type.Array(Type.Object(breach)) }, { title: "Breaches" });

export const breachReportReply = Type.Object(
  {
    ...breach,
    scope: Type.String({ description: "everybody, named or nobody" }),
    people: Type.Integer(),
    namesReadable: Type.Boolean({ description: "Can names and contacts be read?" }),
    words: Type.String(),
    tables: Type.Array(
      Type.Object({
        table: Type.String(),
        rows: Type.Integer(),
        people: Type.Integer(),
        purpose: Type.String(),
        readable: texts,
        sealed: texts,
      }),
    ),
    uses: Type.Record(Type.String(), Type.Integer(), { description: "Of an API key: what it was used for, as the audit log has it" }),
  },
  { title: "Breach" },
);
export const breachClosedReply = Type.Object({ success: Type.Boolean() });
