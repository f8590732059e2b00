import type { Transaction } from "kysely";
import type { EpochMs } from "#domain/clock.ts";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { LogEntry } from "../ports.ts";
import { linesToText, refusedToText } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** In the order of the values of a `LogRow`. */
export const logColumns = [
  "shop_id",
  "kind",
  "person_id",
  "message_id",
  "type",
  "name",
  "occurred_at",
  "received_at",
  "order_id",
  "session_id",
  "recommendation_id",
  "currency",
  "refused",
  "lines",
  "impression",
  "detail",
] as const satisfies readonly (keyof Tables["log"])[];

/** The values of one row, ready to be bound: nothing is to be done between a row and its statement. */
export type LogRow = readonly (string | number | null)[];

export const messageIdOf = (row: LogRow) => row[logColumns.indexOf("message_id")] as string;

/** What an entry is as a row of the log. */
export function logRow(shopId: ShopId, entry: LogEntry): LogRow {
  switch (entry.kind) {
    case "event": {
      const { event, name } = entry;
      return [
        shopId,
        "event",
        name.personId,
        event.messageId,
        event.type,
        event.name,
        event.occurredAt,
        event.receivedAt,
        event.orderId,
        event.sessionId,
        event.recommendationId,
        event.currency,
        refusedToText(event.refused),
        linesToText(event.lines),
        event.impression === null ? null : JSON.stringify(event.impression),
        null,
      ];
    }
    case "consent": {
      const { personId, purpose, granted, at } = entry.decision;
      const said = entry.lapses ?? (granted ? "yes" : "no");
      return noEvent(shopId, entry, personId, `${purpose}: ${said}`, at, null);
    }
    case "retract":
      return noEvent(shopId, entry, entry.name.personId, "taken back", entry.at, { targets: entry.targets });
    case "link": {
      const { root, device, name, at } = entry;
      const detail = { root: root.personId, base: name.personId, session: device?.session.personId ?? null };
      const personId = device?.deviceId ?? name.personId;
      return noEvent(shopId, entry, personId, device === null ? "customers merged" : "device linked", at, detail);
    }
    case "cut":
      return noEvent(shopId, entry, entry.name.personId, "device let go", entry.at, { base: entry.base.personId });
    case "unlink":
      return noEvent(shopId, entry, entry.name.personId, "link undone", entry.at, { root: entry.rootId });
  }
}

function noEvent(
  shopId: ShopId,
  { kind, messageId }: LogEntry & { messageId: MessageId },
  personId: PersonId,
  name: string,
  at: EpochMs,
  detail: object | null,
): LogRow {
  const what = detail === null ? null : JSON.stringify(detail);
  return [shopId, kind, personId, messageId, null, name, at, at, null, null, null, null, "", "[]", null, what];
}

/** Writes the rows whose message is new. Answers with their positions, row by row; null where the message was there already. */
export type InsertLog = (transaction: Transaction<Tables>, rows: readonly LogRow[]) => Promise<readonly (number | null)[]>;
