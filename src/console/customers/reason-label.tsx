import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import { formatDay } from "../parts/format.ts";
import { ItemLink } from "../parts/item-link.tsx";
import { sayEvent } from "../parts/words.ts";

export type Reason = RecommendationsReply["items"][number]["reasons"][number];

/** The reason as a person would say it. It names what the server said and adds nothing. */
export function ReasonLabel({ reason }: { reason: Reason }) {
  const { kind, item, event, at, label } = reason;
  const link = item === undefined ? null : <ItemLink id={item} />;
  const tail = label ? ` (${label})` : "";

  switch (kind) {
    case "event":
      return (
        <>
          {event ? sayEvent(event) : "met"} {link ?? label ?? "an item"}
          {at ? ` on ${formatDay(at)}` : ""}
        </>
      );
    case "item":
      return (
        <>
          goes with {link ?? label ?? "what is on the page"}
          {link ? tail : ""}
        </>
      );
    case "content":
      return (
        <>
          {label ?? "alike in words and properties"}
          {link ? <> as {link}</> : null}
        </>
      );
    case "popularity":
      return <>popular in the shop{tail}</>;
    case "context":
      return <>{label ?? "what the page is about"}</>;
    case "rule":
      return <>a rule of the shop{tail}</>;
    default:
      return <>{label ?? (kind === "rest" ? "smaller reasons together" : kind)}</>;
  }
}
