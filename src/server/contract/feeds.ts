import { type Static, Type } from "typebox";
import { type Feed, type FeedRun, shownLocation } from "#domain/feed.ts";

const time = Type.String({ format: "date-time" });
const findings = Type.Array(
  Type.Object({
    reason: Type.String(),
    rows: Type.Integer(),
    examples: Type.Array(
      Type.Object({ row: Type.Integer(), field: Type.String(), value: Type.String(), itemId: Type.Union([Type.String(), Type.Null()]) }),
    ),
  }),
);

const feedRunReply = Type.Object({
  startedAt: time,
  finishedAt: time,
  outcome: Type.String({ description: "applied, unmodified (the server had nothing new), refused (the catalogue stayed as it was)" }),
  problem: Type.Union([Type.Null(), Type.Object({ code: Type.String(), detail: Type.String() })]),
  format: Type.Union([Type.String(), Type.Null()]),
  rows: Type.Integer(),
  added: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  removed: Type.Integer(),
  refused: findings,
  noted: findings,
});
export type FeedRunReply = Static<typeof feedRunReply>;

export const feedReply = Type.Object(
  {
    name: Type.String(),
    location: Type.String({ description: "without the password in it" }),
    everySeconds: Type.Union([Type.Integer(), Type.Null()], { description: "null: read by hand" }),
    complete: Type.Boolean({ description: "what is missing in it is taken off sale" }),
    lastRun: Type.Union([Type.Null(), feedRunReply]),
  },
  { title: "Feed" },
);
export type FeedReply = Static<typeof feedReply>;

export const feedsReply = Type.Object({ feeds: Type.Array(feedReply) });
export type FeedsReply = Static<typeof feedsReply>;

export function feedReplyOf({ name, location, everyMs, complete, lastRun }: Feed): FeedReply {
  return {
    name,
    location: shownLocation(location),
    everySeconds: everyMs === null ? null : everyMs / 1000,
    complete,
    lastRun: lastRun === null ? null : runReplyOf(lastRun),
  };
}

export function runReplyOf(run: FeedRun): FeedRunReply {
  const copied = (list: FeedRun["refused"]) => list.map((finding) => ({ ...finding, examples: [...finding.examples] }));
  return {
    ...run,
    startedAt: new Date(run.startedAt).toISOString(),
    finishedAt: new Date(run.finishedAt).toISOString(),
    refused: copied(run.refused),
    noted: copied(run.noted),
  };
}
