import { createHash } from "node:crypto";
import type { EpochMs } from "#domain/clock.ts";
import type { MessageId } from "#domain/ids.ts";
import type { GorseFeedbackRow } from "#storage/ports/gorse-store.ts";
import type { LogEntry } from "#storage/ports.ts";

/** One entry that takes back events of one person; the same events twice are one taking back. */
export function takeBack({ personId, userId }: Pick<GorseFeedbackRow, "personId" | "userId">, targets: readonly MessageId[], at: EpochMs): LogEntry {
  const digest = createHash("sha256").update(targets.join("\n")).digest("base64url").slice(0, 22);
  return { kind: "retract", messageId: `gorse-back:${digest}` as MessageId, name: { personId, kind: "customer", externalId: userId }, targets, at };
}
