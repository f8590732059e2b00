import { type Problem, ProblemError } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import type { IncomingMessage, IngestOutcome } from "#ingestion/message.ts";
import type { BatchBody, IngestReply } from "../contract/segment.ts";
import { problemReply } from "../problem-reply.ts";
import { isRecord } from "./decode-fields.ts";
import { decodeSegment, type MessageType, messageTypes } from "./decode-segment.ts";
import type { RouteDeps } from "./route-deps.ts";
import { knownEventOf } from "./segment-events.ts";
import { identifyOfMerge } from "./segment-merge.ts";

const maxBatch = 2500;

type Decoded = { readonly message: IncomingMessage } | { readonly problem: Problem };
type Came = { readonly shop: Shop; readonly route: string };

/** Takes in messages of the Segment wire: decodes, stores, counts, and shows the shop what was left out and why. */
export function createSegmentIntake({ house, measures, learning, refusedEvents }: RouteDeps) {
  function decode(message: unknown, type: unknown, envelope: Omit<BatchBody, "batch">): Decoded {
    const body = type === "merge" && isRecord(message) ? identifyOfMerge(message) : message;
    const known = messageTypes.find((one) => one === (type === "merge" ? "identify" : type));
    if (known === undefined) return { problem: { code: "EVENT_INVALID", detail: "type is none of track, identify, page, screen, group, alias" } };
    const decoded = decodeSegment(
      body,
      known,
      { context: envelope.context ?? {}, sentAt: envelope.sentAt },
      { receivedAt: house.clock(), freshId: house.freshId },
    );
    return decoded.ok ? { message: decoded.value } : { problem: decoded.problem };
  }

  function note({ shop, route }: Came, outcome: IngestOutcome, message: unknown): void {
    const code = outcome.kind === "ok" ? "ok" : outcome.kind === "drop" ? outcome.reason : outcome.problem.code;
    measures.countEvent(code);
    if (code === "ok") return;
    const name = isRecord(message) && typeof message.event === "string" ? message.event : "";
    const detail = outcome.kind === "dead-letter" ? outcome.problem.detail : "";
    refusedEvents.add(shop.shopId, { at: house.clock(), route, code, detail, eventName: knownEventOf(name)?.name ?? null });
  }

  async function take(came: Came, messages: readonly unknown[], decoded: readonly Decoded[]): Promise<IngestOutcome[]> {
    const stored = await house.ingest(
      came.shop.shopId,
      decoded.flatMap((one) => ("message" in one ? [one.message] : [])),
    );
    let next = 0;
    const outcomes = decoded.map((one): IngestOutcome => ("problem" in one ? { kind: "dead-letter", problem: one.problem } : stored[next++]!));
    for (const [index, outcome] of outcomes.entries()) note(came, outcome, messages[index]);
    // A decision is news too, though its event was dropped.
    if (outcomes.some(({ kind }) => kind === "ok") || decoded.some((one) => "message" in one && one.message.decides !== undefined)) learning.poke();
    return outcomes;
  }

  return {
    /** One message by itself. Throws ProblemError when something is wrong with it. */
    async one(came: Came, message: unknown, type: MessageType | "merge"): Promise<IngestReply> {
      const outcomes = await take(came, [message], [decode(message, type, {})]);
      const [outcome] = outcomes;
      if (outcome?.kind === "dead-letter") throw new ProblemError(outcome.problem);
      return replyOf(outcomes);
    },

    /** Many, each for itself. Throws ProblemError BATCH_TOO_LARGE. */
    async many(came: Came, { batch, ...envelope }: BatchBody): Promise<IngestReply> {
      if (batch.length > maxBatch) throw new ProblemError({ code: "BATCH_TOO_LARGE", detail: `${batch.length} messages, more than ${maxBatch}` });
      const decoded = batch.map((message) => decode(message, isRecord(message) ? message.type : undefined, envelope));
      return replyOf(await take(came, batch, decoded));
    },
  };
}
export type SegmentIntake = ReturnType<typeof createSegmentIntake>;

function replyOf(outcomes: readonly IngestOutcome[]): IngestReply {
  const reply: IngestReply = { success: true, accepted: 0, dropped: {}, rejected: [] };
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind === "ok") reply.accepted++;
    else if (outcome.kind === "drop") reply.dropped[outcome.reason] = (reply.dropped[outcome.reason] ?? 0) + 1;
    else {
      const { code, message, remedy } = problemReply(outcome.problem).body.error;
      reply.rejected.push({ index, code, message, remedy, detail: outcome.problem.detail });
    }
  }
  return { ...reply, success: reply.rejected.length === 0 };
}
