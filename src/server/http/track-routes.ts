import { ProblemError } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import type { IncomingMessage, IngestOutcome } from "#ingestion/message.ts";
import { errorReplies } from "../contract/errors.ts";
import {
  aliasBody,
  type BatchBody,
  batchBody,
  groupBody,
  type IngestReply,
  identifyBody,
  ingestReply,
  pageBody,
  trackBody,
} from "../contract/segment.ts";
import { problemReply } from "../problem-reply.ts";
import { isRecord } from "./decode-fields.ts";
import { decodeSegment, type MessageType, messageTypes } from "./decode-segment.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const maxBatch = 2500;
const bodyLimit = 500 * 1024;
const tags = ["Events"];
const bodies = { track: trackBody, identify: identifyBody, page: pageBody, screen: pageBody, group: groupBody, alias: aliasBody } as const;

type Decoded = { readonly message: IncomingMessage } | { readonly outcome: IngestOutcome };

/** `POST /v1/track|identify|page|screen|group|alias|batch`: the Segment HTTP Tracking API. */
export function addTrackRoutes(app: App, { house, checkKey, measures, learning }: RouteDeps): void {
  function decode(message: unknown, type: unknown, envelope: BatchBody): Decoded {
    const known = messageTypes.find((one) => one === type);
    if (known === undefined)
      return {
        outcome: { kind: "dead-letter", problem: { code: "EVENT_INVALID", detail: "type is none of track, identify, page, screen, group, alias" } },
      };
    const decoded = decodeSegment(
      message,
      known,
      { context: envelope.context ?? {}, sentAt: envelope.sentAt },
      { receivedAt: house.clock(), freshId: house.freshId },
    );
    return decoded.ok ? { message: decoded.value } : { outcome: { kind: "dead-letter", problem: decoded.problem } };
  }

  async function take(shop: Shop, decoded: readonly Decoded[]): Promise<IngestOutcome[]> {
    const messages = decoded.flatMap((one) => ("message" in one ? [one.message] : []));
    const stored = await house.ingest(shop.shopId, messages);
    let next = 0;
    const outcomes = decoded.map((one): IngestOutcome => ("outcome" in one ? one.outcome : stored[next++]!));
    for (const outcome of outcomes)
      measures.countEvent(outcome.kind === "ok" ? "ok" : outcome.kind === "drop" ? outcome.reason : outcome.problem.code);
    if (outcomes.some(({ kind }) => kind === "ok")) learning.poke();
    return outcomes;
  }

  for (const type of messageTypes) {
    app.post(
      `/v1/${type}`,
      {
        bodyLimit,
        preHandler: checkKey("write"),
        schema: { tags, summary: `Segment ${type}`, body: bodies[type], response: { 200: ingestReply, ...errorReplies } },
      },
      async (request) => {
        const outcome = (await take(request.shop, [decode(request.body, type satisfies MessageType, { batch: [] })]))[0]!;
        if (outcome.kind === "dead-letter") throw new ProblemError(outcome.problem);
        return replyOf([outcome]);
      },
    );
  }

  app.post(
    "/v1/batch",
    {
      bodyLimit,
      preHandler: checkKey("write"),
      schema: {
        tags,
        summary: "Many messages at once",
        description: "Each message stands for itself: what is wrong with one does not stop the others.",
        body: batchBody,
        response: { 200: ingestReply, ...errorReplies },
      },
    },
    async (request) => {
      const { batch } = request.body;
      if (batch.length > maxBatch) throw new ProblemError({ code: "BATCH_TOO_LARGE", detail: `${batch.length} messages, more than ${maxBatch}` });
      const decoded = batch.map((message) => decode(message, isRecord(message) ? message.type : undefined, request.body));
      return replyOf(await take(request.shop, decoded));
    },
  );
}

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
